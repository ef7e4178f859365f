import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { say, startFront, Wire } from './testing/front';

const running: { close: () => void }[] = [];
afterEach(() => {
  for (const front of running.splice(0)) front.close();
});
async function start(options: Parameters<typeof startFront>[0] = {}) {
  const front = await startFront(options);
  running.push(front);
  return front;
}

const signInPath = '/api/auth/callback/credentials';
const post = (path: string, length: number, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: a', `Content-Length: ${length}`, ...headers, '', ''].join('\r\n');
const statusOf = (head: string) => Number(head.split(' ')[1]);

describe('a body that is too large', () => {
  test.each([
    [signInPath, 16_384],
    ['/saml2/egnyte', 262_144],
    ['/api/v1/users', 2_097_152],
    ['/users', 16_384],
    ['/api/applications/1/mapping-preview', 16_384],
    ['/no/such/page', 16_384],
  ])('to %s is refused by its announced length, before a byte of it is sent', async (path, maxBytes) => {
    const { port, passed, url } = await start();
    expect(statusOf(await say(port, post(path, maxBytes + 1)))).toBe(413);
    expect(passed).toEqual([]);
    const answer = await fetch(url + path, { method: 'POST', body: Buffer.alloc(maxBytes, 'a&') });
    expect(answer.status).toBe(200);
    expect(passed.map(({ body }) => body.length)).toEqual([maxBytes]);
  });

  test('is refused as soon as its chunks are, whatever they claim, and nothing of it is passed on', async () => {
    const { port, passed } = await start();
    const wire = await Wire.open(port);
    wire.send(`POST ${signInPath} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`);
    wire.send(`4000\r\n${'a&'.repeat(0x2000)}\r\n`);
    wire.send('1\r\na\r\n');
    expect(await wire.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 413 /);
    // Endlessly: the connection ends although the body does not.
    wire.send('1\r\na\r\n');
    await wire.toTheEnd();
    expect(passed).toEqual([]);
  });

  test('is refused without an invitation to send it, where the caller waits for one', async () => {
    const { port, passed } = await start();
    const refused = await say(port, post(signInPath, 16_385, 'Expect: 100-continue'));
    expect(statusOf(refused)).toBe(413);
    const wire = await Wire.open(port);
    wire.send(post(signInPath, 3, 'Expect: 100-continue'));
    expect(await wire.until(/\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await wire.send('a&b').until(/through/);
    wire.destroy();
    expect(passed.map(({ body }) => body.toString())).toEqual(['a&b']);
  });

  test.each([
    'http://localhost:3000/api/auth/callback/credentials',
    'HTTPS://elsewhere.example/api/auth/callback/credentials?x=1',
    '//api//auth//callback//credentials',
    '/api/v1/../auth/callback/credentials',
    '/api/v1/%2e%2e/auth/callback/credentials',
    '/API/AUTH/CALLBACK/CREDENTIALS',
    '/api/auth/callback/credentials/',
    'http://localhost',
    '/saml2/x/..%2f..%2fsign-in',
  ])('is not let in by writing %s', async (target) => {
    const { port, passed } = await start();
    for (const more of [[], ['Connection: Upgrade', 'Upgrade: websocket'], ['Connection: Upgrade', 'Upgrade: h2c']]) {
      expect(statusOf(await say(port, post(target, 16_385, ...more)))).toBe(413);
    }
    expect(passed).toEqual([]);
  });

  test('is let in up to 2 MiB from whoever carries a session of ours, and from nobody who claims one', async () => {
    const { url, passed } = await start();
    const send = async (path: string, cookie: string, bytes: number) => {
      const answer = await fetch(url + path, { method: 'POST', body: Buffer.alloc(bytes), headers: { cookie } });
      return answer.status;
    };
    expect(await send('/applications', 'session=ours', 2_097_152)).toBe(200);
    expect(await send('/applications', 'session=made-up', 16_385)).toBe(413);
    expect(await send('/applications', 'session=ours', 2_097_153)).toBe(413);
    expect(await send(signInPath, 'session=ours', 16_385)).toBe(413);
    expect(await send('/applications/%6eew', 'session=ours', 16_385)).toBe(413);
    expect(passed.map(({ body }) => body.length)).toEqual([2_097_152]);
  });

  test('leaves the connection in order: what follows is a request of its own, and what was in it is none', async () => {
    const { port, passed } = await start({ patience: { lingerMs: 5_000 } });
    const wire = await Wire.open(port);
    const inside = 'GET /inside HTTP/1.1\r\nHost: a\r\n\r\n';
    wire.send(post(signInPath, 20_000) + inside.padEnd(20_000, ' '));
    wire.send('GET /after HTTP/1.1\r\nHost: a\r\n\r\n');
    await wire.until(/through/);
    wire.destroy();
    expect(passed.map(({ url }) => url)).toEqual(['/after']);
  });

  test('is told in the words of the path: problem+json, JSON, a line for an action, a page', async () => {
    const { url } = await start();
    const tell = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(url + path, { method: 'POST', body: Buffer.alloc(2_097_153), headers });
      return { type: answer.headers.get('content-type'), text: await answer.text() };
    };
    const problem = await tell('/api/v1/users');
    expect(problem.type).toBe('application/problem+json');
    expect(JSON.parse(problem.text)).toMatchObject({ status: 413, code: 'body_too_large' });
    const json = await tell('/api/applications/1/mapping-preview');
    expect(JSON.parse(json.text)).toMatchObject({ ok: false, code: 'body_too_large' });
    expect(await tell('/users', { 'next-action': 'x' })).toMatchObject({ type: 'text/plain; charset=utf-8' });
    expect((await tell('/users')).text).toContain('<h1>More than the path takes</h1>');
  });
});

test.each([
  ['two lengths', 'Content-Length: 3\r\nContent-Length: 4'],
  ['the same length twice', 'Content-Length: 3\r\nContent-Length: 3'],
  ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked'],
  ['a length that is no number', 'Content-Length: 3a'],
  ['a negative length', 'Content-Length: -1'],
  ['chunks that are not last', 'Transfer-Encoding: chunked, gzip'],
  ['no host', 'X: y', ''],
])('a request with %s is refused', async (_what, headers, host = 'Host: a\r\n') => {
  const { port, passed } = await start();
  expect(statusOf(await say(port, `POST ${signInPath} HTTP/1.1\r\n${host}${headers}\r\n\r\nabc`))).toBe(400);
  expect(passed).toEqual([]);
});

test('a body is passed on whole, however small the pieces are that it comes in', async () => {
  const { port, passed } = await start();
  const wire = await Wire.open(port);
  const text = 'identifier=%C3%A4&password=\0\r\n'.repeat(50);
  wire.send('POST /saml2/egnyte HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (const character of text) wire.send(`1\r\n${character}\r\n`);
  await wire.send('0\r\n\r\n').until(/through/);
  wire.destroy();
  expect(passed).toHaveLength(1);
  expect(passed[0]?.body.toString('latin1')).toBe(text);
  expect(passed[0]?.headers).toMatchObject({ 'content-length': String(text.length) });
  expect(passed[0]?.headers['transfer-encoding']).toBeUndefined();
});

test('a form that nobody can take apart is refused; one that can goes through', async () => {
  const { url, passed } = await start();
  const type = 'multipart/form-data; boundary=x';
  const send = async (body: string, contentType = type, more: Record<string, string> = {}) =>
    (await fetch(`${url}/account`, { method: 'POST', body, headers: { 'content-type': contentType, ...more } })).status;
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
  const broken = ['', 'x', '--x', part, '--x\r\n\r\n1\r\n--x--\r\n', '--x\r\n: \0\r\n\r\n1\r\n--x--\r\n'];
  for (const body of broken) expect.soft(await send(body), body).toBe(400);
  expect(await send('x', 'multipart/form-data')).toBe(400);
  expect(passed).toEqual([]);
  expect(await send(`${part}--x--\r\n`)).toBe(200);
  expect(await send('x', type, { 'next-action': 'x' })).toBe(200);
  expect(passed[0]?.body.toString()).toBe(`${part}--x--\r\n`);
});

describe('what comes too slowly', () => {
  test('a body that trickles ends with 408 and a closed connection, and is passed on to nobody', async () => {
    const { port, passed } = await start({ patience: { bodyMs: 300 } });
    const wire = await Wire.open(port);
    wire.send(post(signInPath, 1_000));
    const trickle = setInterval(() => wire.send('a'), 20);
    expect(await wire.toTheEnd()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(trickle);
    expect(passed).toEqual([]);
  });

  test('headers that trickle, and a connection that says nothing, end as well', async () => {
    const { port, passed } = await start({ patience: { headersMs: 200 } });
    const silent = await Wire.open(port);
    const wire = await Wire.open(port);
    wire.send('GET / HTTP/1.1\r\nHost: a\r\n');
    let sent = 0;
    const trickle = setInterval(() => {
      sent += 1;
      wire.send(`X-${sent}: a\r\n`);
    }, 20);
    expect(await wire.toTheEnd()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(trickle);
    await silent.toTheEnd();
    expect(passed).toEqual([]);
  });

  test('a caller that goes in the middle of its body leaves nothing behind', async () => {
    const { port, passed, url } = await start();
    const wire = await Wire.open(port);
    wire.send(`${post(signInPath, 1_000)}abc`);
    await sleep(20);
    wire.destroy();
    expect((await fetch(`${url}/after`)).status).toBe(200);
    expect(passed.map(({ url }) => url)).toEqual(['/after']);
  });
});

describe('methods', () => {
  test.each(['TRACE', 'PROPFIND', 'LOCK', 'PURGE', 'QUERY', 'M-SEARCH', 'PUT', 'PATCH', 'DELETE'])(
    '%s is answered 405 where it is not possible, with those that are',
    async (method) => {
      const { port, passed } = await start();
      const paths = ['/saml2/x', '/users', '/healthz', '/icon.svg', '/_next/static/a.js', '/api/search', signInPath];
      for (const path of paths) {
        const head = await say(port, `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        expect.soft(statusOf(head), path).toBe(405);
        expect.soft(head, path).toMatch(path === signInPath ? /\r\nallow: POST, OPTIONS\r\n/ : /\r\nallow: GET, HEAD/);
      }
      expect(passed).toEqual([]);
    },
  );

  test('what is no method at all, and a request for a tunnel, are answered 405', async () => {
    const { port, passed } = await start();
    for (const line of ['FOO / HTTP/1.1', 'get / HTTP/1.1', 'CONNECT a:443 HTTP/1.1']) {
      const head = await say(port, `${line}\r\nHost: a\r\n\r\n`);
      expect.soft(statusOf(head), line).toBe(405);
      expect.soft(head, line).toContain('\r\nallow: GET, HEAD');
    }
    expect(passed).toEqual([]);
  });

  test('OPTIONS says what is possible, for a path and for the whole', async () => {
    const { port } = await start();
    const ask = (target: string) => say(port, `OPTIONS ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(await ask('/api/imports/1/run')).toMatch(/^HTTP\/1\.1 204 [\s\S]*\r\nallow: POST, OPTIONS\r\n/);
    expect(await ask('*')).toMatch(/^HTTP\/1\.1 204 [\s\S]*\r\nallow: GET, HEAD, POST, OPTIONS\r\n/);
  });

  test('an upgrade that nobody listens for is a request like any other', async () => {
    const { port, passed } = await start();
    const head = await say(port, 'GET /users HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(statusOf(head)).toBe(200);
    expect(passed).toHaveLength(1);
  });
});

test('too many headers, and too many bytes of them, are refused with 431 instead of being dropped', async () => {
  const { port, passed } = await start();
  const many = Array.from({ length: 100 }, (_, index) => `X-${index}: a\r\n`).join('');
  expect(statusOf(await say(port, `GET / HTTP/1.1\r\nHost: a\r\n${many}\r\n`))).toBe(431);
  expect(statusOf(await say(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(17_000)}\r\n\r\n`))).toBe(431);
  expect(passed).toEqual([]);
});

describe('what is noted on a request', () => {
  const claims = {
    'x-forwarded-for': '203.0.113.66',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-port': '1',
    'x-forwarded-proto': 'https',
    forwarded: 'for=203.0.113.66',
    'x-latchkey-path': '/claimed',
    'x-latchkey-raw-query': 'claimed',
    'content-security-policy': "script-src 'nonce-claimed-by-the-caller'",
  };

  test('nobody outside can say who the caller is, what was typed, or what the page may run', async () => {
    const { url, port, passed } = await start();
    await fetch(`${url}/users?q=a`, { headers: claims });
    await fetch(`${url}/api/search`, { headers: claims });
    expect(passed[0]?.headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-latchkey-path': '/users?q=a',
      'content-security-policy': expect.stringMatching(/script-src 'self' 'nonce-[\w+/]{22}==';/),
    });
    const names = ['x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'forwarded', 'x-latchkey-raw-query'];
    for (const { headers } of passed) expect(names.filter((name) => name in headers)).toEqual([]);
    expect(passed[1]?.headers['content-security-policy']).not.toContain('claimed');
  });

  test('a trusted proxy can', async () => {
    const { url, passed } = await start({ trustedProxies: ['127.0.0.0/8'] });
    await fetch(`${url}/users`, { headers: { ...claims, 'x-forwarded-host': 'sso.acme.example' } });
    expect(passed[0]?.headers).toMatchObject({
      host: 'sso.acme.example',
      'x-forwarded-for': '203.0.113.66',
      'x-forwarded-proto': 'https',
    });
  });

  test('the octets of a query to the SSO IdP URL are kept, however they are percent-encoded', async () => {
    const { port, passed } = await start();
    const query = "SAMLRequest=a%2fb%2B&RelayState=(it's)~*!%61|^";
    await say(port, `GET /saml2/egnyte?${query} HTTP/1.1\r\nHost: a\r\nX-Latchkey-Raw-Query: claimed\r\n\r\n`);
    await say(port, 'GET /saml2/egnyte HTTP/1.1\r\nHost: a\r\nX-Latchkey-Raw-Query: claimed\r\n\r\n');
    await say(port, 'GET /applications?q=a HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(passed.map(({ headers }) => headers['x-latchkey-raw-query'])).toEqual([query, undefined, undefined]);
  });

  test('the path to come back to is without what Next’s script adds', async () => {
    const { url, passed } = await start();
    await fetch(`${url}/users?_rsc=1a2b&q=a`);
    await fetch(`${url}/users?_rsc=1a2b`);
    expect(passed.map(({ headers }) => headers['x-latchkey-path'])).toEqual(['/users?q=a', '/users']);
  });
});

describe('what every answer says', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };

  test('a page gets a policy with the nonce that was noted on its request, and a new one each time', async () => {
    const { url, passed } = await start({ answer: (_, response) => response.writeHead(200, html).end('<p>') });
    const policies = [];
    for (const path of ['/users', '/users', '/no/such/page']) {
      const { headers } = await fetch(url + path);
      policies.push(headers.get('content-security-policy'));
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
    expect(policies).toEqual(passed.map(({ headers }) => headers['content-security-policy']));
    expect(new Set(policies).size).toBe(3);
    for (const policy of policies) expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  });

  test('what is no page may run nothing; refusals and files say it as well', async () => {
    const { url } = await start();
    for (const path of ['/api/search', '/icon.svg', '/healthz', '/saml2/egnyte/metadata']) {
      for (const method of ['GET', 'DELETE']) {
        const { headers } = await fetch(url + path, { method });
        expect.soft(headers.get('content-security-policy'), `${method} ${path}`).toMatch(/^default-src 'none'; /);
        expect.soft(headers.get('x-content-type-options'), `${method} ${path}`).toBe('nosniff');
      }
    }
  });

  test('where people come by https, browsers are told to stay with it', async () => {
    const { url } = await start({ origin: 'https://sso.acme.example' });
    const paths = ['/users', '/icon.svg', '/saml2/x'];
    for (const path of paths) {
      expect((await fetch(url + path)).headers.get('strict-transport-security')).toBe('max-age=31536000');
    }
  });

  test('what a route says itself stays, however it says it', async () => {
    const own = { ...html, 'Content-Security-Policy': "default-src 'self'", 'referrer-policy': 'no-referrer' };
    const { url } = await start({
      answer: (request, response) => {
        if (request.url === '/saml2/head') response.writeHead(200, own).end('<p>');
        else if (request.url === '/saml2/text') response.writeHead(200, 'Fine', own).end('<p>');
        else {
          for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
          response.end('<p>');
        }
      },
    });
    for (const path of ['/saml2/head', '/saml2/text', '/saml2/set']) {
      const { headers } = await fetch(url + path);
      expect.soft(headers.get('content-security-policy'), path).toBe("default-src 'self'");
      expect.soft(headers.get('referrer-policy'), path).toBe('no-referrer');
    }
  });

  test('a window that an application opened hears from it again after a sign-in', async () => {
    const { url } = await start({ answer: (_, response) => response.writeHead(200, html).end('<p>') });
    for (const path of ['/sign-in', '/saml2/egnyte', '/activate']) {
      expect.soft((await fetch(url + path)).headers.get('cross-origin-opener-policy'), path).toBeNull();
    }
  });
});

test('while it ends, what is being answered is answered, and connections end with their answer', async () => {
  let go = () => {};
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { stop, port, passed } = await start({
    answer: (_, response) => void waiting.then(() => response.end('in the end')),
  });
  const wire = await Wire.open(port);
  wire.send('GET /users HTTP/1.1\r\nHost: a\r\n\r\n');
  const idle = await Wire.open(port);
  while (passed.length === 0) await sleep(5);
  const stopped = stop();
  await idle.toTheEnd();
  go();
  const answer = await wire.toTheEnd();
  expect(answer).toContain('in the end');
  expect(answer).toMatch(/\r\nconnection: close\r\n/);
  await stopped;
});

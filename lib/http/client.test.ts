import { X509Certificate } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '@/lib/http/client';
import type { HttpError } from '@/lib/http/errors';
import { pinOf } from '@/lib/http/pin';
import { makeCertificate, startHttp, startHttps, startTcp, type TestServer } from '@/lib/http/testing/server';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  return createHttpClient({ allowPrivateTargets: ['127.0.0.0/8'], ...options });
}

async function kept(server: Promise<TestServer>): Promise<TestServer> {
  const started = await server;
  cleanups.push(() => started.close());
  return started;
}

/** The error of a promise that must fail. */
async function errorOf(promise: Promise<unknown>): Promise<HttpError> {
  return promise.then(
    () => expect.fail('the request was expected to fail'),
    (error) => error,
  );
}

describe('an ordinary exchange', () => {
  test('method, headers and body arrive, status, headers and body come back', async () => {
    const server = await kept(
      startHttp((request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () => {
          response.writeHead(201, { 'X-Kind': ['a', 'b'], 'Content-Type': 'application/scim+json' });
          response.end(`${request.method} ${request.url} ${request.headers['x-test']} ${body}`);
        });
      }),
    );
    const response = await client().request({
      url: `${server.url}/Users?a=b%20c`,
      method: 'POST',
      headers: { 'x-test': '1' },
      body: 'é',
    });
    expect(response).toMatchObject({ status: 201, body: 'POST /Users?a=b%20c 1 é' });
    expect(response.headers).toMatchObject({ 'x-kind': 'a, b', 'content-type': 'application/scim+json' });
  });

  test('500 is an answer, not an exception', async () => {
    const server = await kept(startHttp((_request, response) => response.writeHead(500).end('oops')));
    expect(await client().request({ url: server.url, method: 'GET' })).toMatchObject({ status: 500, body: 'oops' });
  });

  test('requests one after another share a connection', async () => {
    const server = await kept(startHttp((_request, response) => response.end('ok')));
    const http = client();
    for (let count = 0; count < 10; count += 1) await http.request({ url: server.url, method: 'GET' });
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('a compressed answer is read', async () => {
    const server = await kept(
      startHttp((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'))),
    );
    expect((await client().request({ url: server.url, method: 'GET' })).body).toBe('hello');
  });
});

describe('a server that answers garbage', () => {
  test('an endless body ends at the limit', async () => {
    const server = await kept(
      startHttp((_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(10_000)));
        };
        response.on('drain', more);
        more();
      }),
    );
    const error = await errorOf(client().request({ url: server.url, method: 'GET', maxBytes: 100_000 }));
    expect(error).toMatchObject({ code: 'too_large', requestSent: true, status: 200 });
    expect(error.message).toContain('larger than 100,000 bytes');
  });

  test('a body that announces to be too large is not read at all', async () => {
    const server = await kept(
      startTcp((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n')),
    );
    expect(await errorOf(client().request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'too_large' });
  });

  test('a gzip bomb is stopped at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const server = await kept(
      startHttp((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)),
    );
    expect(await errorOf(client().request({ url: server.url, method: 'GET', maxBytes: 1_000_000 }))).toMatchObject({
      code: 'too_large',
    });
  });

  test.each(['gzip', 'deflate', 'br', 'rot13', 'gzip, gzip, gzip'])(
    'plain text that claims to be %s is told as such',
    async (encoding) => {
      const server = await kept(
        startHttp((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end('plain')),
      );
      expect(await errorOf(client().request({ url: server.url, method: 'GET' }))).toMatchObject({
        code: 'invalid_response',
      });
    },
  );

  test('a server that drips a byte at a time ends at the time limit', async () => {
    const server = await kept(
      startTcp((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    const started = performance.now();
    const error = await errorOf(client().request({ url: server.url, method: 'POST', body: '{}', timeoutMs: 300 }));
    expect(error).toMatchObject({ code: 'timeout', requestSent: true });
    // What trickles in would take twenty seconds.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('silence ends at the time limit', async () => {
    const server = await kept(startTcp(() => {}));
    expect(await errorOf(client().request({ url: server.url, method: 'GET', timeoutMs: 200 }))).toMatchObject({
      code: 'timeout',
      requestSent: true,
    });
  });

  test.each([
    ['resets before the answer', ''],
    ['resets in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['ends a chunked body early', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'],
  ])('one that %s leaves the outcome unknown', async (_what, answer) => {
    const server = await kept(
      startTcp((socket) => {
        socket.on('data', () => socket.write(answer, () => setTimeout(() => socket.resetAndDestroy(), 20)));
      }),
    );
    expect(await errorOf(client().request({ url: server.url, method: 'POST', body: '{}' }))).toMatchObject({
      code: 'reset',
      requestSent: true,
    });
  });

  test('a content length larger than the body is an incomplete answer', async () => {
    const server = await kept(
      startTcp((socket) => {
        socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'));
      }),
    );
    expect(await errorOf(client().request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'reset' });
  });

  test('a content length smaller than the body yields that much and spoils no later request', async () => {
    const server = await kept(
      startTcp((socket) => {
        socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n!'));
      }),
    );
    const http = client();
    for (let count = 0; count < 2; count += 1) {
      expect((await http.request({ url: server.url, method: 'GET' })).body).toBe('ok');
    }
  });

  test('huge headers are refused', async () => {
    const server = await kept(
      startTcp((socket) => {
        socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`));
      }),
    );
    expect(await errorOf(client().request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'too_large' });
  });

  test.each(['SSH-2.0-OpenSSH\r\n', 'HTTP/9.9 999999 what\r\n\r\n', '\0\0\0\0'])('%j is not HTTP', async (garbage) => {
    const server = await kept(startTcp((socket) => void socket.on('data', () => socket.end(garbage))));
    expect((await errorOf(client().request({ url: server.url, method: 'GET' }))).code).toBe('invalid_response');
  });

  test.each([301, 302, 303, 307, 308])('a %i is reported with its location and not followed', async (status) => {
    const asked: (string | undefined)[] = [];
    const server = await kept(
      startHttp((request, response) => {
        asked.push(request.url);
        response.writeHead(status, { location: '/elsewhere' }).end('moved');
      }),
    );
    const error = await errorOf(client().request({ url: `${server.url}/here`, method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ code: 'redirect', location: '/elsewhere', status });
    expect(asked).toEqual(['/here']);
  });
});

describe('a request that never left', () => {
  test('a refused connection was not sent', async () => {
    const server = await kept(startHttp(() => {}));
    await server.close();
    const error = await errorOf(client().request({ url: server.url, method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ code: 'connect', requestSent: false });
    expect(error.message).toContain('connection refused');
  });

  test('an unknown name was not sent', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    const error = await errorOf(client({ lookup }).request({ url: 'https://nowhere.example.com', method: 'GET' }));
    expect(error).toMatchObject({ code: 'dns', requestSent: false });
    expect(error.message).toBe('There is no host named nowhere.example.com (DNS)');
  });

  test('a name server that never answers ends at the time limit', async () => {
    const lookup = () => new Promise<never>(() => {});
    const request = client({ lookup }).request({ url: 'https://slow.example.com', method: 'GET', timeoutMs: 100 });
    expect(await errorOf(request)).toMatchObject({ code: 'timeout', requestSent: false });
  });

  test('a cancelled request says so, before and after it was sent', async () => {
    const server = await kept(startTcp(() => {}));
    const early = client().request({ url: server.url, method: 'GET', signal: AbortSignal.abort() });
    expect(await errorOf(early)).toMatchObject({ code: 'aborted', requestSent: false });
    const late = client().request({ url: server.url, method: 'GET', signal: AbortSignal.timeout(150) });
    expect(await errorOf(late)).toMatchObject({ code: 'aborted', requestSent: true });
  });

  test('a header that cannot be sent is refused without telling its value', async () => {
    const server = await kept(startHttp((_request, response) => response.end()));
    const headers = { authorization: 'Bearer geheim\r\nx: y' };
    const error = await errorOf(client().request({ url: server.url, method: 'GET', headers }));
    expect(error).toMatchObject({ code: 'invalid_request', requestSent: false });
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('geheim');
    expect(server.connections()).toBe(0);
  });
});

describe('private networks', () => {
  test('a name that resolves to a private address is refused before any connection', async () => {
    const server = await kept(startHttp((_request, response) => response.end('secret')));
    const lookup = async () => [{ address: '127.0.0.1' }];
    const http = createHttpClient({ allowPrivateTargets: [], lookup });
    const error = await errorOf(http.request({ url: `https://rebind.example.com:${server.port}`, method: 'GET' }));
    expect(error).toMatchObject({ code: 'target_not_allowed', requestSent: false });
    expect(error.message).toContain('rebind.example.com (127.0.0.1) is a loopback address');
    expect(server.connections()).toBe(0);
  });

  test('a name is resolved once per connection, and the address that was checked is the one connected to', async () => {
    const server = await kept(startHttp((_request, response) => response.end('ok')));
    let asked = 0;
    const lookup = async () => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '10.255.255.1' }];
    };
    const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'], lookup });
    const url = `http://rebind.example.com:${server.port}`;
    expect((await http.request({ url, method: 'GET' })).body).toBe('ok');
    expect(asked).toBe(1);
  });

  test('of several addresses only the allowed ones are tried', async () => {
    const server = await kept(startHttp((_request, response) => response.end('ok')));
    const lookup = async () => [{ address: '10.0.0.1' }, { address: '::1' }, { address: '127.0.0.1' }];
    const http = createHttpClient({ allowPrivateTargets: [`127.0.0.1:${server.port}`], lookup });
    const response = await http.request({ url: `http://mixed.example.com:${server.port}`, method: 'GET' });
    expect(response.body).toBe('ok');
  });

  test('the next address is tried when one refuses', async () => {
    const server = await kept(startHttp((_request, response) => response.end('ok')));
    const lookup = async () => [{ address: '127.0.0.2' }, { address: '127.0.0.1' }];
    const url = `http://two.example.com:${server.port}`;
    expect((await client({ lookup }).request({ url, method: 'GET' })).body).toBe('ok');
  });

  test('plain http to a listed name that resolves to a public address is refused', async () => {
    const lookup = async () => [{ address: '93.184.216.34' }];
    const http = createHttpClient({ allowPrivateTargets: ['sandbox'], lookup });
    expect(await errorOf(http.request({ url: 'http://sandbox/', method: 'GET' }))).toMatchObject({
      code: 'invalid_url',
    });
  });

  test('a redirect into a private network leads nowhere', async () => {
    const secret = await kept(startHttp((_request, response) => response.end('secret')));
    const server = await kept(
      startHttp((_request, response) => response.writeHead(302, { location: secret.url }).end()),
    );
    const http = createHttpClient({ allowPrivateTargets: [`127.0.0.1:${server.port}`] });
    expect(await errorOf(http.request({ url: server.url, method: 'GET' }))).toMatchObject({ code: 'redirect' });
    expect(secret.connections()).toBe(0);
  });
});

describe('TLS', () => {
  const lookup = async () => [{ address: '127.0.0.1' }];

  test('a trusted certificate for the right name is accepted, and a probe tells how long it took', async () => {
    const identity = await makeCertificate({ dns: ['scim.example.com'], ip: ['127.0.0.1'] });
    const server = await kept(startHttps((_request, response) => response.end('safe'), identity));
    const http = client({ lookup, ca: identity.cert });
    const url = `https://scim.example.com:${server.port}`;
    expect((await http.request({ url, method: 'GET' })).body).toBe('safe');
    expect((await http.request({ url: server.url, method: 'GET' })).body).toBe('safe');
    expect(await http.probe(url)).toMatchObject({ address: '127.0.0.1', tlsMs: expect.any(Number) });
  });

  test.each([
    ['for another name', { dns: ['other.example.com'] }, 'is for another name'],
    ['that has expired', { dns: ['scim.example.com'], expired: true }, 'has expired'],
  ])('a certificate %s is named, and nothing is sent', async (_what, options, message) => {
    const identity = await makeCertificate(options);
    let asked = 0;
    const server = await kept(
      startHttps(() => {
        asked += 1;
      }, identity),
    );
    const http = client({ lookup, ca: identity.cert });
    const url = `https://scim.example.com:${server.port}`;
    const error = await errorOf(http.request({ url, method: 'POST', body: '{}' }));
    expect(error).toMatchObject({ code: 'tls', requestSent: false });
    expect(error.message).toContain(message);
    expect(await errorOf(http.probe(url))).toMatchObject({ code: 'tls' });
    expect(asked).toBe(0);
  });

  test.each(['ca', 'pin'] as const)(
    'a host is known by its own certificate (%s), and no other host by it',
    async (kind) => {
      const names = { dns: ['scim.example.com', 'other.example.com'] };
      const [own, foreign] = [await makeCertificate(names), await makeCertificate(names)];
      let asked = 0;
      const listener = (_request: unknown, response: { end(text: string): void }) => {
        asked += 1;
        response.end('safe');
      };
      const [server, impostor] = [await kept(startHttps(listener, own)), await kept(startHttps(listener, foreign))];
      const pin = pinOf(new X509Certificate(own.cert));
      const hostname = 'scim.example.com';
      // What is trusted besides is not trusted of this host.
      const http = client({
        lookup,
        ca: foreign.cert,
        trust: kind === 'ca' ? { hostname, ca: own.cert } : { hostname, pin },
      });
      const get = (host: string, { port }: TestServer) =>
        http.request({ url: `https://${host}:${port}`, method: 'GET' }).then(
          ({ body }) => body,
          (error) => error,
        );
      expect(await get(hostname, server)).toBe('safe');
      const refused = await get(hostname, impostor);
      expect(refused).toMatchObject({ code: 'tls', requestSent: false });
      expect(refused.message).toContain(kind === 'ca' ? 'own authority' : pinOf(new X509Certificate(foreign.cert)));
      expect(await get('other.example.com', server)).toMatchObject({ code: 'tls' });
      expect(await get('other.example.com', impostor)).toBe('safe');
      expect(asked, 'nothing is sent to who is not known').toBe(2);
    },
  );

  test('a pinned certificate that has expired is refused', async () => {
    const identity = await makeCertificate({ dns: ['scim.example.com'], expired: true });
    const server = await kept(startHttps((_request, response) => response.end(), identity));
    const pin = pinOf(new X509Certificate(identity.cert));
    const http = client({ lookup, trust: { hostname: 'scim.example.com', pin } });
    const error = await errorOf(http.request({ url: `https://scim.example.com:${server.port}`, method: 'GET' }));
    expect(error).toMatchObject({ code: 'tls', message: expect.stringContaining('has expired') });
  });

  test('a self-signed certificate is not trusted', async () => {
    const identity = await makeCertificate({ ip: ['127.0.0.1'] });
    const server = await kept(startHttps((_request, response) => response.end(), identity));
    const error = await errorOf(client().request({ url: server.url, method: 'GET' }));
    expect(error).toMatchObject({ code: 'tls', requestSent: false });
    expect(error.message).toContain('self-signed');
  });

  test('https to a server that speaks plain http, resets or stays silent is a TLS problem', async () => {
    const plain = await kept(startHttp((_request, response) => response.end()));
    const rude = await kept(startTcp((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    const silent = await kept(startTcp(() => {}));
    for (const { port } of [plain, rude, silent]) {
      const http = client({ connectTimeoutMs: 300 });
      const error = await errorOf(http.request({ url: `https://127.0.0.1:${port}`, method: 'GET' }));
      expect(error).toMatchObject({ code: 'tls', requestSent: false });
    }
  });
});

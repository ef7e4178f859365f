import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startFront } from './testing/front';

const running: { close: () => void }[] = [];
afterEach(() => {
  for (const front of running.splice(0)) front.close();
});

interface Answer {
  status: number | undefined;
  retryAfter: string | undefined;
  type: string | undefined;
  text: string;
}

/** @param from a loopback address to send from */
function send(port: number, path: string, from: string, options: { cookie?: string; method?: string } = {}) {
  const { cookie, method = 'GET' } = options;
  return new Promise<Answer>((resolve, reject) => {
    const headers = cookie ? { cookie } : {};
    const sent = request(
      { host: '127.0.0.1', port, path, method, localAddress: from, headers, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        const { 'retry-after': retryAfter, 'content-type': type } = answer.headers;
        answer.on('end', () => resolve({ status: answer.statusCode, retryAfter, type, text }));
      },
    );
    sent.on('error', reject).end();
  });
}

async function limited(ofAddress: number, ofSession = 3_000) {
  const told: string[] = [];
  const front = await startFront({
    requestsPerMinute: (who) => (who === 'session' ? ofSession : ofAddress),
    onLimited: (address) => told.push(address),
  });
  running.push(front);
  return { ...front, told };
}

const ours = { cookie: 'session=ours' };

test('beyond its limit an address is answered 429 before anything is done for it, with when to come again', async () => {
  const { port, passed, told } = await limited(60);
  for (let sent = 0; sent < 60; sent += 1) expect((await send(port, '/saml2/egnyte', '127.0.0.2')).status).toBe(200);
  const refused = await send(port, '/saml2/egnyte?SAMLRequest=x', '127.0.0.2');
  expect(refused).toMatchObject({ status: 429, retryAfter: '1', type: expect.stringContaining('text/html') });
  expect(refused.text).toContain('rate_limited');
  expect(refused.text).toContain('60 a minute');
  expect([passed.length, told]).toEqual([60, ['127.0.0.2']]);
});

test.each([
  '/saml2/egnyte',
  '/saml2/egnyte/continue',
  '/saml2/egnyte/metadata',
  '/activate',
  '/sign-in',
  '/api/auth/csrf',
  '/api/v1/openapi.json',
  '/users',
])('%s counts, since it costs something whoever asks', async (path) => {
  const { port } = await limited(60);
  for (let sent = 0; sent < 60; sent += 1) await send(port, '/forgot-password', '127.0.0.2');
  expect((await send(port, path, '127.0.0.2')).status).toBe(429);
});

test('who is signed in at the same address, and whoever comes from another one, is served', async () => {
  const { port } = await limited(60);
  for (let sent = 0; sent < 61; sent += 1) await send(port, '/sign-in', '127.0.0.2');
  expect((await send(port, '/portal', '127.0.0.2', ours)).status).toBe(200);
  expect((await send(port, '/sign-in', '127.0.0.3')).status).toBe(200);
  expect((await send(port, '/portal', '127.0.0.2', { cookie: 'session=made-up' })).status).toBe(429);
});

test('a session has a limit of its own, wherever its requests come from', async () => {
  const { port, told } = await limited(60, 70);
  for (let sent = 0; sent < 70; sent += 1) {
    expect((await send(port, '/portal', sent % 2 === 0 ? '127.0.0.2' : '127.0.0.3', ours)).status).toBe(200);
  }
  expect((await send(port, '/portal', '127.0.0.4', ours)).status).toBe(429);
  expect((await send(port, '/portal', '127.0.0.4', { cookie: 'session=ours too' })).status).toBe(200);
  expect(told).toEqual(['127.0.0.4']);
});

test('health checks, files of the console and the API, which counts by its tokens, are no part of it', async () => {
  const { port } = await limited(60);
  for (let sent = 0; sent < 61; sent += 1) await send(port, '/sign-in', '127.0.0.2');
  for (const path of ['/healthz', '/readyz', '/_next/static/x.js', '/icon.svg', '/api/v1/users']) {
    expect((await send(port, path, '127.0.0.2')).status, path).toBe(200);
  }
});

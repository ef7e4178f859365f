import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { DatabaseWatch } from './database-watch';
import { startFront, Wire } from './testing/front';

const running: { close: () => void }[] = [];
afterEach(() => {
  for (const front of running.splice(0)) front.close();
});

/** A server whose database is there or away as the test says, and is asked no more often than it has to be. */
async function start(answer: NonNullable<Parameters<typeof startFront>[0]>['answer']) {
  const database = { error: undefined as unknown, asked: 0 };
  const watch = new DatabaseWatch(async () => {
    database.asked += 1;
    if (database.error) throw database.error;
  });
  const front = await startFront({ database: watch, ...(answer ? { answer } : {}) });
  running.push(front);
  return { ...front, database };
}

const away = new Error('The database does not answer.');

test('an answer of 500 becomes 503 while the database is away, whatever of it was written, and whoever asks', async () => {
  const { url, database } = await start((_, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.setHeader('set-cookie', 'half=done');
    response.statusCode = 500;
    response.write(gzipSync('half of a page'));
    response.end();
  });
  database.error = away;
  const page = await fetch(`${url}/users`);
  expect(page.status).toBe(503);
  expect(page.headers.get('retry-after')).toBe('5');
  expect(page.headers.get('content-encoding')).toBeNull();
  expect(page.headers.get('set-cookie')).toBeNull();
  const html = await page.text();
  expect(html).toContain('<h1>Latchkey is not available</h1>');
  expect(html).toContain('<meta http-equiv="refresh" content="5">');
  expect(html).not.toContain('half of a page');

  const api = await fetch(`${url}/api/v1/users`);
  expect([api.status, api.headers.get('content-type')]).toEqual([503, 'application/problem+json']);
  expect(await api.json()).toMatchObject({ status: 503, code: 'unavailable' });
  expect(await (await fetch(`${url}/api/search`)).json()).toMatchObject({ ok: false, code: 'unavailable' });
  const action = await fetch(`${url}/users`, { method: 'POST', headers: { 'next-action': 'x' } });
  expect([action.status, action.headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8']);
});

test('a sign-in that came by POST is not asked for again by itself: it begins anew at the application', async () => {
  const { url, database } = await start((_, response) => response.writeHead(500).end());
  database.error = away;
  const posted = await (await fetch(`${url}/saml2/egnyte`, { method: 'POST', body: 'SAMLRequest=x' })).text();
  expect(posted).not.toContain('http-equiv="refresh"');
  expect(posted).toContain('Go back to the application and sign in again.');
  expect(await (await fetch(`${url}/saml2/egnyte?SAMLRequest=x`)).text()).toContain('http-equiv="refresh"');
});

test('an answer of 500 that the database has nothing to do with goes out as it is', async () => {
  const { url, database } = await start((request, response) => {
    if (request.url === '/pieces') {
      response.writeHead(500, { 'content-type': 'text/plain', 'x-own': 'kept' });
      response.write('a ');
      response.write(Buffer.from('mistake'));
      response.end('');
    } else if (request.url === '/large') response.writeHead(500).end(Buffer.alloc(3_000_000, 'a'));
    else response.writeHead(500, { 'content-length': 9 }).end('a mistake');
  });
  const pieces = await fetch(`${url}/pieces`);
  expect([pieces.status, await pieces.text(), pieces.headers.get('x-own')]).toEqual([500, 'a mistake', 'kept']);
  expect(pieces.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await (await fetch(`${url}/whole`)).text()).toBe('a mistake');
  expect((await (await fetch(`${url}/large`)).text()).length).toBe(3_000_000);
  // PostgreSQL has said something: it is there.
  database.error = Object.assign(new Error('too many connections'), { code: '53300' });
  expect((await fetch(`${url}/whole`)).status).toBe(500);
});

test.each(['57P01', '57P03', '08006', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'])('%s counts as away', async (code) => {
  const { url, database } = await start((_, response) => response.writeHead(500).end());
  database.error = Object.assign(new Error(code), { code });
  expect((await fetch(`${url}/users`)).status).toBe(503);
});

test('requests that would wait for ever are answered, and what comes meanwhile at once; it ends by itself', async () => {
  const late: (() => void)[] = [];
  const { url, database, passed } = await start((request, response) => {
    // What the handler does when the database is back, too late for anybody.
    late.push(() => {
      response.setHeader('x-late', '1');
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('late');
      response.end();
    });
    if (request.url === '/after') late.pop()?.();
  });
  database.error = away;
  const waited = await Promise.all(['/users', '/api/v1/users', '/saml2/egnyte'].map((path) => fetch(url + path)));
  expect(waited.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(passed).toHaveLength(3);

  const meanwhile = await Promise.all(['/sign-in', '/api/v1/users', '/api/auth/csrf'].map((path) => fetch(url + path)));
  expect(meanwhile.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(passed).toHaveLength(3);

  database.error = undefined;
  for (const finish of late.splice(0)) finish();
  await expect.poll(async () => (await fetch(`${url}/after`)).status, { timeout: 5_000 }).toBe(200);
});

test('a page that is half there when the database goes ends, instead of staying so; a download goes on', async () => {
  const { url, port, database } = await start((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('half of it');
    if (request.url?.startsWith('/api/')) setTimeout(() => response.end(', and the rest'), 2_500);
  });
  database.error = away;
  const download = fetch(`${url}/api/events/export`);
  const wire = await Wire.open(port);
  expect(await wire.send('GET /users HTTP/1.1\r\nHost: a\r\n\r\n').toTheEnd()).toMatch(/half of it\r\n$/);
  expect(await (await download).text()).toBe('half of it, and the rest');
});

test('what needs no database goes on without it, and while all is well nobody asks the database anything', async () => {
  const { url, database } = await start((_, response) => response.writeHead(200).end('fine'));
  for (const path of ['/users', '/api/v1/users', '/healthz']) await fetch(url + path);
  await sleep(1_200);
  expect(database.asked).toBe(0);
  database.error = away;
  const failing = await start((_, response) => response.writeHead(500).end());
  failing.database.error = away;
  await fetch(`${failing.url}/users`);
  expect((await fetch(`${failing.url}/users`)).status).toBe(503);
  // Alive all the same: an outage of the database must not get web processes restarted.
  expect((await fetch(`${failing.url}/healthz`)).status).toBe(500);
  expect((await fetch(`${failing.url}/icon.svg`)).status).toBe(500);
});

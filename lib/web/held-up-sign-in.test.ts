import { afterEach, expect, test } from 'vitest';
import { rememberHold } from '@/lib/throttle/remembered-holds';
import { heldUpSignIn } from './held-up-sign-in';
import { startFront } from './testing/front';

const path = '/api/auth/callback/credentials';
const running: { close: () => void }[] = [];
afterEach(() => {
  for (const front of running.splice(0)) front.close();
});

/** A front behind a proxy on this machine, so that each test has addresses of its own. */
async function start() {
  const front = await startFront({ refusalOf: heldUpSignIn, trustedProxies: ['127.0.0.1'] });
  running.push(front);
  const send = (address: string, options: { path?: string; method?: string; cookie?: string } = {}) =>
    fetch(front.url + (options.path ?? path), {
      method: options.method ?? 'POST',
      headers: { 'x-forwarded-for': address, ...(options.cookie ? { cookie: options.cookie } : {}) },
      ...(options.method === 'GET' ? {} : { body: 'identifier=kim&password=wrong' }),
    });
  return { send, passed: front.passed };
}

test('of a flood of sign-ins, 120 of one address are looked at; the others are told to wait and never get through', async () => {
  const { send, passed } = await start();
  const statuses: number[] = [];
  for (let sent = 0; sent < 130; sent += 1) {
    // Written in another way it is the same.
    const answer = await send('203.0.113.1', sent % 2 ? { path: '/api/auth/callback/%63redentials' } : {});
    statuses.push(answer.status);
    if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const through = statuses.filter((status) => status === 200).length;
  // A minute's worth comes back while they are sent, two a second.
  expect(through).toBeGreaterThanOrEqual(120);
  expect(statuses.filter((status) => status === 429).length).toBe(130 - through);
  expect(passed).toHaveLength(through);
  expect((await send('203.0.113.2')).status, 'another address').toBe(200);
  expect((await send('203.0.113.1', { cookie: 'latchkey-browser=x' })).status, 'a browser that may be known').toBe(200);
  expect((await send('203.0.113.1', { path: '/portal', method: 'GET' })).status, 'anything else').toBe(200);
  // One may have come back meanwhile.
  const told = await Promise.all(Array.from({ length: 5 }, () => toldTo(send('203.0.113.1')).catch(() => undefined)));
  const { status, body, type } = told.find((one) => one !== undefined) ?? {};
  expect({ status, type }).toEqual({ status: 429, type: 'application/json' });
  expect(body).toMatchObject({ ok: false, code: 'rate_limited', message: 'Too many sign-ins come from this address.' });
});

test('an address that used up its budget a moment ago is told so, but for browsers that may have signed in before', async () => {
  const { send, passed } = await start();
  const budget = { most: 50, halfLifeSeconds: 900 };
  rememberHold({ subject: 'address', source: '203.0.113.7', budget }, 300);
  const { status, body, retryAfter } = await toldTo(send('203.0.113.7'));
  expect(status).toBe(429);
  expect(Number(retryAfter)).toBeGreaterThan(290);
  expect(body).toMatchObject({ ok: false, code: 'rate_limited', message: 'Too many wrong passwords.' });
  expect(passed).toEqual([]);
  expect((await send('203.0.113.7', { cookie: 'a=b; latchkey-browser=x' })).status).toBe(200);
  expect((await send('203.0.113.8')).status).toBe(200);
});

async function toldTo(asked: Promise<Response>) {
  const response = await asked;
  const { headers, status } = response;
  return {
    status,
    body: await response.json(),
    type: headers.get('content-type'),
    retryAfter: headers.get('retry-after'),
  };
}

import { expect, test } from './support/test';

test('a load balancer sees a running product as alive and ready', async ({ request }) => {
  const alive = await request.get('/healthz');
  expect(await alive.json()).toEqual({ status: 'ok' });
  const ready = await request.get('/readyz');
  expect(ready.status()).toBe(200);
  expect(await ready.json()).toMatchObject({ status: 'ready', checks: { database: 'ok', worker: 'ok' } });
  expect(ready.headers()['cache-control']).toBe('no-store');
});

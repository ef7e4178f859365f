import { afterAll, beforeAll, expect, test } from 'vitest';
import { unique, World } from '@/lib/api/testing/world';
import { answerApi, isApi } from './answer-api';
import { startFront } from './testing/front';

const world = new World();
let front: Awaited<ReturnType<typeof startFront>>;
let authorization: string;

beforeAll(async () => {
  front = await startFront({ handler: answerApi });
  authorization = `Bearer ${await world.token('administrator')}`;
});
afterAll(async () => {
  front.close();
  await world.close();
});

test('the operations of the API are answered here; its description, and what is to be redirected, is for Next', () => {
  for (const url of ['/api/v1/users', '/api/v1/users?limit=1', '/api/v1/no/such/thing'])
    expect(isApi({ url })).toBe(true);
  for (const url of ['/api/v1', '/api/v1/', '/api/v1/users/', '/api/v1/openapi.json', '/api/v1.evil', '/api/search']) {
    expect(isApi({ url }), url).toBe(false);
  }
});

test('over the wire, an operation gets body, headers and query, and its answer arrives whole with what every answer says', async () => {
  const username = unique('wire');
  const body = JSON.stringify({ username, email: `${username}@acme.example`, firstname: 'Ü', lastname: 'Wire' });
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': username };
  const created = await fetch(`${front.url}/api/v1/users`, { method: 'POST', headers, body });
  expect(created.status).toBe(201);
  const person = (await created.json()) as { id: string };
  expect(person).toMatchObject({ username, displayName: 'Ü Wire' });
  expect(created.headers.get('location')).toMatch(new RegExp(`/api/v1/users/${person.id}$`));
  expect(created.headers.get('x-content-type-options')).toBe('nosniff');
  const again = await fetch(`${front.url}/api/v1/users`, { method: 'POST', headers, body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');

  const url = `${front.url}/api/v1/users?q=${username}&limit=1`;
  const found = await fetch(url, { headers: { authorization } });
  const text = await found.text();
  expect(JSON.parse(text)).toMatchObject({ items: [{ username }] });
  const head = await fetch(url, { method: 'HEAD', headers: { authorization } });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    String(Buffer.byteLength(text)),
    '',
  ]);
});

test('what is refused is a problem of RFC 9457', async () => {
  const refused = await fetch(`${front.url}/api/v1/users`);
  expect([refused.status, refused.headers.get('content-type'), refused.headers.get('www-authenticate')]).toEqual([
    401,
    'application/problem+json',
    'Bearer realm="Latchkey"',
  ]);
});

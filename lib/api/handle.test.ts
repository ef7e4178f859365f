import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cpuTime } from '@/lib/core/testing/cpu-time';
import { db } from '@/lib/db/client';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor } from '@/lib/events/actor';
import { createToken } from '@/lib/tokens/create-token';
import { revokeToken } from '@/lib/tokens/revoke-token';
import { createTokenSchema } from '@/lib/tokens/schema';
import { apiPrefix, handleApi } from './handle';
import { unique, World } from './testing/world';

const world = new World();
let token = '';

beforeAll(async () => {
  token = await world.token('administrator');
});
afterAll(() => world.close());

const newPerson = (name = unique('person')) => ({
  username: name,
  email: `${name}@acme.example`,
  firstname: 'New',
  lastname: 'Person',
  sendActivation: false,
});
const create = (body: unknown, key?: string) =>
  world.send('POST', '/users', { token, body, ...(key ? { headers: { 'idempotency-key': key } } : {}) });
const countOf = (username: string) => db.user.count({ where: { username } });

/** Statements that wait for another transaction to end. */
async function waitingForAnother(): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.count ?? 0;
}

describe('an Idempotency-Key', () => {
  test('sent twice at the same moment creates once, and both get the same answer', async () => {
    const person = newPerson();
    const key = unique('key');
    const answers = await Promise.all([1, 2, 3, 4].map(() => create(person, key)));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed'))).toHaveLength(3);
    expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(1);
    expect(await countOf(person.username)).toBe(1);
    expect(await db.event.count({ where: { name: 'user_create', targetName: person.username } })).toBe(1);
  });

  test('sent with another request is refused, and nothing is done', async () => {
    const key = unique('key');
    await create(newPerson(), key);
    const other = newPerson();
    const answer = await create(other, key);
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', field: 'Idempotency-Key' } });
    expect(await countOf(other.username)).toBe(0);
  });

  test('of a refused request is free again, and the refusal is recorded although nothing else is', async () => {
    const person = newPerson();
    await create(person);
    const key = unique('key');
    const refused = await create(person, key);
    expect(refused).toMatchObject({ status: 409, body: { code: 'already_exists', field: 'username' } });
    expect(await db.event.count({ where: { name: 'user_create', outcome: 'error', code: 'already_exists' } })).toBe(1);
    expect(await db.idempotencyKey.count({ where: { key } })).toBe(0);
    expect((await create(newPerson(), key)).status).toBe(201);
  });

  test('of many creates that have to wait leaves connections to everybody else', async () => {
    const name = unique('Taken');
    let creates: Promise<{ status: number }[]> | undefined;
    const giveUp = db.$transaction(
      async (tx) => {
        await tx.group.create({ data: { name, description: '' } });
        // Each waits until it is known whether the name is taken.
        creates = Promise.all(
          Array.from({ length: 40 }, (_, number) =>
            world.send('POST', '/groups', {
              token,
              body: { name },
              headers: { 'idempotency-key': `${name}-${number}` },
            }),
          ),
        );
        await vi.waitUntil(async () => (await waitingForAnother()) > 0);
        expect((await world.send('GET', '/users', { token: await world.token('helpdesk') })).status).toBe(200);
        expect(await tx.group.count({ where: { name } }), 'the others wait to this moment').toBe(1);
        throw new Error('not created after all');
      },
      { timeout: 20_000 },
    );
    await expect(giveUp).rejects.toThrow('not created after all');
    const statuses = (await creates)?.map((answer) => answer.status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 39 }, () => 409)]);
  });

  test('belongs to its token, and what is kept under it is sealed', async () => {
    const key = unique('key');
    const person = newPerson();
    const first = await create(person, key);
    const { link } = first.body as { link?: { url?: string } };
    const rows = await db.$queryRaw<{ row: string }[]>`
      SELECT i::text AS row FROM idempotency_keys i WHERE key = ${key}`;
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain(person.username);
    expect(link?.url).toMatch(/^http/);
    expect(rows[0]?.row).not.toContain(link?.url);
    const { token: other } = await createToken(
      systemActor,
      createTokenSchema.parse({ label: 'other', role: 'administrator' }),
    );
    const body = newPerson();
    const answer = await world.send('POST', '/users', { token: other, body, headers: { 'idempotency-key': key } });
    expect(answer.status, "another token's key is another key").toBe(201);
  });

  test.each(['', ' ', 'a'.repeat(256), 'tab\there'])('%j is no key', async (key) => {
    const person = newPerson();
    const answer = await world.send('POST', '/users', { token, body: person, headers: { 'idempotency-key': key } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input', field: 'Idempotency-Key' } });
    expect(await countOf(person.username)).toBe(0);
  });
});

describe('If-Match', () => {
  test('with the ETag that was read changes once; the second of two writers is told the present version', async () => {
    const id = await world.person();
    const read = await world.send('GET', `/users/${id}`, { token });
    const etag = read.headers.get('etag') ?? '';
    expect(etag).toBe('"1"');
    const change = (department: string, ifMatch: string) =>
      world.send('PATCH', `/users/${id}`, { token, body: { department }, headers: { 'if-match': ifMatch } });
    expect((await change('Sales', etag)).headers.get('etag')).toBe('"2"');
    expect(await change('Finance', etag)).toMatchObject({
      status: 412,
      body: { code: 'stale_version', field: 'If-Match', details: { version: 2 } },
    });
    expect((await change('Finance', '"9", "2"')).status, 'one of a list').toBe(200);
    expect((await change('Legal', 'W/"3"')).status, 'a weak tag never matches').toBe(412);
    expect((await change('Legal', '*')).status).toBe(200);
    expect((await db.user.findUniqueOrThrow({ where: { id } })).department).toBe('Legal');
  });

  test('of * changes whatever is there, also where several do so at the same moment', async () => {
    const id = await world.person();
    const changes = ['department', 'location', 'phone', 'company', 'jobTitle', 'costCenter', 'displayName'];
    const answers = await Promise.all(
      changes.map((name) =>
        world.send('PATCH', `/users/${id}`, { token, body: { [name]: 'x' }, headers: { 'if-match': '*' } }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(changes.map(() => 200));
    const user = await db.user.findUniqueOrThrow({ where: { id } });
    expect(user).toMatchObject(Object.fromEntries(changes.map((name) => [name, 'x'])));
    expect(user.version).toBe(1 + changes.length);
  });

  test('two writers with the same ETag at the same moment: one is done, one is refused', async () => {
    const id = await world.person();
    const answers = await Promise.all(
      ['One', 'Two'].map((department) =>
        world.send('PATCH', `/users/${id}`, { token, body: { department }, headers: { 'if-match': '"1"' } }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });
});

describe('a token', () => {
  test('is refused beyond its limit until the time that is said, and others are not', async () => {
    const input = createTokenSchema.parse({ label: 'slow', role: 'helpdesk', requestsPerMinute: 3 });
    const { token: slow } = await createToken(systemActor, input);
    const answers = [];
    for (let sent = 0; sent < 4; sent += 1) answers.push(await world.send('GET', '/users', { token: slow }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers.map((answer) => answer.headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(answers[3]?.headers.get('retry-after')).toBe('20');
    expect(answers[3]?.body).toMatchObject({ code: 'rate_limited' });
    expect((await world.send('GET', '/users', { token })).status).toBe(200);
  });

  test('that is revoked or has run out is refused with the next request', async () => {
    const input = createTokenSchema.parse({ label: 'short', role: 'administrator' });
    const { id, token: short } = await createToken(systemActor, input);
    expect((await world.send('GET', '/users', { token: short })).status).toBe(200);
    await db.apiToken.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
    const expired = await world.send('GET', '/users', { token: short });
    expect(expired).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated', message: 'This token is expired.' },
    });
    await db.apiToken.update({ where: { id }, data: { expiresAt: null } });
    await revokeToken(systemActor, { id });
    expect((await world.send('GET', '/users', { token: short })).status).toBe(401);
  });

  test('of somebody who is suspended is refused with what to do, which is on record once a minute', async () => {
    const id = await world.person();
    await db.user.update({ where: { id }, data: { role: 'administrator', displayName: 'Ada Byron' } });
    const maker = { id, name: 'ada', clientAddress: null };
    const made = await createToken(maker, createTokenSchema.parse({ label: 'outlives', role: 'administrator' }));
    const promote = () =>
      world.send('PATCH', `/users/${id}`, {
        token: made.token,
        body: { department: unique('department') },
        headers: { 'if-match': '*' },
      });
    expect((await promote()).status).toBe(200);
    await suspendUser(systemActor, { id });
    for (let sent = 0; sent < 3; sent += 1) {
      const refused = await promote();
      expect(refused).toMatchObject({
        status: 401,
        body: {
          code: 'token_not_accepted',
          type: 'http://localhost:3000/api-reference#token_not_accepted',
          detail: 'This token is not accepted: Ada Byron is suspended.',
          hint: expect.stringContaining('works again'),
        },
      });
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    }
    const told = await db.event.findMany({ where: { name: 'access_refused', tokenId: made.id } });
    expect(told).toMatchObject([{ code: 'token_not_accepted', actorName: 'outlives', clientAddress: '192.0.2.7' }]);
    await reactivateUser(systemActor, { id });
    expect((await promote()).status).toBe(200);
  });

  test("of the helpdesk is told a webhook's receiver without path and query, which may hold the receiver's token", async () => {
    const body = { label: unique('siem'), url: 'https://siem.example/v1/hush?token=hush' };
    const made = await world.send('POST', '/webhooks', { token, body });
    const { id } = made.body as { id: string };
    const desk = await world.token('helpdesk');
    for (const path of [`/webhooks/${id}`, '/webhooks', '/events']) {
      const answer = await world.send('GET', path, { token: desk });
      expect(JSON.stringify(answer.body)).toContain('https://siem.example/…');
      expect(JSON.stringify(answer.body), path).not.toContain('hush');
    }
    expect((await world.send('GET', `/webhooks/${id}`, { token })).body).toMatchObject({ url: body.url });
  });

  test('that is refused over and over does not fill the events: each operation is told of once a minute', async () => {
    const input = createTokenSchema.parse({ label: 'stubborn', role: 'helpdesk' });
    const { id, token: stubborn } = await createToken(systemActor, input);
    for (let sent = 0; sent < 20; sent += 1) {
      expect((await world.send('GET', '/tokens', { token: stubborn })).status).toBe(403);
      expect((await world.send('GET', '/outbox', { token: stubborn })).status).toBe(403);
    }
    const told = await db.event.findMany({ where: { name: 'access_refused', tokenId: id }, orderBy: { id: 'asc' } });
    expect(told.map(({ message }) => message)).toEqual([
      expect.stringContaining('tokens.write'),
      expect.stringContaining('outbox.read'),
    ]);
  });

  test('that is revoked while its request is still being sent is refused', async () => {
    const { id, token: leaked } = await createToken(
      systemActor,
      createTokenSchema.parse({ label: 'leaked', role: 'administrator' }),
    );
    const person = newPerson();
    const text = new TextEncoder().encode(JSON.stringify(person));
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(text.slice(0, 10));
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        await revokeToken(systemActor, { id });
        controller.enqueue(text.slice(10));
        controller.close();
      },
    });
    const headers = { authorization: `Bearer ${leaked}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' };
    const request = new Request(`http://localhost:3000${apiPrefix}/users`, init);
    const answer = await handleApi(request, { origin: 'http://localhost:3000', clientAddress: null });
    expect(answer.status).toBe(401);
    expect(await countOf(person.username)).toBe(0);
  });

  test('whose requests take long leaves connections to others', async () => {
    const desk = await world.token('helpdesk');
    let reads: Promise<{ status: number }[]> | undefined;
    await db.$transaction(
      async (tx) => {
        await tx.$executeRaw`LOCK TABLE events IN ACCESS EXCLUSIVE MODE`;
        reads = Promise.all(Array.from({ length: 40 }, () => world.send('GET', '/events?q=a', { token: desk })));
        await vi.waitUntil(async () => (await waitingForAnother()) > 0);
        expect((await world.send('GET', '/users', { token })).status).toBe(200);
        expect(await tx.event.count(), 'the others wait to this moment').toBeGreaterThan(0);
      },
      { timeout: 20_000 },
    );
    expect(new Set((await reads)?.map((answer) => answer.status))).toEqual(new Set([200]));
  });

  test('is named by the events that it causes', async () => {
    const person = newPerson();
    await create(person);
    const event = await db.event.findFirstOrThrow({ where: { name: 'user_create', targetName: person.username } });
    expect(event).toMatchObject({ actorId: null, actorName: 'test administrator', clientAddress: '192.0.2.7' });
    const label = await db.apiToken.findUniqueOrThrow({ where: { id: event.tokenId ?? '' }, select: { label: true } });
    expect(label).toEqual({ label: 'test administrator' });
  });
});

describe('what is sent', () => {
  const raw = (body: string | Uint8Array<ArrayBuffer>, type?: string) =>
    world.sendRaw('POST', '/users', token, body, type);

  test('as another media type, as no JSON, too large, or with a NUL character is refused with what to do', async () => {
    const text = JSON.stringify(newPerson());
    expect(await raw(text, 'application/x-www-form-urlencoded')).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', hint: 'Send the header Content-Type: application/json.' },
    });
    expect(await raw('{"username":', 'application/json')).toMatchObject({ status: 400 });
    expect(await raw('"text"', 'application/json')).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(await raw(`{"x":"${'a'.repeat(2_100_000)}"}`, 'application/json')).toMatchObject({
      status: 413,
      body: { code: 'body_too_large', message: 'The body is larger than 2 MiB.' },
    });
    expect(await raw(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 'application/json')).toMatchObject({ status: 400 });
    expect(await create({ ...newPerson(), department: 'a\0b' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', field: 'department' },
    });
    expect(await create({ ...newPerson(), department: 'a\ud800b' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', field: 'department' },
    });
    expect(await create({ ...newPerson(), department: 'a\u{1f600}b' })).toMatchObject({ status: 201 });
    expect(await raw(`{"x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, 'application/json')).toMatchObject({
      status: 400,
      body: { code: 'invalid_input' },
    });
  });

  test('as a list of a million mistakes is refused with a short answer, before it is looked at', async () => {
    const { slug } = await world.application();
    const desk = await world.token('helpdesk');
    const send = (states: string) =>
      world.sendRaw(
        'POST',
        `/applications/${slug}/links/retry-failed`,
        desk,
        `{"states":[${states}]}`,
        'application/json',
      );
    const started = cpuTime();
    const many = await send(`${'"x",'.repeat(400_000)}"x"`);
    expect(many).toMatchObject({ status: 400, body: { message: 'The body holds more than 20,000 values.' } });
    expect(cpuTime() - started, 'milliseconds').toBeLessThan(3_000);
    const preview = await world.send('POST', `/applications/${slug}/mappings/preview`, {
      token: desk,
      body: { objectType: 'user', subjectId: slug, mappings: Array.from({ length: 150 }, () => ({})) },
    });
    expect((preview.body as { errors: unknown[] }).errors).toHaveLength(100);
  });

  test('as a parameter __proto__ is refused like any that is not known', async () => {
    const answer = await world.send('GET', '/users?__proto__=1', { token });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input', field: '__proto__' } });
  });

  test('with HEAD is answered as with GET', async () => {
    const id = await world.person();
    const answer = await world.send('HEAD' as 'GET', `/users/${id}`, { token });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"1"');
  });

  test('to a path or with a method that is not there is told what is', async () => {
    expect(await world.send('GET', '/nothing', { token })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    const answer = await world.send('DELETE', '/users', { token });
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });
});

test('a list is read to its end by the addresses in Link, everything once', async () => {
  const names = ['paged.a', 'paged.b', 'paged.c', 'paged.d', 'paged.e'];
  for (const name of names) await world.person(name);
  const read: string[] = [];
  let path: string | undefined = '/users?q=paged&limit=2&sort=-username';
  for (let pages = 0; path && pages < 10; pages += 1) {
    const page: Awaited<ReturnType<World['send']>> = await world.send('GET', path as `/${string}`, { token });
    read.push(...(page.body as { items: { username: string }[] }).items.map((user) => user.username));
    path = /^<http:\/\/localhost:3000\/api\/v1(\/[^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
  }
  expect(read).toEqual(names.toReversed());
});

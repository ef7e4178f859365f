import pg from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { unique, World } from './testing/world';

const world = new World();
afterAll(() => world.close());

const newPerson = () => {
  const username = unique('person');
  return { username, email: `${username}@acme.example`, firstname: 'New', lastname: 'Person' };
};

/** What is asked of the database meanwhile, word for word. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  await work();
  const texts = (query.mock.calls as unknown as [{ text: string } | string][]).map(([asked]) =>
    typeof asked === 'string' ? asked : asked.text,
  );
  query.mockRestore();
  return texts.map((text) => text.trim());
}

test('a person is created in two statements, the token one of them: key, person, link, event, mail and task are the other', async () => {
  const token = await world.token('administrator');
  const send = (body: object, key: string) =>
    world.send('POST', '/users', { token, body, headers: { 'idempotency-key': key } });
  // When it was last used is written once a minute.
  await send(newPerson(), unique('key'));
  const person = newPerson();
  const key = unique('key');
  const asked = await statementsOf(async () => expect((await send(person, key)).status).toBe(201));
  expect(asked.map((text) => text.slice(0, 4))).toEqual(['SELE', 'WITH']);

  const user = await db.user.findFirstOrThrow({ where: { username: person.username } });
  expect(await db.idempotencyKey.count({ where: { key } })).toBe(1);
  expect(await db.takenName.count({ where: { userId: user.id } })).toBe(2);
  expect(await db.activationLink.count({ where: { userId: user.id, endedAt: null } })).toBe(1);
  expect(await db.event.count({ where: { targetId: user.id, name: 'user_create', outcome: 'success' } })).toBe(1);
  expect(await db.mail.count({ where: { to: person.email } })).toBe(1);
  const tasks = await db.$queryRaw<{ identifier: string }[]>`
    SELECT j.task_identifier AS identifier FROM graphile_worker.jobs j
    JOIN graphile_worker._private_jobs p ON p.id = j.id WHERE p.payload::text LIKE ${`%${user.id}%`}`;
  expect(tasks).toEqual([{ identifier: 'directory-changed' }]);
});

test('somebody who has one of the names is told in as many statements and one event, and the key is not used up', async () => {
  const token = await world.token('administrator');
  const person = newPerson();
  await world.send('POST', '/users', { token, body: person });
  const key = unique('key');
  const other = { ...newPerson(), email: person.email.toUpperCase() };
  const send = () => world.send('POST', '/users', { token, body: other, headers: { 'idempotency-key': key } });
  expect(await send()).toMatchObject({ status: 409, body: { code: 'already_exists', field: 'email' } });
  expect(await db.user.count({ where: { username: other.username } })).toBe(0);
  expect(await db.idempotencyKey.count({ where: { key } })).toBe(0);
  expect(await db.event.count({ where: { name: 'user_create', outcome: 'error', code: 'already_exists' } })).toBe(1);
});

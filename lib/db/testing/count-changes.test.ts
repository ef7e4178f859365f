import { afterAll, beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';
import { changesSoFar, countChanges } from './count-changes';

let id = '';

beforeAll(async () => {
  await countChanges({ sessions: 'all', users: ['location', 'updated_at'] });
  ({ id } = await db.group.create({ data: { name: 'Crew' } }));
});
afterAll(() => db.$disconnect());

/** What `work` wrote, by table. */
async function changesOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await changesSoFar();
  await work();
  const after = Object.entries(await changesSoFar());
  return Object.fromEntries(
    after.map(([table, rows]) => [table, rows - (before[table] ?? 0)] as const).filter(([, rows]) => rows > 0),
  );
}

const person = (username: string) => ({
  username,
  email: `${username}@acme.example`,
  firstname: 'A',
  lastname: 'B',
  displayName: 'A B',
});

test('a row that is written, changed to what it was, removed with another, or truncated is counted', async () => {
  expect(await changesOf(() => db.group.updateMany({ data: { name: 'Crew' } }))).toEqual({ groups: 1 });
  const added = await changesOf(() =>
    db.user.create({ data: { ...person('one'), memberships: { create: { groupId: id } } } }),
  );
  expect(added).toMatchObject({ users: 1, group_members: 1 });
  expect(await changesOf(() => db.group.delete({ where: { id } }))).toMatchObject({ groups: 1, group_members: 1 });
  expect(await changesOf(() => db.$executeRaw`TRUNCATE webhooks CASCADE`)).toMatchObject({ webhooks: 1 });
  expect(await changesOf(() => enqueue(db, 'housekeeping', {}))).toEqual({ _private_jobs: 1 });
});

test('what is read, meets no row, or is rolled back is not', async () => {
  const nothing = await changesOf(async () => {
    await db.user.findMany();
    await db.user.updateMany({ where: { username: 'nobody' }, data: { jobTitle: 'x' } });
    await expect(
      db.$transaction(async (tx) => {
        await tx.user.create({ data: person('two') });
        throw new Error('given up');
      }),
    ).rejects.toThrow('given up');
  });
  expect(nothing).toEqual({});
});

test('what is left out is left out: a whole table, or the columns that were named and no others', async () => {
  await db.user.create({ data: person('three') });
  const where = { username: 'three' };
  expect(await changesOf(() => db.user.updateMany({ where, data: { location: 'Bern' } }))).not.toHaveProperty('users');
  expect(await changesOf(() => db.user.updateMany({ where, data: { company: 'Acme' } }))).toHaveProperty('users', 1);
  expect(await changesOf(() => db.$executeRaw`TRUNCATE sessions CASCADE`)).not.toHaveProperty('sessions');
});

import { expect, test } from 'vitest';
import { seedDemo } from '@/prisma/seed';
import { db, type Tx } from '../client';
import { emptyTables } from './empty-tables';

/** Tables that hold rows, with how many. */
async function filled(tx: Tx = db): Promise<Record<string, number>> {
  const names = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'r'
      AND c.relnamespace IN ('public'::regnamespace, 'graphile_worker'::regnamespace)`;
  const counted: [string, number][] = [];
  for (const { name } of names) {
    const [row] = await tx.$queryRawUnsafe<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${name}`);
    if (row && row.count > 0) counted.push([name, row.count]);
  }
  return Object.fromEntries(counted);
}

const givenUp = new Error('given up');

/** What TRUNCATE leaves, which is given up again. */
async function leftByTruncate(names: string): Promise<Record<string, number>> {
  let left = {};
  const work = async (tx: Tx) => {
    await tx.$executeRawUnsafe(`TRUNCATE ${names} CASCADE`);
    left = await filled(tx);
    throw givenUp;
  };
  await expect(db.$transaction(work)).rejects.toBe(givenUp);
  return left;
}

test('emptied is what TRUNCATE … CASCADE empties, and nothing else, be it a few rows or more than one likes to read over', async () => {
  await seedDemo();
  const check = async (...names: [string, ...string[]]) => {
    const before = await filled();
    const expected = await leftByTruncate(names.join(', '));
    expect(Object.keys(expected).length).toBeLessThan(Object.keys(before).length);
    await emptyTables(...names);
    expect(await filled()).toEqual(expected);
  };
  await check('group_members');
  await check('groups', 'graphile_worker._private_jobs');
  await db.$executeRaw`
    INSERT INTO events (at, name, outcome, actor_name)
    SELECT now(), 'user_update', 'success', 'Test' FROM generate_series(1, 20000)`;
  await check('users', 'events');
});

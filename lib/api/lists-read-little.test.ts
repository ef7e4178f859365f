import { beforeAll, expect, test, vi } from 'vitest';

// One connection, so that what it has read is counted before anybody asks.
vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '1';
});

import { db } from '@/lib/db/client';
import { listUsers } from '@/lib/directory/list-users';
import { listGroupMembers } from '@/lib/directory/queries';
import { userFilterSchema, userSorts } from '@/lib/directory/schema';
import { listEvents } from '@/lib/events/queries';
import { eventFilterSchema } from '@/lib/events/schema';

const group = '0b000000-0000-7000-8000-000000000001';
const application = '0f000000-0000-7000-8000-000000000001';
const faultless = '0f000000-0000-7000-8000-000000000002';
const people = 4_000;
const events = 20_000;

beforeAll(async () => {
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  await run(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department, status,
      role, created_at, updated_at)
    SELECT gen_random_uuid(), 'u' || n, 'u' || n || '@acme.example', 'u' || n, 'u' || n || '@acme.example', 'Ana', 'Keller ' || n,
      'Ana Keller ' || n, CASE WHEN n % 2 = 0 THEN 'Sales' ELSE 'Legal' END, 'active', 'user', now() + n * interval '1 second', now()
    FROM generate_series(1, ${people}) AS n`);
  await run(`INSERT INTO groups (id, name, name_folded, updated_at) VALUES ('${group}', 'All', 'all', now())`);
  await run(`INSERT INTO group_members (group_id, user_id) SELECT '${group}', id FROM users`);
  await run(`INSERT INTO events (at, name, outcome, actor_name, application_id)
    SELECT timestamptz '2026-01-01' + n * interval '1 minute', 'sso_auth', CASE WHEN n % 150 = 0 OR n % 3 = 1 THEN 'error' ELSE 'success' END::event_outcome, 'Ana',
      CASE n % 3 WHEN 0 THEN '${application}' WHEN 2 THEN '${faultless}' END::uuid FROM generate_series(1, ${events}) AS n`);
  await run('ANALYZE');
});

/** Rows and entries of indexes that a read looks at, in all tables. */
async function readBy(work: () => Promise<unknown>): Promise<number> {
  const before = await readSoFar();
  await work();
  return (await readSoFar()) - before;
}

async function readSoFar(): Promise<number> {
  await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  const [row] = await db.$queryRaw<{ read: number }[]>`
    SELECT ((SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables))::int AS read`;
  return row?.read ?? 0;
}

const eventsOf = (query: object) => () => listEvents(eventFilterSchema.parse(query));

test.each([
  ['members of a group', () => listGroupMembers({ groupId: group })],
  ['direct members of a group', () => listGroupMembers({ groupId: group, direct: true })],
  ['people of a group', () => listUsers(userFilterSchema.parse({ groupId: group }))],
  ['errors of an application', eventsOf({ application, outcome: 'error' })],
  ['an application', eventsOf({ application })],
  ['events of long ago', eventsOf({ until: '2026-01-02T00:00:00Z' })],
  ['events of a day of long ago', eventsOf({ since: '2026-01-02T00:00:00Z', until: '2026-01-03T00:00:00Z' })],
])('a page of %s reads little more than it shows', async (_name, list) => {
  expect((await list()).items).toHaveLength(50);
  expect(await readBy(list)).toBeLessThan(800);
});

test.each([
  ['errors of an application that has none', eventsOf({ application: faultless, outcome: 'error' })],
  ['members through other groups, where none is nested', () => listGroupMembers({ groupId: group, direct: false })],
])('a page of %s reads next to nothing', async (_name, list) => {
  expect((await list()).items).toEqual([]);
  expect(await readBy(list)).toBeLessThan(100);
});

test.each(userSorts)(
  'a page of a department by %s reads what it shows, and counts no further than it says',
  async (sort) => {
    const list = () => listUsers(userFilterSchema.parse({ department: 'sales', sort }));
    expect((await list()).items).toHaveLength(50);
    expect(await readBy(list)).toBeLessThan(1_500);
  },
);

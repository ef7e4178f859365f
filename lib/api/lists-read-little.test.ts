import { beforeAll, expect, test, vi } from 'vitest';

// One connection, so that what it has read is counted before anybody asks.
vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '1';
});

import { associationImpact, countInScope } from '@/lib/applications/association-impact';
import { settleAllNames } from '@/lib/applications/settle-names';
import { searchedPeople, searchedRows } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { listUsers, searchPeople } from '@/lib/directory/list-users';
import { listGroupMembers } from '@/lib/directory/queries';
import { userFilterSchema, userSorts, userStatuses } from '@/lib/directory/schema';
import { listEvents } from '@/lib/events/queries';
import { eventFilterSchema } from '@/lib/events/schema';
import { getImportScope } from '@/lib/imports/add-to-group';
import { listImportRows, summarizeMatching } from '@/lib/imports/queries';
import { importFilterSchema } from '@/lib/imports/schema';
import { listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { getCycleProgress } from '@/lib/provisioning/queries/cycles';
import { previewDisassociation, previewGroupDeletion } from '@/lib/provisioning/queries/deprovision-preview';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { countLinkStates } from '@/lib/provisioning/queries/link-counts';
import { listAssignments, listSharing } from '@/lib/provisioning/queries/links';
import { findNotAssigned } from '@/lib/provisioning/queries/not-assigned';

const group = '0b000000-0000-7000-8000-000000000001';
/** In which it is nested. */
const above = '0b000000-0000-7000-8000-0000000000aa';
const application = '0f000000-0000-7000-8000-000000000001';
const faultless = '0f000000-0000-7000-8000-000000000002';
const cycleId = '0c000000-0000-7000-8000-000000000001';
const importId = '0d000000-0000-7000-8000-000000000001';
const few = '0b000000-0000-7000-8000-000000000002';
const people = 4_000;
const events = 20_000;

beforeAll(async () => {
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  await run(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department, status,
      role, created_at, updated_at)
    SELECT gen_random_uuid(), 'u' || n, 'u' || n || '@acme.example', 'u' || n, 'u' || n || '@acme.example', 'Ana', 'Keller ' || n,
      'Ana Keller ' || n, CASE WHEN n % 2 = 0 THEN 'Sales' ELSE 'Legal' END, 'active', 'user', now() + n * interval '1 second', now()
    FROM generate_series(1, ${people}) AS n`);
  // Others of each status and a role, whose names are together in the middle of every order.
  await run(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department, status,
      role, password_hash, created_at, updated_at, deleted_at)
    SELECT gen_random_uuid(), 'u2x' || n, 'u2x' || n, 'u2x' || n, 'u2x' || n, 'Ana', 'Keller 2x' || n, 'Ana Keller 2x' || n, 'Middle',
      CASE WHEN n % 4 = 1 THEN 'suspended' ELSE 'active' END::user_status, CASE WHEN n % 3 = 0 THEN 'helpdesk' ELSE 'user' END::role,
      CASE WHEN n % 4 = 2 THEN 'x' END, now() + 2_000.5 * interval '1 second', now(), CASE WHEN n % 4 = 3 THEN now() END
    FROM generate_series(1, 2400) AS n`);
  await run(`INSERT INTO groups (id, name, name_folded, updated_at) VALUES ('${group}', 'All', 'all', now())`);
  await run(
    `INSERT INTO group_members (group_id, user_id) SELECT '${group}', id FROM users WHERE department <> 'Middle'`,
  );
  await run(`INSERT INTO groups (id, name, name_folded, updated_at) VALUES ('${above}', 'Above', 'above', now())`);
  await run(`INSERT INTO group_nestings (parent_id, child_id) VALUES ('${above}', '${group}')`);
  await run(`INSERT INTO events (at, name, outcome, actor_name, application_id)
    SELECT timestamptz '2026-01-01' + n * interval '1 minute', 'sso_auth', CASE WHEN n % 150 = 0 OR n % 3 = 1 THEN 'error' ELSE 'success' END::event_outcome, 'Ana',
      CASE n % 3 WHEN 0 THEN '${application}' WHEN 2 THEN '${faultless}' END::uuid FROM generate_series(1, ${events}) AS n`);
  await run(`INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, updated_at)
    VALUES ('${application}', 'egnyte', 1, 'saml', 'Egnyte', 'red', 'egnyte', now())`);
  await run(`INSERT INTO groups (id, name, name_folded, updated_at) VALUES ('${few}', 'Few', 'few', now())`);
  await run(
    `INSERT INTO group_members (group_id, user_id) SELECT '${few}', id FROM users WHERE department <> 'Middle' LIMIT 20`,
  );
  await run(
    `INSERT INTO application_groups (application_id, group_id) VALUES ('${application}', '${group}'), ('${application}', '${few}')`,
  );
  // One in forty fails: those on a page stand far from each other in the order of names.
  await run(`INSERT INTO user_links (id, application_id, user_id, remote_id, state)
    SELECT gen_random_uuid(), '${application}', id, username, CASE WHEN right(username, 2) IN ('07', '47') THEN 'error' ELSE 'provisioned' END::link_state FROM users WHERE department <> 'Middle'`);
  await run(`INSERT INTO group_links (id, application_id, group_id, remote_id, state)
    VALUES ('${group}', '${application}', '${group}', 'g', 'provisioned')`);
  await run(
    `INSERT INTO group_link_members (group_link_id, user_link_id, remote_id) SELECT '${group}', id, remote_id FROM user_links`,
  );
  await run(
    `INSERT INTO cycles (id, application_id, trigger, stage, total_users) VALUES ('${cycleId}', '${application}', 'manual', 'users', ${people})`,
  );
  await run(`UPDATE user_links SET cycle_id = '${cycleId}'`);
  await run(`INSERT INTO operations (id, application_id, user_link_id, cycle_id, action, state, changes)
    SELECT gen_random_uuid(), application_id, id, cycle_id, 'update', CASE state WHEN 'error' THEN 'failed' ELSE 'succeeded' END::operation_state, '{}' FROM user_links`);
  await settleAllNames();
  await run(
    `INSERT INTO imports (id, application_id, state, started_by_name) VALUES ('${importId}', '${application}', 'review', 'Ana')`,
  );
  // What an account matches goes by its name, so that whoever reads them in order reads in vain for long.
  await run(`INSERT INTO import_rows (import_id, remote_id, user_name, email, active, match, decision, user_id)
    SELECT '${importId}', 'r' || n, match || n, match || n || '@acme.example', n % 2 = 0, match::import_match,
      CASE match WHEN 'none' THEN 'create' WHEN 'exact' THEN 'link' END::import_decision, CASE match WHEN 'exact' THEN person END
    FROM (SELECT n, person, (ARRAY['none', 'exact', 'partial', 'ambiguous', 'imported'])[1 + n % 5] AS match
      FROM (SELECT id AS person, row_number() OVER (ORDER BY id) AS n FROM users WHERE department <> 'Middle') AS numbered) AS matched`);
  // Vacuumed, as the product's database is: otherwise no index answers alone.
  await run('VACUUM ANALYZE');
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

/** Blocks of tables and indexes that a read asks for, as often as it does. */
async function blocksOf(work: () => Promise<unknown>): Promise<number> {
  const soFar = async () => {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const [row] = await db.$queryRaw<{ blocks: number }[]>`
      SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::int AS blocks FROM pg_statio_user_tables`;
    return row?.blocks ?? 0;
  };
  const before = await soFar();
  await work();
  return (await soFar()) - before;
}

test.each([
  ['what a cycle did', () => listCycleRows({ cycleId }), 4_000],
  ['what failed in a cycle', () => listCycleRows({ cycleId, outcome: 'error' }), 79],
])('a page of %s reads what it shows', async (_name, list, total) => {
  expect(await list()).toMatchObject({ total, items: { length: 50 } });
  expect(await readBy(list)).toBeLessThan(500);
});

test('a poll of a cycle under way counts nothing', async () => {
  expect(await getCycleProgress(cycleId)).toMatchObject({ counts: { update: 3_921, error: 79 }, final: false });
  expect(await readBy(() => getCycleProgress(cycleId))).toBeLessThan(20);
});

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
  [
    'direct members of a group that has all of them through another',
    () => listGroupMembers({ groupId: above, direct: true }),
  ],
  ['members through other groups, where none is nested', () => listGroupMembers({ groupId: group, direct: false })],
])('a page of %s reads next to nothing', async (_name, list) => {
  expect((await list()).items).toEqual([]);
  expect(await readBy(list)).toBeLessThan(100);
});

const assignments = (filter: Parameters<typeof listAssignments>[1]) => () => listAssignments(application, filter);

test.each([
  ['assignments', assignments({})],
  ['assignments called ana', assignments({ q: 'ana' })],
  ['assignments called a', assignments({ q: 'a example' })],
  ['assignments that failed', assignments({ state: ['error', 'conflict'] })],
])('a page of %s reads as much as is looked at to count it, not everybody', async (_name, list) => {
  expect((await list()).items).toHaveLength(50);
  // Up to 6,000 entries of an index tell whether many can match; nobody's link, groups and names are read for that.
  expect(await readBy(list)).toBeLessThan(13_000);
});

test.each([
  ['whose application username is shared', () => listSharing(application), 20],
  ['what became of the groups of an application', () => listGroupLinks(application), 20],
  [
    'one person of all, looked for among those who begin with something else',
    () => searchPeople('ler 1234'),
    searchedRows + 40,
  ],
  ['who has no place in an application that has everybody', () => findNotAssigned(application, 'a example'), 1_600],
  ['one person of all, in an application', assignments({ q: 'ler 1234' }), 8 * searchedPeople],
  ['one person of all, in a cycle', () => listCycleRows({ cycleId, q: 'ler 1234' }), 1_000],
  ['nobody by two words of many, in a cycle', () => listCycleRows({ cycleId, q: 'ana zzyzx e' }), 1_000],
  ['one person of all, in a group', () => listGroupMembers({ groupId: group, q: 'ler 1234' }), 3 * searchedPeople],
])('%s: known without reading everybody', async (_name, read, most) => {
  await read();
  expect(await readBy(read)).toBeLessThan(most);
});

test('a word that many events have is looked for among the latest of them, once: how many have it is said no further', async () => {
  const list = eventsOf({ q: 'ana' });
  expect(await list()).toMatchObject({ items: { length: 50 }, total: 100, totalIsExact: false });
  expect(await readBy(list)).toBeLessThan(searchedRows + 40);
});

test('accounts of a state are counted as far as is said, from the index alone', async () => {
  expect(await countLinkStates(application)).toMatchObject({ provisioned: 1_000, error: 79 });
  expect(await readBy(() => countLinkStates(application))).toBeLessThan(1_200);
});

test.each(userSorts)(
  'a page of a department by %s reads what it shows, and counts no further than it says',
  async (sort) => {
    const list = () => listUsers(userFilterSchema.parse({ department: 'sales', sort }));
    expect((await list()).items).toHaveLength(50);
    expect(await readBy(list)).toBeLessThan(1_500);
  },
);

test.each(userSorts.flatMap((sort) => userStatuses.map((status) => ({ sort, status }))))(
  'a page of people by %j reads what it shows, and counts no further than it says',
  async (query) => {
    const list = () => listUsers(userFilterSchema.parse(query));
    expect((await list()).items).toHaveLength(50);
    expect(await readBy(list)).toBeLessThan(1_060);
  },
);

test.each(userSorts)('a page of helpdesk people by %s reads what it shows', async (sort) => {
  const list = () => listUsers(userFilterSchema.parse({ role: 'helpdesk', sort }));
  expect((await list()).items).toHaveLength(50);
  expect(await readBy(list)).toBeLessThan(1_060);
});

const ofImport = (query: object) => importFilterSchema.parse(query);

test.each(
  ['name', '-name', 'username', '-username', 'email', '-email', 'match', '-match'].flatMap((sort) => [
    { sort, decision: 'undecided' },
    { sort, match: 'exact,none' },
    { sort, status: 'new', match: 'partial' },
  ]),
)('a page of an import by %j reads a page of each kind of rows at most', async (query) => {
  const list = () => listImportRows(importId, ofImport(query));
  expect((await list()).items).toHaveLength(50);
  expect(await readBy(list)).toBeLessThan(1_000);
});

test('what importing everything would do is told from what is kept, and from as many inactive accounts as it says', async () => {
  const summary = () => summarizeMatching(importId, ofImport({}), null);
  expect(await summary()).toMatchObject({
    create: 800,
    link: 800,
    undecided: 1_600,
    activates: { count: 100, countIsExact: false },
  });
  expect(await readBy(summary)).toBeLessThan(2_000);
});

test.each(['example', 'exact', 'exact111', 'zzyzx', 'none partial'])(
  'accounts of an import called "%s": a page looks at so many, and misses nobody',
  async (q) => {
    for (const sort of ['name', '-email'] as const) {
      const list = () => listImportRows(importId, ofImport({ q, sort }));
      expect((await list()).partial).toBe(false);
      expect(await readBy(list)).toBeLessThan(3 * searchedRows);
    }
  },
);

test('what importing a search would do is counted as far as it says', async () => {
  const summary = () => summarizeMatching(importId, ofImport({ q: 'example' }), null);
  const { isExact, create, link, undecided } = await summary();
  expect(isExact).toBe(false);
  expect(create + link + undecided).toBeLessThanOrEqual(101);
  expect(await readBy(summary)).toBeLessThan(5_000);
  expect(await summarizeMatching(importId, ofImport({ q: 'exact111' }), null)).toMatchObject({
    isExact: true,
    link: 3,
  });
});

test('who of an import is not managed yet is counted among the first 300, and says so', async () => {
  const finished = '0d000000-0000-7000-8000-000000000002';
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  await run(
    `INSERT INTO imports (id, application_id, state, started_by_name, confirmed_at, finished_at) VALUES ('${finished}', '${application}', 'finished', 'Ana', now(), now())`,
  );
  await run(`INSERT INTO import_rows (import_id, remote_id, user_name, active, match, decision, state, user_id)
    SELECT '${finished}', id, username, true, 'exact', 'link', 'done', id FROM users WHERE department = 'Middle'`);
  const scope = () => getImportScope(finished);
  expect(await scope()).toMatchObject({
    outOfScope: 300,
    outOfScopeIsExact: false,
    activates: { count: 0, countIsExact: false },
  });
  expect(await readBy(scope)).toBeLessThan(3_000);
});

test.each([
  ['disassociating', () => previewDisassociation(application, [group])],
  ['deleting', () => previewGroupDeletion(group)],
])('what %s the group of everybody takes away is counted as far as it says', async (_name, preview) => {
  expect((await preview()).applications).toMatchObject([{ isExact: false, people: 1_000 }]);
  expect(await readBy(preview)).toBeLessThan(4_000);
});

test('whom something else lets in is looked up once for what disassociating a group takes away', async () => {
  const preview = () => previewDisassociation(application, [few]);
  expect(await preview()).toEqual({ applications: [], accounts: 0 });
  // The members, what keeps each of them, and the groups that do.
  expect(await readBy(preview)).toBeLessThan(50);
});

test('people in scope are counted as far as it says', async () => {
  const count = () => countInScope(application);
  expect(await count()).toEqual({ total: 1_000, totalIsExact: false });
  expect(await readBy(count)).toBeLessThan(8_000);
  // A thousand people are not looked up one by one, each from the root of the index.
  expect(await blocksOf(count)).toBeLessThan(2_000);
});

test('a change of associations that touches many looks at the first thousand of them, and says so', async () => {
  const impact = () => associationImpact(application, { add: [], remove: [group] });
  const { isExact, totalIsExact, removedMembers, leave, kept, removedSuspended } = await impact();
  expect({ isExact, totalIsExact }).toEqual({ isExact: false, totalIsExact: false });
  expect(removedMembers).toBeLessThanOrEqual(1_000);
  expect(leave + kept.count + removedSuspended.count).toBe(removedMembers);
  expect(await readBy(impact)).toBeLessThan(20_000);
});

test('a change of associations looks at the members of the groups that change, and at no others', async () => {
  const impact = () => associationImpact(application, { add: [], remove: [few] });
  expect(await impact()).toMatchObject({ removedMembers: 20, kept: { count: 20 }, totalIsExact: false });
  expect(await readBy(impact)).toBeLessThan(9_000);
});

import { beforeAll, describe, expect, test, vi } from 'vitest';

// One connection, so that what is set for it holds for every statement of this file.
vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '1';
});

import type { Page } from '@/lib/core/pagination';
import { boundedCount } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { listGroups, searchGroups } from '@/lib/directory/list-groups';
import { listUsers, readUserFacets, searchPeople } from '@/lib/directory/list-users';
import { listNestedGroups, listParentGroups } from '@/lib/directory/nested-groups';
import { listGroupMembers } from '@/lib/directory/queries';
import { groupFilterSchema, groupSorts, userFilterSchema, userSorts, userStatuses } from '@/lib/directory/schema';
import { countEvents, listEvents } from '@/lib/events/queries';
import { eventFilterSchema } from '@/lib/events/schema';
import { countMatches, getImport, listImportRows, listImports, summarizeMatching } from '@/lib/imports/queries';
import { importFilterSchema } from '@/lib/imports/schema';
import { listWaitingApplications, listWaitingImports } from '@/lib/imports/waiting';
import { listMails } from '@/lib/mail/read-outbox';
import { listDeliveries } from '@/lib/webhooks/queries';

const ids = {
  everybody: '0b000000-0000-7000-8000-000000000001',
  nested: '0b000000-0000-7000-8000-000000000002',
  nesting: '0b000000-0000-7000-8000-000000000040',
  inAll: '0b000000-0000-7000-8000-000000000039',
  application: '0f000000-0000-7000-8000-000000000001',
  import: '0d000000-0000-7000-8000-000000000001',
  webhook: '0e000000-0000-7000-8000-000000000001',
};

/** Ties in everything that is sorted by, names in other scripts, and characters that cursors and LIKE could stumble over. */
beforeAll(async () => {
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  await run(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, department,
      status, role, password_hash, created_at, updated_at, deleted_at)
    SELECT ('0a000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'u' || n, 'u' || n || '@acme.example', 'u' || n, 'u' || n || '@acme.example',
      first, last, first || ' ' || last, (ARRAY['Ärzte', 'Sales "1%"', NULL])[1 + n % 3],
      CASE WHEN n % 11 = 0 THEN 'suspended' ELSE 'active' END::user_status, CASE WHEN n = 8 THEN 'administrator' ELSE 'user' END::role,
      CASE WHEN n % 5 > 0 THEN 'x' END, timestamptz '2026-01-01' + n / 7 * interval '1 ms', now(), CASE WHEN n % 13 = 0 THEN now() END
    FROM (SELECT n, (ARRAY['Ana', 'Čedomir', 'ÅSA', '李'])[1 + n % 4] AS first, (ARRAY['Keller', 'Söz\\', 'García_Ruiz'])[1 + n % 3] AS last
      FROM generate_series(1, 130) AS n) AS named`);
  await run(`INSERT INTO groups (id, name, name_folded, description, created_at, updated_at)
    SELECT ('0b000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, name, lower(name), 'Team of ärzte', timestamptz '2026-01-01' + n / 4 * interval '1 s', now()
    FROM (SELECT n, (ARRAY['Sales ', 'Österreich ', 'All '])[1 + n % 3] || n AS name FROM generate_series(1, 40) AS n) AS named`);
  await run(`INSERT INTO group_members (group_id, user_id)
    SELECT ('0b000000-0000-7000-8000-' || lpad((1 + u.n % 3)::text, 12, '0'))::uuid, u.id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users) AS u`);
  await run(`INSERT INTO group_nestings (parent_id, child_id) VALUES ('${ids.everybody}', '${ids.nested}')`);
  await run(`INSERT INTO group_nestings (parent_id, child_id) SELECT '${ids.nesting}', id FROM groups WHERE id BETWEEN '${ids.inAll.replace('39', '04')}' AND '${ids.inAll}'
    UNION SELECT id, '${ids.inAll}' FROM groups WHERE id BETWEEN '${ids.inAll.replace('39', '04')}' AND '${ids.inAll.replace('39', '38')}'`);
  await run(`INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, updated_at)
    VALUES ('${ids.application}', 'egnyte', 1, 'saml', 'Egnyte', 'red', 'egnyte', now())`);
  await run(`INSERT INTO events (at, name, outcome, actor_name, target_name, application_id)
    SELECT now(), (ARRAY['user_update', 'sso_auth'])[1 + n % 2], CASE WHEN n % 5 = 0 THEN 'error' ELSE 'success' END::event_outcome, 'Ana', 'Söz ' || n,
      CASE WHEN n % 3 = 0 THEN '${ids.application}'::uuid END FROM generate_series(1, 90) AS n`);
  await run(
    `INSERT INTO imports (id, application_id, state, started_by_name) VALUES ('${ids.import}', '${ids.application}', 'review', 'Ana')`,
  );
  await run(`INSERT INTO import_rows (import_id, remote_id, user_name, email, display_name, firstname, lastname, active, match, decision)
    SELECT '${ids.import}', 'r' || n, 'ü' || n % 9, CASE WHEN n % 4 > 0 THEN 'e' || n % 6 || '@acme.example' END,
      (ARRAY['Ana Söz', '', NULL])[1 + n % 3], (ARRAY['Ana', NULL])[1 + n % 2], 'Keller', true,
      (ARRAY['none', 'exact', 'partial', 'ambiguous', 'imported'])[1 + n % 5]::import_match, (ARRAY['create', 'link', NULL, NULL, NULL])[1 + n % 5]::import_decision
    FROM generate_series(1, 70) AS n`);
  // Applications in which an import waits, several of them begun at the same moment.
  await run(`INSERT INTO applications (id, template_id, template_version, kind, display_label, logo_color, slug, updated_at)
    SELECT ('0f000000-0000-7000-8000-' || lpad((100 + n)::text, 12, '0'))::uuid, 'egnyte', 1, 'saml', 'Waiting ' || n, 'red', 'waiting-' || n, now() FROM generate_series(1, 30) AS n`);
  await run(`INSERT INTO imports (id, application_id, state, started_by_name, started_at, held_new)
    SELECT ('0d000000-0000-7000-8000-' || lpad((100 + n)::text, 12, '0'))::uuid, ('0f000000-0000-7000-8000-' || lpad((100 + n)::text, 12, '0'))::uuid, 'review', 'Ana',
      timestamptz '2026-01-01' + n / 7 * interval '1 ms', CASE WHEN n % 2 = 0 THEN 2 END FROM generate_series(1, 30) AS n`);
  await run(`INSERT INTO import_rows (import_id, remote_id, user_name, active, match, decision)
    SELECT id, 'r' || n, 'new ' || n, true, 'none', 'create' FROM imports, generate_series(1, 2) AS n WHERE id <> '${ids.import}'`);
  await run(
    `INSERT INTO webhooks (id, label, url, secret_sealed, secret_updated_at, created_by_name, updated_at) VALUES ('${ids.webhook}', 'W', 'https://w.example', '', now(), 'Ana', now())`,
  );
  await run(`INSERT INTO webhook_deliveries (id, webhook_id, event_ids, state, created_at)
    SELECT gen_random_uuid(), '${ids.webhook}', '{1}', 'delivered', timestamptz '2026-01-01' + n / 5 * interval '1 ms' FROM generate_series(1, 40) AS n`);
  await run(`INSERT INTO mails (id, "to", subject, text_sealed, created_at)
    SELECT gen_random_uuid(), 'ana@acme.example', 'Söz ' || n, '', timestamptz '2026-01-01' + n / 5 * interval '1 ms' FROM generate_series(1, 40) AS n`);
  await run('ANALYZE');
});

type List = (
  cursor: string | undefined,
  limit: number,
) => Promise<Page<unknown> & { total?: number | undefined; totalIsExact?: boolean | undefined }>;

const users =
  (query: object): List =>
  (cursor, limit) =>
    listUsers(userFilterSchema.parse({ ...query, cursor }), limit);
const groups =
  (query: object): List =>
  (cursor, limit) =>
    listGroups(groupFilterSchema.parse({ ...query, cursor }), limit);
const rows =
  (query: object): List =>
  (cursor, limit) =>
    listImportRows(ids.import, importFilterSchema.parse({ ...query, cursor }), limit);
const members =
  (query: object): List =>
  (cursor, limit) =>
    listGroupMembers({ groupId: ids.everybody, ...query, cursor }, limit);

const importSorts = ['name', 'username', 'email', 'match'].flatMap((sort) => [sort, `-${sort}`]);
const lists: [name: string, list: List][] = [
  ...userSorts.map((sort): [string, List] => [`people by ${sort}`, users({ sort })]),
  ...userStatuses.map((status): [string, List] => [`people who are ${status}`, users({ status })]),
  ['administrators', users({ role: 'administrator' })],
  ['a department', users({ department: 'Ärzte', sort: '-name' })],
  ['people in nested groups', users({ groupId: ids.everybody })],
  ...['ana', 'a', 'söz\\', 'garcía_', 'keller ana', 'acme'].map((q): [string, List] => [
    `people called ${q}`,
    users({ q }),
  ]),
  ['people called ana, newest first', users({ q: 'ana', sort: '-created' })],
  ...groupSorts.map((sort): [string, List] => [`groups by ${sort}`, groups({ sort })]),
  ...['sales', 's', 'ärzte', 'sales 1'].map((q): [string, List] => [`groups called ${q}`, groups({ q })]),
  ['members', members({})],
  ['direct members', members({ direct: true })],
  ['members through others', members({ direct: false })],
  ['members called an', members({ q: 'an' })],
  ...importSorts.map((sort): [string, List] => [`an import by ${sort}`, rows({ sort })]),
  ['new accounts', rows({ status: 'new', sort: '-email' })],
  ...importSorts.map((sort): [string, List] => [
    `undecided accounts by ${sort}`,
    rows({ decision: 'undecided,link', sort }),
  ]),
  ['two matches', rows({ match: 'exact,none', sort: '-username' })],
  ['accounts called söz', rows({ q: 'söz' })],
  ['events', (cursor, limit) => listEvents({}, cursor, limit)],
  ['errors', (cursor, limit) => listEvents({ outcome: 'error' }, cursor, limit)],
  ['events about söz', (cursor, limit) => listEvents(eventFilterSchema.parse({ q: 'söz' }), cursor, limit)],
  ['imports that wait', (cursor, limit) => listWaitingImports({ cursor }, limit)],
  ['imports that wait, of some applications', (cursor, limit) => listWaitingImports({ q: 'waiting 1', cursor }, limit)],
  ['nested groups', (cursor, limit) => listNestedGroups(ids.nesting, { cursor, limit })],
  ['groups that one is nested in', (cursor, limit) => listParentGroups(ids.inAll, { cursor, limit })],
  ['deliveries', (cursor, limit) => listDeliveries(ids.webhook, { cursor }, limit)],
  ['mails', (cursor, limit) => listMails({ cursor }, limit)],
];

/** Cursors between rows that are alike in what they are sorted by: seven are, at least. */
const pages = process.env.LATCHKEY_TESTS === 'full' ? [1, 2, 7] : [2, 11];

test.each(lists)('%s: page by page is everything once, in the order of one page', async (_name, list) => {
  const whole = await list(undefined, 200);
  expect(whole.nextCursor).toBeUndefined();
  expect(whole.items.length).toBeGreaterThan(0);
  if (whole.totalIsExact === false) expect(whole.total).toBeLessThan(whole.items.length);
  else if (whole.total !== undefined) expect(whole.total).toBe(whole.items.length);
  for (const limit of pages) {
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(cursor, limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor && seen.length <= whole.items.length);
    expect(seen).toEqual(whole.items);
  }
});

describe('what is listed is found by an index', () => {
  const watched = ['users', 'events', 'import_rows', 'groups'];

  async function scans(): Promise<Record<string, number>> {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const found = await db.$queryRaw<{ name: string; scans: number }[]>`
      SELECT relname AS name, seq_scan::int AS scans FROM pg_stat_user_tables WHERE relname = ANY (${watched})`;
    return Object.fromEntries(found.map(({ name, scans }) => [name, scans]));
  }

  const others: [string, () => Promise<unknown>][] = [
    ['facets', readUserFacets],
    ['a person to choose', () => searchPeople('ana')],
    ['a person to choose, one letter', () => searchPeople('k', { notInGroup: ids.nested })],
    ['a group to choose', () => searchGroups('sal')],
    ['applications in which an import waits', listWaitingApplications],
    ['how many errors', () => countEvents({ outcome: 'error' })],
    ['imports', () => listImports(ids.application)],
    ['an import', () => getImport(ids.import)],
    ['counts of an import', () => countMatches(ids.import)],
  ];

  test.each([...lists, ...others])('%s', async (_name, list) => {
    // Where there is no index to take, PostgreSQL reads the whole table all the same.
    await db.$executeRaw`SET enable_seqscan = off`;
    const before = await scans();
    await list(undefined, 10);
    expect(await scans()).toEqual(before);
    await db.$executeRaw`RESET enable_seqscan`;
  });
});

describe('a search', () => {
  const find = async (q: string) => (await searchPeople(q, { limit: 200 })).items.map((person) => person.displayName);

  test('gives first what begins with it, then what contains its words', async () => {
    await db.$executeRaw`UPDATE users SET display_name = 'Zed Ana' WHERE username = 'u1'`;
    await db.$executeRaw`UPDATE users SET display_name = 'Aaron', firstname = 'Aaron', lastname = 'Susana' WHERE username = 'u2'`;
    const found = await find('ANA');
    const begins = found.map((name) => name.toLowerCase().startsWith('ana'));
    expect(begins).toEqual(begins.toSorted((one, other) => Number(other) - Number(one)));
    expect(found.slice(-2).toSorted()).toEqual(['Aaron', 'Zed Ana']);
    expect((await find('u77@'))[0]).toBeDefined();
  });

  test('takes a word of one or two letters for the beginning of a word', async () => {
    expect(await find('na')).toEqual([]);
    expect((await find('an')).length).toBeGreaterThan(0);
    expect(new Set((await find('李')).map((name) => name.slice(0, 1)))).toEqual(new Set(['李']));
  });
});

test('a count goes no further than its limit, and says so', async () => {
  const numbers = (to: number) => boundedCount(db, Prisma.sql`generate_series(1, ${to}::int)`);
  expect(await numbers(1_000)).toEqual({ total: 1_000, totalIsExact: true });
  expect(await numbers(1_001)).toEqual({ total: 1_000, totalIsExact: false });
});

test('the counts of an import follow whatever is done to its rows, in one statement or many', async () => {
  await db.import.deleteMany({ where: { id: { not: ids.import } } });
  const counted = () => db.$queryRaw`
    SELECT match::text, coalesce(decision::text, '') AS decision, coalesce(choice_reason::text, '') AS reason, state::text, count(*)::int AS rows
    FROM import_rows GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;
  const kept = () => db.$queryRaw`
    SELECT match::text, decision, choice_reason AS reason, state::text, rows FROM import_row_counts WHERE rows <> 0 ORDER BY 1, 2, 3, 4`;
  const same = async () => expect(await kept()).toEqual(await counted());
  await same();
  await db.importRow.updateMany({ where: { match: 'partial' }, data: { decision: 'ignore' } });
  await same();
  await db.$executeRaw`UPDATE import_rows SET state = 'queued', choice_reason = 'name_only' WHERE decision IN ('create', 'link')`;
  await same();
  await db.importRow.deleteMany({ where: { match: 'none' } });
  await same();
  expect(await summarizeMatching(ids.import, importFilterSchema.parse({}), null)).toMatchObject({
    create: 0,
    ignored: 14,
    undecided: 14,
  });
  await db.import.delete({ where: { id: ids.import } });
  expect(await kept()).toEqual([]);
});

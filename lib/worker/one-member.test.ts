import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

// One connection, so that what it has read is counted before anybody asks.
vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '1';
});

import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { directoryChanged } from '@/lib/provisioning/directory-changed';
import {
  connect,
  egnyteApplication,
  group,
  oneStretch,
  person,
  startTestSandbox,
  type TestSandbox,
  work,
} from './testing/support';

/** How many people the groups have. */
const sizes = [500, 5_000] as const;
/** Rows that are read by chance: of small tables, which grow meanwhile, all are read. */
const slack = 150;
/** Far less than the application has people. */
const most = 2_000;

let peer: TestSandbox;
const tenant = 'egnyte/large';
/** Of each size: a group, and people with an account who are no members. */
const made = new Map<number, { groupId: string; others: string[] }>();
let applicationId = '';

beforeAll(async () => {
  peer = await startTestSandbox();
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication()).id;
  await connect(applicationId, tenant, peer);
  for (const size of sizes) {
    const people = await Promise.all(Array.from({ length: 10 }, (_, index) => person(`other.${size}.${index}`)));
    const [first = '', ...others] = people;
    const groupId = await group(`Group of ${size}`, [first]);
    const everybody = await group(`Everybody ${size}`, people);
    for (const one of [everybody, groupId]) await associateGroup(actor, { applicationId, groupId: one });
    made.set(size, { groupId, others });
  }
  await work();
  for (const size of sizes) await fill(size);
  await patches();
  // As after a while: with statistics, and vacuumed.
  await db.$executeRawUnsafe('VACUUM ANALYZE');
}, 120_000);
afterAll(async () => {
  await peer.sandbox.close();
});

/** Members of a group, as if they had been pushed: the sandbox need not know them. */
async function fill(size: number): Promise<void> {
  const { groupId } = ofSize(size);
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  const names = `'of${size}-' || n`;
  await run(`INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, updated_at)
    SELECT gen_random_uuid(), ${names}, ${names}, ${names}, ${names}, 'Ana', 'Keller ' || n, 'Ana Keller ' || n, now()
    FROM generate_series(1, ${size}) AS n`);
  // Known as a table of twenty, it would be read whole for each row that refers to it.
  await run('ANALYZE users');
  const these = `SELECT id FROM users WHERE username LIKE 'of${size}-%'`;
  await run(`INSERT INTO group_members (group_id, user_id) SELECT '${groupId}', id FROM (${these}) these`);
  await run(`INSERT INTO user_links (id, application_id, user_id, remote_id, state, last_sent)
    SELECT gen_random_uuid(), '${applicationId}', id, id, 'provisioned', '{}' FROM (${these}) these`);
  await run(`INSERT INTO group_link_members (group_link_id, user_link_id, remote_id)
    SELECT g.id, l.id, l.remote_id FROM group_links g, user_links l WHERE g.group_id = '${groupId}' AND l.user_id IN (${these})`);
}

function ofSize(size: number) {
  const found = made.get(size);
  if (!found) throw new Error(`No group of ${size}`);
  return found;
}

type Change = Parameters<typeof directoryChanged>[0];

interface Cost {
  statements: number;
  read: number;
  written: number;
}

async function soFar(): Promise<Omit<Cost, 'statements'>> {
  await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  const [row] = await db.$queryRaw<Omit<Cost, 'statements'>[]>`
    SELECT ((SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) + sum(seq_tup_read))::int AS read,
      sum(n_tup_ins + n_tup_upd + n_tup_del)::int AS written
    FROM pg_stat_user_tables WHERE schemaname = 'public'`;
  return row ?? { read: 0, written: 0 };
}

/** What a change costs, from the command to the outcome in the application. */
async function costOf(make: () => Promise<Change>): Promise<Cost> {
  const before = await soFar();
  const statements = await countStatements(async () => {
    await directoryChanged(await make());
    await oneStretch(applicationId);
    // What ends when nothing is due any more.
    await oneStretch(applicationId, 'changes');
  });
  const after = await soFar();
  return { statements, read: after.read - before.read, written: after.written - before.written };
}

async function costs(make: (size: number, round: number) => Promise<Change>) {
  const found: Cost[] = [];
  for (const size of sizes) {
    // Once before it is counted: what is prepared once is prepared.
    await costOf(() => make(size, 0));
    found.push(await costOf(() => make(size, 1)));
  }
  const [few, many] = found;
  if (!few || !many) throw new Error('Nothing was counted.');
  return { few, many };
}

function expectEqual({ few, many }: Awaited<ReturnType<typeof costs>>): void {
  // It is looked now and then whether the connection was paused.
  expect(many.statements).toBeLessThan(few.statements + 10);
  expect(many.written).toBe(few.written);
  expect(many.read).toBeLessThan(few.read + slack);
  expect(many.read).toBeLessThan(most);
}

/** How often the groups were written over there since the last time, in the order of their sizes. */
async function patches(): Promise<number[]> {
  const { requests } = await peer.control<{ requests: { method: string; path: string }[] }>(
    'GET',
    `/requests?tenant=${tenant}`,
  );
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  const links = await Promise.all(
    sizes.map((size) => db.groupLink.findFirstOrThrow({ where: { groupId: ofSize(size).groupId } })),
  );
  const isOf = (remoteId: string | null) => (request: { method: string; path: string }) =>
    request.method === 'PATCH' && request.path.endsWith(`/${remoteId}`);
  return links.map(({ remoteId }) => requests.filter(isOf(remoteId)).length);
}

describe('in a group of 5,000, as much is read and written as in one of 500', () => {
  test('for a member who is added', async () => {
    const cost = await costs(async (size, round) => {
      const { groupId, others } = ofSize(size);
      const userIds = others.slice(round, round + 1);
      await updateGroupMembers(actor, { groupId, add: userIds, remove: [] });
      return { userIds, groupIds: [groupId] };
    });
    expectEqual(cost);
    expect(await patches()).toEqual([2, 2]);
  });

  test('for a member who is taken out', async () => {
    const cost = await costs(async (size, round) => {
      const { groupId, others } = ofSize(size);
      const userIds = others.slice(round, round + 1);
      await updateGroupMembers(actor, { groupId, add: [], remove: userIds });
      return { userIds, groupIds: [groupId] };
    });
    expectEqual(cost);
    expect(await patches()).toEqual([2, 2]);
    const removed = await db.event.findFirstOrThrow({
      where: { name: 'group_update_provision' },
      orderBy: { id: 'desc' },
    });
    expect(removed.changes).toMatchObject({
      'members removed': { from: [expect.stringContaining('other.5000.')], to: null },
    });
  });

  test('for an account that comes after the membership', async () => {
    const cost = await costs(async (size, round) => {
      const { groupId } = ofSize(size);
      const userId = await person(`late.${size}.${round}`);
      await updateGroupMembers(actor, { groupId, add: [userId], remove: [] });
      await directoryChanged({ userIds: [], groupIds: [groupId] });
      await oneStretch(applicationId);
      return { userIds: [userId], groupIds: [] };
    });
    expectEqual(cost);
    expect(await patches()).toEqual([2, 2]);
  });

  test('for a group that is renamed', async () => {
    const cost = await costs(async (size, round) => {
      const { groupId } = ofSize(size);
      const { version } = await db.group.findUniqueOrThrow({ where: { id: groupId } });
      await updateGroup(actor, { id: groupId, version, name: `Renamed ${size} ${round}`, description: '' });
      return { userIds: [], groupIds: [groupId] };
    });
    expectEqual(cost);
    expect(await patches()).toEqual([2, 2]);
  });
});

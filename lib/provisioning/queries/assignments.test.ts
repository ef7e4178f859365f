import { beforeAll, describe, expect, test } from 'vitest';
import { grantedAmong } from '@/lib/applications/scope';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import type { LinkFilter } from '../schema';
import { countAssignments, countLinkStates } from './link-counts';
import { type AssignmentRow, listAssignments } from './links';

const people = 3_000;
/** Of ten people, seven are in the nested group; some have an account, in any state, whether they are or not. */
let applicationId = '';
let sparseId = '';

async function application(displayLabel: string): Promise<string> {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  return (await createApplication(systemActor, { templateId: 'egnyte', displayLabel, ...general })).id;
}

beforeAll(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  [applicationId, sparseId] = [await application('Egnyte'), await application('Sparse')];
  await db.$executeRaw`
    INSERT INTO users (id, username, email, username_folded, email_folded, firstname, lastname, display_name, status, deleted_at)
    SELECT gen_random_uuid(), 'p' || n, 'p' || n || '@acme.example', 'p' || n, 'p' || n || '@acme.example', 'Ana' || n % 7,
      (ARRAY['Åberg', 'abel', 'Zoë', 'o''Hara', 'Óhara'])[1 + n % 5], 'Person ' || n,
      (CASE WHEN n % 11 = 0 THEN 'suspended' ELSE 'active' END)::user_status, CASE WHEN n % 13 = 0 THEN now() END
    FROM generate_series(1, ${people}::int) n`;
  const below = await db.group.create({ data: { name: 'Below' } });
  const middle = await db.group.create({ data: { name: 'Middle', children: { create: { childId: below.id } } } });
  await db.group.create({
    data: {
      name: 'Above',
      children: { create: { childId: middle.id } },
      applications: { create: { applicationId } },
    },
  });
  await db.$executeRaw`
    INSERT INTO group_members (group_id, user_id)
    SELECT ${below.id}::uuid, id FROM users WHERE right(username, 1) IN ('1', '2', '3', '4', '5', '6', '7')`;
  await db.$executeRaw`
    INSERT INTO user_links (id, application_id, user_id, state)
    SELECT gen_random_uuid(), ${applicationId}::uuid, id, (enum_range(NULL::link_state))[1 + (hashtext(username) & 7)]
    FROM users WHERE right(username, 1) IN ('5', '6', '7', '8')`;
  await db.$executeRaw`
    INSERT INTO application_users (application_id, user_id, assigned)
    SELECT ${sparseId}::uuid, id, true FROM users WHERE right(username, 2) IN ('10', '20', '99')`;
  await db.$executeRaw`ANALYZE`;
});

/** Every page, one after the other. */
async function read(id: string, filter: LinkFilter, limit: number): Promise<AssignmentRow[]> {
  const found: AssignmentRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await listAssignments(id, { ...filter, cursor }, limit);
    found.push(...page.items);
    cursor = page.nextCursor;
    expect(page.items.length).toBeLessThanOrEqual(limit);
  } while (cursor);
  return found;
}

/** What a list has to hold, asked person by person of the one rule of scope. */
async function expected(id: string, filter: LinkFilter): Promise<string[]> {
  const users = await db.user.findMany({ include: { links: { where: { applicationId: id } } } });
  const granted = await grantedAmong(
    db,
    id,
    users.filter((user) => !user.deletedAt).map((user) => user.id),
  );
  const wanted = users.filter((user) => {
    const state = user.links[0]?.state;
    const words = (filter.q ?? '').toLowerCase().split(' ').filter(Boolean);
    const text = `${user.displayName} ${user.firstname} ${user.lastname} ${user.username} ${user.email}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    if (filter.state?.length) return state !== undefined && filter.state.includes(state);
    return granted.has(user.id) || (state !== undefined && state !== 'deleted');
  });
  return wanted.map((user) => user.id).sort();
}

describe.each<[string, LinkFilter, () => string]>([
  ['everybody, being many', {}, () => applicationId],
  ['everybody, being few', {}, () => sparseId],
  ['one state', { state: ['conflict'] }, () => applicationId],
  ['accounts that were deleted', { state: ['deleted'] }, () => applicationId],
  ['several states', { state: ['error', 'pending', 'released', 'provisioned'] }, () => applicationId],
  ['a search that finds few', { q: 'person 217' }, () => applicationId],
  ['a search that finds many', { q: 'acme' }, () => applicationId],
  ['a search in a state', { q: 'ana1', state: ['error', 'deactivated'] }, () => applicationId],
])('%s', (_name, filter, id) => {
  test('comes page by page, each person once, by name, and nobody is missing', async () => {
    const rows = await read(id(), filter, 173);
    expect(rows.map((row) => row.userId).sort()).toEqual(await expected(id(), filter));
    const whole = await read(id(), filter, people);
    expect(rows.map((row) => row.userId)).toEqual(whole.map((row) => row.userId));
    const { total = 0, totalIsExact } = await listAssignments(id(), filter);
    if (totalIsExact) expect(total).toBe(rows.length);
    else expect(rows.length).toBeGreaterThan(total);
  });
});

test('accounts are counted by state, and who has none yet where that are few', async () => {
  const counts = await countLinkStates(applicationId);
  for (const [state, count] of Object.entries(counts)) {
    expect(count, state).toBe(await db.userLink.count({ where: { applicationId, state: state as never } }));
  }
  expect(await countAssignments(applicationId)).toEqual(counts);
  expect((await countAssignments(sparseId)).none).toBe((await expected(sparseId, {})).length);
});

import { beforeAll, beforeEach, expect, test } from 'vitest';
import { settingsOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { filterSchema } from '@/lib/filters/schema';
import { allowHeld, decideHeldStretch, rejectHeld } from './decide-held';
import { settleCounted } from './guard';
import type { HeldBy } from './hold';
import { actionSettings, guardSettings } from './settings';
import { integratedApplication } from './testing/integration';
import { updateScopeFilter } from './update-scope-filter';

/** More than are decided about in one transaction. */
const many = 1_010;
let applicationId = '';

beforeAll(async () => {
  applicationId = await integratedApplication();
  await db.$executeRaw`
    WITH made AS (
      INSERT INTO users (id, username, username_folded, email, email_folded, firstname, lastname, display_name, updated_at)
      SELECT gen_random_uuid(), name, name, name || '@acme.example', name || '@acme.example', name, 'Test', name, now()
      FROM (SELECT 'p' || lpad(n::text, 5, '0') AS name FROM generate_series(1, ${many}::int) n) names RETURNING id)
    INSERT INTO user_links (id, application_id, user_id, state, remote_id)
    SELECT gen_random_uuid(), ${applicationId}::uuid, id, 'provisioned', id::text FROM made`;
});
beforeEach(async () => {
  await emptyTables('operations', 'held_decisions', 'events', 'mails');
  await db.$executeRaw`UPDATE user_links SET hold_id = NULL, due_at = NULL`;
});

/** Some of them wait to be deactivated. */
async function waiting(count: number, heldBy: HeldBy): Promise<void> {
  await db.$executeRaw`
    WITH held AS (UPDATE user_links SET hold_id = gen_random_uuid() FROM (
        SELECT id AS one FROM user_links WHERE hold_id IS NULL ORDER BY id LIMIT ${count}::int) few WHERE id = one RETURNING id, hold_id)
    INSERT INTO operations (id, application_id, user_link_id, action, state, held_by, deprovisions, changes, member_ids)
    SELECT hold_id, ${applicationId}::uuid, id, 'deactivate', 'held', ${heldBy}, true, '{}', '{}' FROM held`;
}

async function states(): Promise<Record<string, number>> {
  const rows = await db.operation.groupBy({ by: ['state', 'heldBy'], _count: true });
  return Object.fromEntries(rows.map(({ state, heldBy, _count }) => [`${state} ${heldBy}`, _count]));
}

test('what is decided about very many is carried out some at a time, goes on where it ended, and the last word counts', async () => {
  await waiting(many - 5, 'guard');
  expect(await allowHeld(actor, { applicationId })).toMatchObject({ changed: many - 5 });
  expect(await states()).toEqual({ 'allowed guard': 500, 'held guard': many - 505 });
  // Its worker is stopped in the middle: the task comes again. What is held since, nobody has seen.
  await decideHeldStretch(applicationId, AbortSignal.abort());
  expect(await states()).toEqual({ 'allowed guard': 1_000, 'held guard': 5 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await waiting(1, 'review');
  const { id } = await db.operation.findFirstOrThrow({ where: { state: 'held', heldBy: 'guard' } });
  await rejectHeld(actor, { applicationId, operationIds: [id] });
  await decideHeldStretch(applicationId);
  expect(await states()).toEqual({ 'allowed guard': 1_004, 'rejected guard': 1, 'held review': 1 });
  expect(await db.heldDecision.count()).toBe(0);
});

test('whoever rejects all while they are being allowed keeps the rest from being sent', async () => {
  await waiting(600, 'guard');
  await allowHeld(actor, { applicationId });
  expect(await rejectHeld(actor, { applicationId })).toMatchObject({ changed: 100 });
  await decideHeldStretch(applicationId);
  expect(await states()).toEqual({ 'allowed guard': 500, 'rejected guard': 100 });
});

test.each([
  { guardPeople: 20, after: { 'held guard': 600 }, told: 1 },
  { guardPeople: 600, after: { 'allowed counting': 600 }, told: 0 },
])(
  'of 600 of whom $guardPeople may leave all are decided alike, and told of once',
  async ({ guardPeople, after, told }) => {
    await waiting(600, 'counting');
    const guard = { ...settingsOf(guardSettings, { settings: {} }), guardPeople, guardPercent: 1 };
    const application = { id: applicationId, displayLabel: 'Egnyte', usernameFormat: '', ssoActive: true };
    await settleCounted({ application, guard, actions: settingsOf(actionSettings, { settings: {} }) });
    expect(await states()).toEqual(after);
    const events = await db.event.findMany({ where: { name: 'provisioning_guard' }, select: { message: true } });
    expect(events).toHaveLength(told);
    if (told) expect(events[0]?.message).toMatch(/^600 accounts wait .* p\d+ and 590 more\.$/);
  },
);

test('a filter that most fall out by has those looked at, all of them before it is saved, and nobody else', async () => {
  const groupId = (await db.group.create({ data: { name: 'Everybody' } })).id;
  await db.$executeRaw`INSERT INTO group_members (group_id, user_id) SELECT ${groupId}::uuid, id FROM users`;
  await db.applicationGroup.create({ data: { applicationId, groupId } });
  const { version } = await db.application.findUniqueOrThrow({ where: { id: applicationId } });
  const clause = { attribute: 'username', operator: 'REGEX MATCH', value: '^p0000[1-7]$' };
  const groups = filterSchema.parse([[clause]]);
  const input = { applicationId, version, objectType: 'user' as const, groups, fallingOut: 'deactivate' as const };
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  expect(await updateScopeFilter(actor, input)).toMatchObject({ changed: many - 7 });
  const due = await db.userLink.groupBy({ by: ['priority'], where: { dueAt: { not: null } }, _count: true });
  expect(due).toEqual([{ priority: 0, _count: many - 7 }]);
  const tasks = await db.$queryRaw`
    SELECT j.task_identifier AS task, p.payload -> 'userIds' AS named FROM graphile_worker.jobs j
    JOIN graphile_worker._private_jobs p USING (id) ORDER BY 1`;
  expect(tasks).toEqual([
    { task: 'application-changed', named: [] },
    { task: 'provision-urgent', named: null },
  ]);
});

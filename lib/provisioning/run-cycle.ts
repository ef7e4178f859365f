import { now, toRealTime } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { eachPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { type Connection, findConnection } from './connection';
import { memberIds } from './internal/member-ids';
import { backoffMs, judge } from './internal/verdict';
import { markGroupsDue, markUsersDue, priorities, wakeEngine } from './mark-due';
import { handleVerdict } from './quarantine';
import { enqueueCycle } from './start-cycle';
import { storeAccounts } from './store-accounts';

const pagesPerStretch = 10;
const pageSize = 200;

/** One stretch of a cycle's reading: some pages of accounts, then the groups, then everyone is marked as due. */
export async function runCycleStretch(cycleId: string): Promise<void> {
  const cycle = await db.cycle.findUnique({ where: { id: cycleId } });
  if (!cycle || cycle.finishedAt || cycle.stage !== 'reading') return;
  const connection = await findConnection(cycle.applicationId);
  if (connection?.integration.status !== 'active') return finishCycle(cycle, 'stopped');
  if (connection.integration.notBefore && connection.integration.notBefore > now()) {
    return enqueueCycle(db, cycleId, toRealTime(connection.integration.notBefore));
  }
  let pages = 0;
  for await (const answer of eachPage(connection.client, 'Users', { pageSize, startIndex: cycle.cursor })) {
    if (!answer.ok) return readingFailed(connection, cycle, answer.failure);
    const { resources, nextIndex, last } = answer.value;
    const read = await storeAccounts(connection, resources, now());
    // Stopped, or started over meanwhile: then another task reads from the first page, and what was read here is too old.
    const { count } = await db.cycle.updateMany({
      where: stillReading(cycle),
      data: { cursor: nextIndex, readAccounts: { increment: read } },
    });
    if (count === 0) return;
    if (last) {
      await readGroups(connection, cycle);
      return beginUsers(connection, cycle, answer.value.complete);
    }
    pages += 1;
    if (pages >= pagesPerStretch) return enqueueCycle(db, cycleId);
  }
}

async function readingFailed(connection: Connection, cycle: Cycle, failure: ScimFailure): Promise<void> {
  const verdict = judge(failure, 'lookup');
  const error = { code: verdict.code, message: failure.detail };
  await handleVerdict(connection, verdict);
  await recordEvents(db, [
    {
      name: 'user_lookup_provision',
      actor: systemActor,
      outcome: 'error',
      application: connection.application,
      cycleId: cycle.id,
      ...error,
    },
  ]);
  if (verdict.connection === 'quarantine') return finishCycle(cycle, 'failed', error);
  const wait = verdict.pauseMs ?? backoffMs(connection.integration.failures);
  return enqueueCycle(db, cycle.id, new Date(Date.now() + wait));
}

/** Reads the groups with their members; what we put there and is gone is put there again. */
async function readGroups(connection: Connection, cycle: Cycle): Promise<void> {
  if (!connection.integration.manageGroups) return;
  const { id: applicationId } = connection.application;
  const readAt = now();
  for await (const answer of eachPage(connection.client, 'Groups', { pageSize })) {
    // Groups that cannot be listed are looked up one by one when their turn comes.
    if (!answer.ok) return;
    for (const group of answer.value.resources) {
      const row = { displayName: String(group.displayName ?? ''), memberIds: memberIds(group), readAt };
      const key = { applicationId, remoteId: String(group.id) };
      await db.remoteGroup.upsert({ where: { applicationId_remoteId: key }, create: { ...key, ...row }, update: row });
    }
  }
  await db.remoteGroup.deleteMany({ where: { applicationId, readAt: { lt: cycle.startedAt } } });
  await db.$executeRaw`
    DELETE FROM group_link_members m USING group_links l, remote_groups r
    WHERE l.id = m.group_link_id AND l.application_id = ${applicationId}::uuid
      AND r.application_id = l.application_id AND r.remote_id = l.remote_id AND r.read_at >= ${cycle.startedAt}
      AND NOT m.remote_id = ANY (r.member_ids) AND l.last_change_at < ${cycle.startedAt}`;
  await db.$executeRaw`
    UPDATE group_links l SET last_sent = NULL FROM remote_groups r
    WHERE l.application_id = ${applicationId}::uuid AND l.state = 'provisioned'
      AND r.application_id = l.application_id AND r.remote_id = l.remote_id
      AND l.last_sent->>'displayName' IS DISTINCT FROM r.display_name`;
}

/** The cycle as this reading began it: neither ended nor started over since. */
const stillReading = ({ id, startedAt }: Cycle) => ({ id, startedAt, stage: 'reading' as const, finishedAt: null });

/** Everything is read: from here on each person is a link that is due. */
async function beginUsers(connection: Connection, cycle: Cycle, complete: boolean): Promise<void> {
  const { id: applicationId } = connection.application;
  await transaction(async (tx) => {
    const begun = await tx.cycle.updateMany({ where: stillReading(cycle), data: { stage: 'users' } });
    if (begun.count === 0) return;
    // Only when everything was read is what was not seen known to be gone.
    if (complete) await forgetGone(tx, cycle);
    await markUsersDue(tx, applicationId, undefined, { priority: priorities.cycle, cycleId: cycle.id });
    const totalUsers = await tx.userLink.count({ where: { applicationId, cycleId: cycle.id } });
    await tx.cycle.update({ where: { id: cycle.id }, data: { totalUsers } });
    await wakeEngine(tx, applicationId);
  });
}

/** Accounts that were deleted over there since: their people get new ones. */
async function forgetGone(tx: Tx, { applicationId, startedAt }: Cycle): Promise<void> {
  await tx.remoteAccount.deleteMany({ where: { applicationId, readAt: { lt: startedAt } } });
  await tx.$executeRaw`
    UPDATE user_links l SET remote_id = NULL, last_sent = NULL, last_read = NULL, state = 'pending'
    WHERE l.application_id = ${applicationId}::uuid AND l.state = 'provisioned' AND l.remote_id IS NOT NULL
      AND l.last_change_at < ${startedAt} AND l.lease_token IS NULL
      AND NOT EXISTS (SELECT 1 FROM remote_accounts r WHERE r.application_id = l.application_id AND r.remote_id = l.remote_id)`;
}

/**
 * Moves the open cycle of an application on when nobody of its stage is due any more: users, groups, finished. Links that
 * wait for a later try do not hold it up.
 * @returns true when there is new work
 */
export async function advanceCycle(applicationId: string): Promise<boolean> {
  const cycle = await db.cycle.findFirst({
    where: { applicationId, finishedAt: null, stage: { in: ['users', 'groups'] } },
  });
  if (!cycle) return false;
  // What another worker has in hand is not done yet.
  const inHand = { applicationId, cycleId: cycle.id, leaseToken: { not: null }, dueAt: { not: null } };
  if (cycle.stage === 'groups') {
    if ((await db.groupLink.count({ where: inHand })) === 0) await finishCycle(cycle, 'finished');
    return false;
  }
  if ((await db.userLink.count({ where: inHand })) > 0) return false;
  await transaction(async (tx) => {
    const moved = await tx.cycle.updateMany({
      where: { id: cycle.id, stage: 'users', finishedAt: null },
      data: { stage: 'groups' },
    });
    // Stopped or started over in this moment: then there is nothing to move on.
    if (moved.count > 0) await markGroupsDue(tx, applicationId, undefined, cycle.id);
  });
  return true;
}

/** Ends a cycle and says so, once. */
export async function finishCycle(
  cycle: Cycle,
  stage: 'finished' | 'stopped' | 'failed',
  error?: { code: string; message: string },
): Promise<void> {
  await transaction(async (tx) => {
    const ended = await tx.cycle.updateMany({
      where: { id: cycle.id, finishedAt: null },
      data: { stage, finishedAt: now(), ...(error ? { error } : {}) },
    });
    if (ended.count === 0) return;
    const application = await tx.application.findUniqueOrThrow({
      where: { id: cycle.applicationId },
      select: { id: true, displayLabel: true },
    });
    if (stage === 'finished') {
      await tx.integration.updateMany({
        where: { applicationId: cycle.applicationId },
        data: { lastSuccessAt: now(), failures: 0 },
      });
    }
    await recordEvents(tx, [
      {
        name: 'provisioning_cycle',
        actor: systemActor,
        application,
        cycleId: cycle.id,
        outcome: stage === 'failed' ? 'error' : 'success',
        code: error?.code,
        message: error?.message ?? `Cycle ${stage}.`,
      },
    ]);
  });
}

import { now, toRealTime } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { eachPage, type ReadPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { notBegun } from '@/lib/scim/reading-bounds';
import { type Connection, findConnection } from './connection';
import { priorities } from './internal/priorities';
import { keepReading, knownOf, type Reading, readingOf, stillReading } from './internal/reading';
import { compareGroups, storeGroups } from './internal/store-groups';
import { backoffMs, judge } from './internal/verdict';
import { keepCountsOf } from './keep-cycle-counts';
import { markGroupsDue, markUsersDue, wakeEngine } from './mark-due';
import { handleVerdict } from './quarantine';
import { enqueueCycle } from './start-cycle';
import { storeAccounts } from './store-accounts';

const pagesPerStretch = 10;
/** A slow server holds up nobody's task for longer, in milliseconds. */
const stretchMs = 15_000;
const pageSize = 200;

/** One stretch of a cycle's reading: some pages of accounts, then of groups, then everyone is marked as due. */
export async function runCycleStretch(cycleId: string): Promise<void> {
  const cycle = await db.cycle.findUnique({ where: { id: cycleId } });
  if (!cycle || cycle.finishedAt || cycle.stage !== 'reading') return;
  const connection = await findConnection(cycle.applicationId);
  if (connection?.integration.status !== 'active') return finishCycle(cycle, 'stopped');
  if (connection.integration.notBefore && connection.integration.notBefore > now()) {
    return enqueueCycle(db, cycleId, toRealTime(connection.integration.notBefore));
  }
  let reading = readingOf(cycle, connection.matchTargets);
  const { collection, complete } = reading;
  const pages = eachPage(connection.client, collection, {
    pageSize,
    startIndex: cycle.cursor,
    progress: reading,
    known: (ids) => knownOf(reading, cycle.applicationId, ids),
  });
  const startedAt = performance.now();
  let read = 0;
  // What a page holds is as old as its request: the answer may not know what was changed meanwhile.
  let askedAt = now();
  for await (const answer of pages) {
    if (!answer.ok) {
      // Groups that cannot be listed are looked up one by one when their turn comes.
      const canGoOn = collection === 'Groups' && answer.failure.kind !== 'endless';
      return canGoOn ? beginUsers(connection, cycle, complete) : readingFailed(connection, cycle, answer.failure);
    }
    reading = { ...reading, ...answer.value.progress };
    if (!(await keepPage(connection, cycle, reading, { ...answer.value, askedAt }))) return;
    askedAt = now();
    read += 1;
    if (answer.value.last) return collectionRead(connection, cycle, reading, answer.value.complete);
    if (read >= pagesPerStretch || performance.now() - startedAt > stretchMs) return enqueueCycle(db, cycleId);
  }
}

/**
 * What a page holds and how far the reading has come are kept together: otherwise a page whose place was not written would
 * come again as one that holds nothing new. @returns false where the cycle has ended or was started over meanwhile
 */
async function keepPage(
  connection: Connection,
  cycle: Cycle,
  reading: Reading,
  page: ReadPage & { askedAt: Date },
): Promise<boolean> {
  return transaction(async (tx) => {
    const kept = await keepReading(tx, cycle, reading, page.nextIndex);
    if (!kept) return false;
    const isAccounts = reading.collection === 'Users';
    if (!isAccounts) await storeGroups(tx, connection, page.resources, page.askedAt, reading.id);
    const accounts = isAccounts
      ? await storeAccounts(connection, page.resources, page.askedAt, { tx, readingId: reading.id })
      : 0;
    await tx.cycle.update({ where: { id: cycle.id }, data: { readAccounts: { increment: accounts } } });
    return true;
  });
}

/** After the last page of accounts come the groups, where they are managed; after those, the people. */
async function collectionRead(
  connection: Connection,
  cycle: Cycle,
  reading: Reading,
  complete: boolean,
): Promise<void> {
  if (reading.collection === 'Users' && connection.integration.manageGroups) {
    const groups: Reading = { ...reading, ...notBegun, collection: 'Groups', complete };
    if (await keepReading(db, cycle, groups, 1)) await runCycleStretch(cycle.id);
    return;
  }
  if (reading.collection === 'Groups') await transaction((tx) => compareGroups(tx, cycle, complete));
  return beginUsers(connection, cycle, reading.collection === 'Users' ? complete : reading.complete);
}

async function readingFailed(connection: Connection, cycle: Cycle, failure: ScimFailure): Promise<void> {
  const verdict = judge(failure, 'read');
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

/** Everything is read: from here on each person is a link that is due. */
async function beginUsers(connection: Connection, cycle: Cycle, complete: boolean): Promise<void> {
  const { id: applicationId } = connection.application;
  await transaction(async (tx) => {
    const begun = await tx.cycle.updateMany({ where: stillReading(cycle), data: { stage: 'users' } });
    if (begun.count === 0) return;
    // Only when everything was read is what was not seen known to be gone.
    if (complete) await forgetGone(tx, cycle);
    await markUsersDue(tx, { applicationId }, { priority: priorities.cycle, cycleId: cycle.id });
    const totalUsers = await tx.userLink.count({ where: { applicationId, cycleId: cycle.id } });
    await tx.cycle.update({ where: { id: cycle.id }, data: { totalUsers } });
    await wakeEngine(tx, applicationId);
  });
}

/**
 * Accounts that were deleted over there since: their people get new ones, and are put into their groups again. Each is looked
 * for once more before that (`AccountGone`), for a reading may have missed it.
 */
async function forgetGone(tx: Tx, { applicationId, startedAt }: Cycle): Promise<void> {
  await tx.remoteAccount.deleteMany({ where: { applicationId, readAt: { lt: startedAt } } });
  const gone = { code: 'AccountGone', message: 'The account was not there any more when all accounts were read.' };
  await tx.$executeRaw`
    WITH forgotten AS (
      UPDATE user_links SET remote_id = NULL, account_name = NULL, last_sent = NULL, last_read = NULL, state = 'pending',
        last_error = ${JSON.stringify(gone)}::jsonb
      FROM (SELECT l.id FROM user_links l WHERE l.application_id = ${applicationId}::uuid AND l.state = 'provisioned' AND l.remote_id IS NOT NULL
        AND (l.last_change_at IS NULL OR l.last_change_at < ${startedAt}) AND l.lease_token IS NULL
        AND NOT EXISTS (SELECT 1 FROM remote_accounts r WHERE r.application_id = l.application_id AND r.remote_id = l.remote_id)
        ORDER BY l.application_id, l.user_id FOR NO KEY UPDATE) locked
      WHERE user_links.id = locked.id
      RETURNING user_links.id)
    DELETE FROM group_link_members m USING forgotten WHERE m.user_link_id = forgotten.id`;
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
    if ((await db.groupLink.count({ where: inHand })) > 0) return false;
    await finishCycle(cycle, 'finished');
    // Before anything else is looked at, so that its counts are those of its end.
    await keepCountsOf(cycle.id);
    return false;
  }
  if ((await db.userLink.count({ where: inHand })) > 0) return false;
  await transaction(async (tx) => {
    const moved = await tx.cycle.updateMany({
      where: { id: cycle.id, stage: 'users', finishedAt: null },
      data: { stage: 'groups' },
    });
    // Stopped or started over in this moment: then there is nothing to move on.
    if (moved.count > 0) await markGroupsDue(tx, { applicationId }, cycle.id);
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

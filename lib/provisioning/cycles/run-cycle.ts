import { now, toRealTime } from '@/lib/core/clock';
import { cycleStagesThat } from '@/lib/core/states';
import { analyzeGrown } from '@/lib/db/analyze-grown';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { eachPage, type ReadPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { notBegun } from '@/lib/scim/reading-bounds';
import { type Connection, findConnection } from '../connection';
import { priorities } from '../internal/priorities';
import { backoffMs, judge } from '../internal/verdict';
import { markGroupsDue, markUsersDue, wakeEngine, wakeEngines } from '../mark-due';
import { endHold, handleVerdict, quarantine } from '../quarantine';
import { storeAccounts } from '../store-accounts';
import { askMissing } from './ask-missing';
import { keepCountsOf } from './keep-cycle-counts';
import { forgetGone, forgetUnseen, hold, missingReason, noteMissing } from './missing-links';
import { keepReading, knownOf, type Reading, readingOf, stillReading } from './reading';
import { enqueueCycle } from './start-cycle';
import { compareGroups, storeGroups } from './store-groups';

const pagesPerStretch = 10;
/** A slow server holds up nobody's task for longer, in milliseconds. */
const stretchMs = 15_000;

/**
 * One stretch of a cycle's reading: some pages of accounts, then those that the pages did not show, then of groups the same;
 * after that everyone is marked as due. A connection that is held because many accounts disappeared is read, and no more.
 */
export async function runCycleStretch(cycleId: string): Promise<void> {
  const cycle = await db.cycle.findUnique({ where: { id: cycleId } });
  if (!cycle || cycle.finishedAt || cycle.stage !== 'reading') return;
  const connection = await findConnection(cycle.applicationId);
  if (!connection || !mayRead(connection)) return finishCycle(cycle, 'stopped');
  if (connection.integration.notBefore && connection.integration.notBefore > now()) {
    return enqueueCycle(db, cycleId, toRealTime(connection.integration.notBefore));
  }
  const reading = readingOf(cycle, connection.matchTargets);
  const until = performance.now() + stretchMs;
  return reading.asking ? ask(connection, cycle, reading, until) : readPages(connection, cycle, reading, until);
}

function mayRead({ integration: { status, heldAt } }: Connection): boolean {
  return status === 'active' || (status === 'quarantined' && heldAt !== null);
}

async function readPages(connection: Connection, cycle: Cycle, begun: Reading, until: number): Promise<void> {
  const { collection, complete } = begun;
  let reading = begun;
  const pages = eachPage(connection.client, collection, {
    pageSize: connection.capabilities.pageSize,
    startIndex: begun.pages > 0 ? cycle.cursor : 1,
    progress: begun,
    known: (ids) => knownOf(begun, cycle.applicationId, ids),
  });
  let read = 0;
  // What a page holds is as old as its request: the answer may not know what was changed meanwhile.
  let askedAt = now();
  for await (const answer of pages) {
    if (!answer.ok) {
      // Where somebody else has read on meanwhile, what failed here is no failure: a page of theirs seems to come again.
      if (!(await keepReading(db, cycle, reading, cycle.cursor))) return;
      // Groups that cannot be listed are looked up one by one when their turn comes.
      const canGoOn = collection === 'Groups' && answer.failure.kind !== 'endless';
      return canGoOn
        ? beginUsers(connection, cycle, begun, complete)
        : readingFailed(connection, cycle, answer.failure);
    }
    reading = { ...reading, ...answer.value.progress };
    if (!(await keepPage(connection, cycle, reading, { ...answer.value, askedAt }))) return;
    cycle.cursor = answer.value.nextIndex;
    askedAt = now();
    read += 1;
    if (answer.value.last) return pagesRead(connection, cycle, reading, answer.value.complete);
    if (read >= pagesPerStretch || performance.now() > until) return enqueueCycle(db, cycle.id);
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
    if (!isAccounts) return true;
    const readAccounts = await storeAccounts(connection, page.resources, page.askedAt, { tx, readingId: reading.id });
    await tx.cycle.update({ where: { id: cycle.id }, data: { readAccounts: { increment: readAccounts } } });
    return true;
  });
}

/** Only when everything was read is what was not seen worth a question. */
async function pagesRead(connection: Connection, cycle: Cycle, reading: Reading, complete: boolean): Promise<void> {
  if (!complete) return collectionRead(connection, cycle, reading, false);
  const asking = { ...reading, asking: true };
  // What was just read is compared as a whole: by a planner that knows of none of it, row by row with all of it.
  await analyzeGrown();
  const missing = await transaction(async (tx) =>
    (await keepReading(tx, cycle, asking, cycle.cursor)) ? noteMissing(tx, cycle, asking) : undefined,
  );
  if (missing === undefined) return;
  if (missing === 0) return collectionRead(connection, cycle, asking, true);
  return runCycleStretch(cycle.id);
}

async function ask(connection: Connection, cycle: Cycle, reading: Reading, until: number): Promise<void> {
  const asked = await askMissing(connection, cycle, reading, until);
  switch (asked.kind) {
    case 'over':
      return;
    case 'more':
      return enqueueCycle(db, cycle.id);
    case 'failed':
      return readingFailed(connection, cycle, asked.failure);
    case 'much':
      return holdCycle(connection, cycle, missingReason(reading, asked.found));
    case 'done':
      // What is there although it was not shown says that others may not have been shown either.
      return collectionRead(connection, cycle, reading, asked.found.there === 0);
  }
}

/** After the accounts come the groups, where they are managed; after those, the people. */
async function collectionRead(
  connection: Connection,
  cycle: Cycle,
  reading: Reading,
  complete: boolean,
): Promise<void> {
  if (complete) await transaction((tx) => forgetUnseen(tx, cycle, reading));
  if (reading.collection === 'Users' && connection.integration.manageGroups) {
    const groups: Reading = { ...reading, ...notBegun, collection: 'Groups', asking: false, complete };
    if (await keepReading(db, cycle, groups, 1)) await runCycleStretch(cycle.id);
    return;
  }
  if (reading.collection === 'Groups') await transaction((tx) => compareGroups(tx, cycle));
  return beginUsers(connection, cycle, reading, reading.collection === 'Users' ? complete : reading.complete);
}

/** Nothing is sent any more until somebody has looked, or a later reading finds what was missed. */
async function holdCycle(connection: Connection, cycle: Cycle, message: string): Promise<void> {
  await transaction((tx) => hold(tx, cycle.applicationId));
  await quarantine(connection, message);
  await finishCycle(cycle, 'failed', { code: 'AccountsMissing', message });
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

/** A connection is locked before its cycle, as by whoever changes or deactivates it. */
async function lockConnection(tx: Tx, applicationId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM integrations WHERE application_id = ${applicationId}::uuid FOR NO KEY UPDATE`;
}

/** Everything is read: from here on each person is a link that is due. */
async function beginUsers(connection: Connection, cycle: Cycle, reading: Reading, complete: boolean): Promise<void> {
  const { id: applicationId } = connection.application;
  if (connection.integration.heldAt && !complete) {
    return holdCycle(connection, cycle, connection.integration.quarantineReason ?? 'Many accounts are missing.');
  }
  await transaction(async (tx) => {
    await lockConnection(tx, applicationId);
    const begun = await tx.cycle.updateMany({
      where: stillReading(cycle),
      data: { stage: 'users', reading: { ...reading, complete } },
    });
    if (begun.count === 0) return;
    await endHold(tx, connection.application, 'The accounts that were missing are there again');
    // Everybody first, in one order: those who are gone are among them.
    await markUsersDue(tx, { applicationId }, { priority: priorities.cycle, cycleId: cycle.id });
    for (const collection of ['Users', 'Groups'] as const) await forgetGone(tx, cycle, { ...reading, collection });
    const totalUsers = await tx.userLink.count({ where: { applicationId, cycleId: cycle.id } });
    await tx.cycle.update({ where: { id: cycle.id }, data: { totalUsers } });
    await wakeEngine(tx, applicationId);
  });
}

/**
 * Moves the open cycle of an application on when nobody of its stage is due any more: users, groups, finished. Links that
 * wait for a later try do not hold it up.
 * @returns true when there is new work
 */
export async function advanceCycle(applicationId: string): Promise<boolean> {
  const cycle = await db.cycle.findFirst({
    where: { applicationId, finishedAt: null, stage: { in: [...cycleStagesThat.areAtWork] } },
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
    if (moved.count > 0) await wakeEngines(tx, await markGroupsDue(tx, { applicationId }, cycle.id));
  });
  return true;
}

/** Ends a cycle and says so, once. */
export async function finishCycle(
  cycle: Cycle,
  stage: (typeof cycleStagesThat.areFinal)[number],
  error?: { code: string; message: string },
): Promise<void> {
  await transaction(async (tx) => {
    await lockConnection(tx, cycle.applicationId);
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

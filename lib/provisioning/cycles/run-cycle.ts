import { cycleStepsThat, isOneOf } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import { type Connection, findConnection } from '../connection';
import { restOf } from '../pace';
import { askForMissing } from './ask-missing';
import { endCycle } from './end-cycle';
import { readPages } from './read-pages';
import { type Next, readingOf } from './reading';
import { enqueueCycle } from './start-cycle';

/** A slow server holds up nobody's task for longer, in milliseconds. */
const stretchMs = 15_000;

/**
 * One stretch of a cycle's reading: some pages of accounts, then those that the pages did not show, then of groups the same;
 * after that everyone is marked as due. Each of these is a step (`cycleSteps`).
 */
export async function runCycleStretch(cycleId: string): Promise<void> {
  const until = performance.now() + stretchMs;
  let next: Next;
  do next = await readSome(cycleId, until);
  while (next === 'next step');
  if (next !== 'over') await enqueueCycle(db, cycleId, next instanceof Date ? next : undefined);
}

async function readSome(cycleId: string, until: number): Promise<Next> {
  const cycle = await db.cycle.findUnique({ where: { id: cycleId } });
  if (cycle?.stage !== 'reading') return 'over';
  const connection = await findConnection(cycle.applicationId);
  if (!connection) {
    await endCycle(cycle, 'stop');
    return 'over';
  }
  if (!mayRead(connection)) return 'over';
  const rest = restOf(connection.integration);
  if (rest) return rest;
  const work = { connection, cycle, reading: readingOf(cycle, connection.matchTargets), until };
  return isOneOf(cycleStepsThat.ask, cycle.step) ? askForMissing(work) : readPages(work);
}

/** One that is held because many accounts disappeared is read, and no more. While all provisioning is paused, nothing is. Otherwise a cycle waits until it is active again. */
function mayRead({ integration: { status, heldAt }, isPausedEverywhere }: Connection): boolean {
  if (isPausedEverywhere) return false;
  return status === 'active' || (status === 'quarantined' && heldAt !== null);
}

import { cycleStagesThat } from '@/lib/core/states';
import { db, transaction } from '@/lib/db/client';
import { markGroupsDue, wakeEngines } from '../mark-due';
import { endCycle } from './end-cycle';
import { changeCycle } from './stages';

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
  if ((await db.userLink.count({ where: inHand })) > 0) return false;
  if (cycle.stage === 'groups') {
    if ((await db.groupLink.count({ where: inHand })) === 0) await endCycle(cycle, 'finish');
    return false;
  }
  await transaction(async (tx) => {
    // Stopped or started over in this moment: then there is nothing to move on.
    const moved = await changeCycle(tx, cycle, 'beginGroups');
    if (moved) await wakeEngines(tx, await markGroupsDue(tx, { applicationId }, cycle.id));
  });
  return true;
}

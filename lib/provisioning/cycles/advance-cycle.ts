import { cycleStagesThat } from '@/lib/core/states';
import { db, transaction } from '@/lib/db/client';
import { markGroupsDue, wakeEngines } from '../mark-due';
import { endCycle } from './end-cycle';
import { changeCycle } from './stages';

/**
 * Moves the open cycle of an application on when nobody of its stage is due any more: users, groups, finished. Links that
 * have failed and wait for a later try do not hold it up.
 * @returns true when there is new work
 */
export async function advanceCycle(applicationId: string): Promise<boolean> {
  const cycle = await db.cycle.findFirst({
    where: { applicationId, finishedAt: null, stage: { in: [...cycleStagesThat.areAtWork] } },
  });
  if (!cycle) return false;
  // What another worker has in hand is not done yet, nor what a worker that died had: for some seconds nobody can tell whether it was carried out.
  const isUnderWay = { OR: [{ leaseToken: { not: null } }, { attempts: 0 }] };
  const left = { applicationId, cycleId: cycle.id, dueAt: { not: null }, ...isUnderWay };
  if ((await db.userLink.count({ where: left })) > 0) return false;
  if (cycle.stage === 'groups') {
    if ((await db.groupLink.count({ where: left })) === 0) await endCycle(cycle, 'finish');
    return false;
  }
  await transaction(async (tx) => {
    // Stopped or started over in this moment: then there is nothing to move on.
    const moved = await changeCycle(tx, cycle, 'beginGroups');
    if (moved) await wakeEngines(tx, await markGroupsDue(tx, { applicationId }, cycle.id));
  });
  return true;
}

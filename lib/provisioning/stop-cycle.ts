import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { priorities } from './mark-due';

/**
 * Stops the cycle that is under way: what it has not come to waits for the next one. Changes and deprovisionings that
 * do not come from the cycle go on. @throws AppError `conflict` when none is under way
 */
export async function stopCycle(actor: Actor, input: { applicationId: string }): Promise<void> {
  const { applicationId } = input;
  await attempt({ name: 'provisioning_cycle', actor, message: 'Cycle stopped.' }, async (tx, draft) => {
    const cycle = await tx.cycle.findFirst({
      where: { applicationId, finishedAt: null },
      include: { application: { select: { id: true, displayLabel: true } } },
    });
    if (!cycle) throw noneUnderWay();
    draft.application = cycle.application;
    draft.cycleId = cycle.id;
    const { count } = await tx.cycle.updateMany({
      where: { id: cycle.id, finishedAt: null },
      data: { stage: 'stopped', finishedAt: now() },
    });
    // It has ended in this very moment, and stays what it became.
    if (count === 0) throw noneUnderWay();
    const due = { cycleId: cycle.id, leaseToken: null, dueAt: { not: null } };
    await tx.userLink.updateMany({ where: { ...due, priority: priorities.cycle }, data: { dueAt: null } });
  });
}

function noneUnderWay(): AppError {
  return new AppError('conflict', 'No cycle is under way.', { hint: 'It may just have ended.' });
}

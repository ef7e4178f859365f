import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { priorities } from '../internal/priorities';

import { applicationRefSchema } from '../schema';

/**
 * Stops the cycle that is under way: what it has not come to waits for the next one. Changes and deprovisionings that
 * do not come from the cycle go on. @returns the application @throws AppError `conflict` when none is under way
 */
export const stopCycle = defineCommand(
  { id: 'stopCycle', permission: 'provisioning.run', input: applicationRefSchema, event: 'provisioning_cycle' },
  async (tx, draft, { applicationId }) => {
    draft.message = 'Cycle stopped.';
    const cycle = await tx.cycle.findFirst({
      where: { applicationId, finishedAt: null },
      include: { application: true },
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
    await tx.$executeRaw`
      UPDATE user_links l SET due_at = NULL
      FROM (SELECT id FROM user_links
        WHERE cycle_id = ${cycle.id}::uuid AND lease_token IS NULL AND due_at IS NOT NULL AND priority = ${priorities.cycle}::int
        ORDER BY application_id, user_id FOR NO KEY UPDATE) locked
      WHERE l.id = locked.id`;
    await tx.$executeRaw`
      UPDATE group_links l SET due_at = NULL
      FROM (SELECT id FROM group_links WHERE cycle_id = ${cycle.id}::uuid AND lease_token IS NULL AND due_at IS NOT NULL
        ORDER BY application_id, group_id FOR NO KEY UPDATE) locked
      WHERE l.id = locked.id`;
    return cycle.application;
  },
);

function noneUnderWay(): AppError {
  return new AppError('conflict', 'No cycle is under way.', { hint: 'It may just have ended.' });
}

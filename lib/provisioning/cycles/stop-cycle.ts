import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { priorities } from '../internal/priorities';
import { applicationRefSchema } from '../schema';
import { changeCycle } from './stages';

/**
 * Stops the cycle that is under way: what it has not come to waits for the next one. Changes and deprovisionings that
 * do not come from the cycle go on. @returns the application @throws AppError `conflict` when none is under way
 */
export const stopCycle = defineCommand(
  { id: 'stopCycle', permission: 'provisioning.run', input: applicationRefSchema, event: 'provisioning_cycle' },
  async (tx, draft, { applicationId }) => {
    draft.message = 'Cycle stopped.';
    const application = await lockApplication(tx, applicationId);
    draft.application = application;
    const cycle = await changeCycle(tx, { applicationId }, 'stop');
    if (!cycle) throw new AppError('conflict', 'No cycle is under way.', { hint: 'It may just have ended.' });
    draft.cycleId = cycle.id;
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
    return application;
  },
);

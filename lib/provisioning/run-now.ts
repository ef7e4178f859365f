import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { lockIntegration } from './internal/integrations';
import { leaveQuarantine } from './quarantine';
import { openCycle } from './start-cycle';

/**
 * Starts a full cycle by hand; one that is under way starts over. A quarantined connection gets its chance.
 * @throws AppError `not_active`, `conflict` while paused
 */
export async function runCycleNow(actor: Actor, input: { applicationId: string }): Promise<{ cycleId: string }> {
  return attempt({ name: 'provisioning_cycle', actor }, async (tx, draft) => {
    const { application, integration } = await lockIntegration(tx, input.applicationId);
    draft.application = application;
    if (integration.status === 'paused')
      throw new AppError('conflict', 'Provisioning is paused.', { hint: 'Resume it first.' });
    if (integration.status === 'quarantined') await leaveQuarantine(tx, application);
    const { cycle, message } = await openCycle(tx, application.id, 'manual');
    draft.cycleId = cycle.id;
    draft.message = message;
    return { cycleId: cycle.id };
  });
}

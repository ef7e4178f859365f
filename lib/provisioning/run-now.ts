import { AppError } from '@/lib/core/errors';
import { transaction } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { lockIntegration } from './internal/integrations';
import { leaveQuarantine } from './quarantine';
import { startCycle } from './start-cycle';

/**
 * Starts a full cycle by hand; one that is under way starts over. A quarantined connection gets its chance.
 * @throws AppError `not_active`, `conflict` while paused
 */
export async function runCycleNow(actor: Actor, input: { applicationId: string }): Promise<{ cycleId: string }> {
  return transaction(async (tx) => {
    const { application, integration } = await lockIntegration(tx, input.applicationId);
    if (integration.status === 'paused')
      throw new AppError('conflict', 'Provisioning is paused.', { hint: 'Resume it first.' });
    if (integration.status === 'quarantined') await leaveQuarantine(tx, application);
    const cycle = await startCycle(tx, application, 'manual', actor);
    return { cycleId: cycle.id };
  });
}

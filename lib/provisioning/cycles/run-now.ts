import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { lockIntegration } from '../internal/integrations';
import { leaveQuarantine } from '../quarantine';
import { applicationRefSchema } from '../schema';
import { openCycle } from './start-cycle';

/**
 * Starts a full cycle by hand; one that is under way starts over. A quarantined connection gets its chance.
 * @returns the application, and the cycle's id
 * @throws AppError `not_active`, `conflict` while paused, this one or all
 */
export const runCycleNow = defineCommand(
  { id: 'runCycleNow', permission: 'provisioning.run', input: applicationRefSchema, event: 'provisioning_cycle' },
  async (tx, draft, { applicationId }) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    if (await findProvisioningPause(tx))
      throw new AppError('conflict', 'All provisioning is paused.', { hint: 'It is resumed under Settings, General.' });
    if (integration.status === 'paused')
      throw new AppError('conflict', 'Provisioning is paused.', { hint: 'Resume it first.' });
    if (integration.status === 'quarantined') await leaveQuarantine(tx, application, 'Somebody has it tried again');
    const { cycle, message } = await openCycle(tx, application.id, 'manual');
    draft.cycleId = cycle.id;
    draft.message = message;
    return { ...application, cycleId: cycle.id };
  },
);

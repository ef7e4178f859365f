import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { lockIntegration } from './internal/integrations';
import { startCycle } from './start-cycle';

/** Stops sending without forgetting anything. @throws AppError `not_active` */
export async function pauseIntegration(actor: Actor, input: { applicationId: string }): Promise<void> {
  await setPaused(actor, input.applicationId, true);
}

/** Goes on where it stopped, with a full cycle to catch up. @throws AppError `not_active` */
export async function resumeIntegration(actor: Actor, input: { applicationId: string }): Promise<void> {
  await setPaused(actor, input.applicationId, false);
}

async function setPaused(actor: Actor, applicationId: string, paused: boolean): Promise<void> {
  await attempt({ name: 'idm_integration_update', actor }, async (tx, draft) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const to = paused ? 'paused' : 'active';
    draft.changes = { status: { from: integration.status, to } };
    if (!paused && integration.status !== 'paused') throw new AppError('conflict', 'Provisioning is not paused.');
    await tx.integration.update({
      where: { applicationId },
      data: {
        status: to,
        quarantineReason: null,
        quarantinedAt: null,
        notBefore: null,
        failures: 0,
        version: { increment: 1 },
      },
    });
    if (!paused) await startCycle(tx, application, 'settings', actor);
  });
}

import { assertMaySend } from '@/lib/applications/open-move';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { defineCommand, type Resource } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { startCycle } from './cycles/start-cycle';
import { asResource, lockIntegration } from './internal/integrations';
import { applicationRefSchema } from './schema';

const shared = {
  permission: 'integration.write',
  input: applicationRefSchema,
  event: 'idm_integration_update',
} as const;

/** Stops sending without forgetting anything. @returns the connection @throws AppError `not_active` */
export const pauseIntegration = defineCommand({ id: 'pauseIntegration', ...shared }, (tx, draft, { applicationId }) =>
  setPaused(tx, draft, applicationId, true),
);

/**
 * Goes on where it stopped, with a full cycle to catch up. @returns the connection
 * @throws AppError `not_active`, `conflict` when it is not paused, or a migration has it wait
 */
export const resumeIntegration = defineCommand({ id: 'resumeIntegration', ...shared }, (tx, draft, { applicationId }) =>
  setPaused(tx, draft, applicationId, false),
);

async function setPaused(tx: Tx, draft: EventDraft, applicationId: string, paused: boolean): Promise<Resource> {
  const { application, integration } = await lockIntegration(tx, applicationId);
  draft.application = application;
  draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
  // Where many accounts had disappeared, a cycle reads again before anything is sent.
  const goesOn = integration.heldAt ? 'quarantined' : 'active';
  const to = paused ? 'paused' : goesOn;
  draft.changes = { status: { from: integration.status, to } };
  if (!paused && integration.status !== 'paused') throw new AppError('conflict', 'Provisioning is not paused.');
  if (!paused) await assertMaySend(tx, applicationId);
  const saved = await tx.integration.update({
    where: { applicationId },
    data: {
      status: to,
      quarantineReason: integration.heldAt ? integration.quarantineReason : null,
      quarantinedAt: null,
      notBefore: null,
      failures: 0,
      version: { increment: 1 },
    },
  });
  if (!paused) await startCycle(tx, application, 'settings', draft.actor);
  return asResource(saved);
}

import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { asResource, lockIntegration } from '../internal/integrations';
import { endHold } from '../quarantine';
import { applicationRefSchema } from '../schema';
import { openCycle } from './start-cycle';

/**
 * Says that the accounts and groups that disappeared at once may be gone: a cycle reads again, and what is still gone when it
 * is asked for by its id is forgotten and created again. The connection becomes active.
 * @returns the connection, and how many accounts and groups were confirmed
 * @throws AppError `not_active`, `conflict` where nothing waits for it
 */
export const confirmMissing = defineCommand(
  {
    id: 'confirmMissing',
    permission: 'integration.write',
    input: applicationRefSchema,
    event: 'missing_confirm',
  },
  async (tx, draft, { applicationId }, actor) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    if (!integration.heldAt) {
      throw new AppError('conflict', 'No accounts wait to be confirmed.', {
        hint: 'Somebody may just have confirmed them, or they were found again.',
      });
    }
    const confirmed = await tx.missingLink.updateMany({ where: { applicationId }, data: { confirmedAt: now() } });
    await endHold(tx, application, `${actor.name} confirmed that the missing accounts may be gone`);
    const { cycle } = await openCycle(tx, applicationId, 'manual');
    draft.cycleId = cycle.id;
    draft.message = `${confirmed.count} may be gone. A full cycle reads again; who is still missing gets a new account.`;
    const saved = await tx.integration.findUniqueOrThrow({ where: { applicationId } });
    return { ...asResource(saved), changed: confirmed.count };
  },
);

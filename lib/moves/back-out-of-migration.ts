import { deleteApplication } from '@/lib/applications/delete-applications';
import { now } from '@/lib/core/clock';
import { moveStagesThat } from '@/lib/core/states';
import { declareCommand } from '@/lib/events/command';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { deactivateSso } from '@/lib/sso/activate-sso';
import { changeMove, saveMove } from './internal/change-move';
import { giveAccountsBack, giveSignOnBack } from './internal/give-back';
import { backOutSchema } from './schema';

/**
 * Backs out of a migration, wherever it stands: the new instance is deactivated, or deleted, and sends nothing any more; people sign in through
 * the old one again, and it goes on provisioning with its own links, with a cycle to catch up. Accounts stay as they are.
 * @returns the migration @throws AppError `not_found`; `conflict` once it is over
 */
export const backOutOfMigration = declareCommand(
  {
    id: 'backOutOfMigration',
    permission: 'applications.write',
    input: backOutSchema,
    event: 'application_move_back_out',
  },
  (actor, { moveId, deleteNew }) =>
    changeMove(
      actor,
      'application_move_back_out',
      { moveId, stages: moveStagesThat.areOpen },
      async (tx, locked, draft) => {
        const { move, new: to } = locked;
        const backed = await saveMove(tx, move, { stage: 'backed_out', finishedAt: now() });
        const integration = await tx.integration.findUnique({ where: { applicationId: to.id } });
        if (integration && integration.status !== 'inactive') {
          await deactivateIntegration(actor, { applicationId: to.id });
        }
        if (to.ssoStatus === 'active') await deactivateSso(actor, { applicationId: to.id });
        if (move.stage === 'signed_over') await giveSignOnBack(tx, locked, draft);
        await giveAccountsBack(tx, actor, locked);
        if (deleteNew) await deleteApplication(actor, { id: to.id });
        draft.message = `The new instance was ${deleteNew ? 'deleted' : 'deactivated'}.`;
        return backed;
      },
    ),
);

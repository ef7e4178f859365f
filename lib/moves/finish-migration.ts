import { deleteApplication } from '@/lib/applications/delete-applications';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { moveStagesThat, operationStatesThat } from '@/lib/core/states';
import { declareCommand } from '@/lib/events/command';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { deactivateSso } from '@/lib/sso/activate-sso';
import { changeMove, saveMove } from './internal/change-move';
import { finishMoveSchema } from './schema';

/**
 * Retires the old instance, which ends the migration. Deactivated, it manages no account any more, also when somebody activates it again; its
 * token is forgotten. Either way nothing is sent to anybody's account. @returns the migration
 * @throws AppError `not_found`; `conflict` before accounts and sign-on have moved
 */
export const finishMigration = declareCommand(
  {
    id: 'finishMigration',
    permission: 'applications.write',
    input: finishMoveSchema,
    event: 'application_move_finish',
  },
  (actor, { moveId, old: becomes }) =>
    changeMove(
      actor,
      'application_move_finish',
      { moveId, stages: moveStagesThat.haveHandedOver },
      async (tx, { move, old }, draft) => {
        if (move.movesSignOn && move.stage === 'handed_over') {
          throw new AppError('conflict', `People still sign in through ${old.displayLabel}.`, {
            hint: 'Move sign-on first.',
          });
        }
        const finished = await saveMove(tx, move, { stage: 'finished', finishedAt: now(), retired: becomes });
        draft.message = `The old instance was ${becomes === 'delete' ? 'deleted' : 'deactivated'}.`;
        if (becomes === 'delete') {
          await deleteApplication(actor, { id: old.id });
          return finished;
        }
        const integration = await tx.integration.findUnique({ where: { applicationId: old.id } });
        if (integration && integration.status !== 'inactive') {
          await deactivateIntegration(actor, { applicationId: old.id });
        }
        if (old.ssoStatus === 'active') await deactivateSso(actor, { applicationId: old.id });
        // Its links are the new instance's by now.
        const links = { where: { applicationId: old.id } };
        await tx.userLink.updateMany({ ...links, data: { state: 'released', dueAt: null, holdId: null } });
        await tx.operation.updateMany({
          where: { applicationId: old.id, state: { in: [...operationStatesThat.wait] } },
          data: { state: 'withdrawn', finishedAt: now() },
        });
        return finished;
      },
    ),
);

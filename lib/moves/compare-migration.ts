import { AppError } from '@/lib/core/errors';
import { declareCommand } from '@/lib/events/command';
import { startImport } from '@/lib/imports/start-import';
import { changeMove, saveMove } from './internal/change-move';
import { moveRefSchema } from './schema';

/**
 * Has the accounts of the new instance read and matched with people, as an import does: nobody is created, and nothing is sent. Asked again, it
 * begins anew. @returns the migration
 * @throws AppError `not_found`; `conflict` once accounts were handed over, or where there are none to hand over; `not_active` while the new
 * instance is not connected; `already_active` while an import of it runs
 */
export const compareMigration = declareCommand(
  {
    id: 'compareMigration',
    permission: 'applications.write',
    input: moveRefSchema,
    event: 'application_move_compare',
  },
  (actor, { moveId }) =>
    changeMove(actor, 'application_move_compare', { moveId, stages: ['prepared'] }, async (tx, { move, new: to }) => {
      if (!move.movesAccounts) {
        throw new AppError('conflict', `${move.oldLabel} was not provisioned: there are no accounts to compare.`);
      }
      const started = await startImport(actor, { applicationId: to.id, replace: true });
      return saveMove(tx, move, { importId: started.id });
    }),
);

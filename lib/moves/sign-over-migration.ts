import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { declareCommand } from '@/lib/events/command';
import { activateSso, deactivateSso } from '@/lib/sso/activate-sso';
import { changeMove, saveMove } from './internal/change-move';
import { moveRefSchema } from './schema';

/**
 * Moves sign-on: activates SSO of the new instance, where it is not active yet, and then deactivates that of the old one. The service provider
 * has to go by the new metadata by then. @returns the migration
 * @throws AppError `not_found`; `conflict` before accounts are handed over, or where the old instance had no SSO; as {@link activateSso}
 */
export const signOverMigration = declareCommand(
  {
    id: 'signOverMigration',
    permission: 'applications.write',
    input: moveRefSchema,
    event: 'application_move_sign_on',
  },
  (actor, { moveId }) =>
    changeMove(
      actor,
      'application_move_sign_on',
      { moveId, stages: ['handed_over'] },
      async (tx, { move, old, new: to }) => {
        if (!move.movesSignOn) throw new AppError('conflict', `Nobody signed in through ${old.displayLabel}.`);
        if (to.ssoStatus !== 'active') await activateSso(actor, { applicationId: to.id });
        if (old.ssoStatus === 'active') await deactivateSso(actor, { applicationId: old.id });
        return saveMove(tx, move, { stage: 'signed_over', signedOverAt: now() });
      },
    ),
);

import { copyApplication, copyTypedUsernames, prepareCopy } from '@/lib/applications/copy-application';
import { findOpenMove } from '@/lib/applications/open-move';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { copyConnectionSettings } from '@/lib/provisioning/copy-connection-settings';
import { startMoveSchema } from './schema';

/**
 * Begins to migrate an application to a new instance: makes that, with its settings, mappings, scoping filters and the application usernames
 * that were typed. The old instance goes on as it is; the new one has no user groups yet, so that it lets nobody in and provisions nobody.
 * @returns the migration
 * @throws AppError `not_found`; `conflict` for a bookmark, or where a migration of it is open; `already_exists` (slug); `invalid_input` at
 * `placeholders.<NAME>`
 */
export const startMigration = declareCommand(
  { id: 'startMigration', permission: 'applications.write', input: startMoveSchema, event: 'application_move_start' },
  (actor, input) => {
    const draft: EventDraft = { name: 'application_move_start', actor };
    return attemptAfter(
      draft,
      () => prepareCopy(input),
      async (tx, event, prepared) => {
        const { source, copy } = await copyApplication(tx, input, prepared);
        event.application = { id: source.id, displayLabel: source.displayLabel };
        event.target = { type: 'application', id: copy.id, name: copy.displayLabel };
        if (source.kind === 'bookmark') {
          throw new AppError('conflict', 'A bookmark has no accounts that could be migrated. Duplicate it instead.');
        }
        if (await findOpenMove(source.id, tx)) {
          throw new AppError('conflict', `${source.displayLabel} is part of a migration already.`, {
            hint: 'Finish that one first, or back out of it.',
          });
        }
        await copyConnectionSettings(tx, source.id, copy.id);
        await copyTypedUsernames(tx, source.id, copy.id);
        const integration = await tx.integration.findUnique({ where: { applicationId: source.id } });
        return tx.applicationMove.create({
          data: {
            oldId: source.id,
            oldLabel: source.displayLabel,
            newId: copy.id,
            newLabel: copy.displayLabel,
            movesAccounts: integration !== null && integration.status !== 'inactive',
            movesSignOn: source.ssoStatus === 'active',
            startedByName: actor.name,
            startedAt: now(),
          },
        });
      },
    );
  },
);

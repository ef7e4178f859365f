import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { findAuthority } from '@/lib/tokens/authority';
import { activatedByLink, assertActivationWanted } from './internal/activations';
import { asResource, lockImport } from './internal/lock-import';
import { leaveOutOwn, linkOtherNames } from './internal/names-of-selection';
import { confirmableRows, isLinkTo } from './internal/rows-sql';
import { enqueueRun } from './run-import';
import { beginRun } from './runs';
import { backgroundFrom, confirmImportSchema } from './schema';

/** An import that runs in the request is finished by a worker when the request is cut off. */
const takeOverAfterMs = 20_000;

/**
 * Confirms an import: the selected rows for which it is decided what to do are queued. From 100 rows on a background task
 * runs them; below, whoever confirmed calls runRows at once, so that the results are seen as they come.
 * @param input `linkOtherNames`: an administrator links, too, what matches one person and has another name than theirs;
 * `activateInactive`: accounts that are inactive in the application may be activated by it; `background` has the task run
 * them at once, however few
 * @returns the import, and how many rows were queued; `ownLeftOut`: links to whoever confirms, which somebody else has to confirm
 * @throws AppError `not_found`, `conflict` when it is not in review, or at `activateInactive` when accounts
 * of people in scope would be activated and that was not confirmed, `invalid_input` when nothing is left to do, `forbidden`
 */
export const confirmImport = defineCommand(
  { id: 'confirmImport', permission: 'imports.run', input: confirmImportSchema, event: 'import_start' },
  async (tx, draft, input, actor) => {
    const { importId, selection } = input;
    const found = await lockImport(tx, importId);
    draft.application = found.application;
    if (found.state !== 'review') {
      throw new AppError('conflict', 'This import is not waiting for review any more.', {
        hint: 'Open the page again to see how it went.',
      });
    }
    const authority = await findAuthority(tx, actor);
    if (input.linkOtherNames) await linkOtherNames(tx, actor, authority, { importId, selection });
    const own = await leaveOutOwn(tx, { actor, authority, application: found.application }, { importId, selection });
    const activates = await activatedByLink(tx, { applicationId: found.application.id, importId, selection });
    assertActivationWanted(activates, found.application.displayLabel, input.activateInactive ?? false);
    const queued = await tx.$executeRaw`
      UPDATE import_rows r SET state = 'queued', user_id = CASE WHEN r.decision IN ('link', 'update') THEN r.user_id END
      WHERE ${confirmableRows(importId, selection)} AND NOT ${isLinkTo(authority.personId)}`;
    if (queued === 0) {
      if (own.refusal) throw own.refusal;
      throw new AppError('invalid_input', 'Nothing that is selected can be imported.', {
        hint: 'Choose first what is to be done with rows for which nothing is decided.',
      });
    }
    const background = input.background === true || queued >= backgroundFrom;
    const confirmed = await tx.import.update({
      where: { id: importId },
      data: {
        state: 'running',
        confirmedAt: now(),
        confirmedById: actor.id,
        confirmedByName: actor.name,
        confirmedByTokenId: actor.tokenId ?? null,
      },
    });
    await beginRun(tx, importId, { kind: 'confirmed', rows: queued, actor });
    await enqueueRun(tx, importId, background ? undefined : new Date(Date.now() + takeOverAfterMs));
    draft.message = `Confirmed for ${queued} ${queued === 1 ? 'account' : 'accounts'}.`;
    return { ...asResource(confirmed), changed: queued, background, ownLeftOut: own.rows };
  },
);

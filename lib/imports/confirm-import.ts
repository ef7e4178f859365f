import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, transaction } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt, recordEvents } from '@/lib/events/record';
import { importRow } from './internal/import-row';
import { lockImport } from './internal/lock-import';
import { selectedRows } from './internal/rows-sql';
import { enqueueRun, lookAt } from './run-import';
import { backgroundFrom, type ImportSelection, type RowError } from './schema';

/** An import that runs in the request is finished by a worker when the request is cut off. */
const takeOverAfterMs = 20_000;

/**
 * Confirms an import: the selected rows for which it is decided what to do are queued. From 100 rows on a background task
 * runs them; below, whoever confirmed calls runRows at once, so that the results are seen as they come.
 * @param options `background` has the task run them at once, however few: nobody watches
 * @throws AppError `not_found`, `conflict` when it is not in review, `invalid_input` when nothing is left to do
 */
export async function confirmImport(
  actor: Actor,
  input: { importId: string; selection: ImportSelection },
  options: { background?: boolean } = {},
): Promise<{ queued: number; background: boolean }> {
  return attempt({ name: 'import_start', actor }, async (tx, draft) => {
    const found = await lockImport(tx, input.importId);
    draft.application = found.application;
    if (found.state !== 'review') {
      throw new AppError('conflict', 'This import is not waiting for review any more.', {
        hint: 'Open the page again to see how it went.',
      });
    }
    const queued = await tx.$executeRaw`
      UPDATE import_rows r SET state = 'queued', user_id = CASE WHEN r.decision = 'link' THEN r.user_id END
      WHERE ${selectedRows(input.importId, input.selection)}
        AND r.state = 'listed' AND r.match <> 'imported' AND r.decision IN ('create', 'link')`;
    if (queued === 0) {
      throw new AppError('invalid_input', 'Nothing that is selected can be imported.', {
        hint: 'Choose what to do with rows that match several people.',
      });
    }
    const background = options.background === true || queued >= backgroundFrom;
    await tx.import.update({
      where: { id: input.importId },
      data: { state: 'running', confirmedAt: now(), confirmedById: actor.id, confirmedByName: actor.name },
    });
    await enqueueRun(tx, input.importId, background ? undefined : new Date(Date.now() + takeOverAfterMs));
    draft.message = `Confirmed for ${queued} ${queued === 1 ? 'account' : 'accounts'}.`;
    return { queued, background };
  });
}

/** Retries rows that failed, each alone. @returns how many went well now @throws AppError `not_found`, `conflict` */
export async function retryRows(
  actor: Actor,
  input: { importId: string; remoteIds: readonly string[] },
): Promise<{ done: number; failed: number; error?: RowError }> {
  const found = await transaction((tx) => lockImport(tx, input.importId));
  assertFinished(found);
  const context = { importId: found.id, actor, application: found.application };
  const outcome: { done: number; failed: number; error?: RowError } = { done: 0, failed: 0 };
  for (const remoteId of input.remoteIds) {
    const key = { importId_remoteId: { importId: found.id, remoteId } };
    try {
      await transaction(async (tx) => {
        await tx.$queryRaw`SELECT remote_id FROM import_rows WHERE import_id = ${found.id}::uuid AND remote_id = ${remoteId} FOR UPDATE`;
        const row = await tx.importRow.findUnique({ where: key });
        if (row?.state !== 'failed') return;
        await importRow(tx, context, row);
        const { userId } = await tx.importRow.findUniqueOrThrow({ where: key });
        if (userId) await lookAt(tx, found.applicationId, [userId]);
        outcome.done += 1;
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
      outcome.failed += 1;
      outcome.error = reason;
      await noteRetry(actor, found, remoteId, reason);
    }
  }
  return outcome;
}

function assertFinished(found: Import): void {
  if (found.state === 'finished') return;
  throw new AppError('conflict', 'The import is still running.', { hint: 'Retry when it is complete.' });
}

async function noteRetry(
  actor: Actor,
  found: Import & { application: { id: string; displayLabel: string } },
  remoteId: string,
  reason: RowError,
): Promise<void> {
  const row = await db.importRow.update({
    where: { importId_remoteId: { importId: found.id, remoteId } },
    data: { error: { ...reason } },
  });
  await recordEvents(db, [
    {
      name: 'user_import',
      actor,
      application: found.application,
      target: { type: 'account', id: remoteId, name: row.userName },
      outcome: 'error',
      code: reason.code,
      message: reason.message,
    },
  ]);
}

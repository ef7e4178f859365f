import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, transaction } from '@/lib/db/client';
import type { Import } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { declareCommand } from '@/lib/events/command';
import { recordEvents } from '@/lib/events/record';
import { importRow } from './internal/import-row';
import { asResource, lockImport } from './internal/lock-import';
import { readTaking } from './internal/read-taking';
import { lookAt } from './run-import';
import { keepRun } from './runs';
import { type RowError, retryRowsSchema } from './schema';
import { readImportSettings } from './settings';

/**
 * Retries rows that failed, each alone, so that it is no transaction of its own; what it came to is kept as a run.
 * @returns the import, and how many went well now @throws AppError `not_found`, `conflict`
 */
export const retryRows = declareCommand(
  { id: 'retryRows', permission: 'imports.run', input: retryRowsSchema, event: 'user_import' },
  async (actor, input) => {
    const found = await transaction((tx) => lockImport(tx, input.importId));
    assertFinished(found);
    const startedAt = now();
    const { mappings } = await readImportSettings(found.applicationId);
    const context = { importId: found.id, actor, application: found.application, taking: await readTaking(mappings) };
    const outcome: { changed: number; failed: number; error?: RowError } = { changed: 0, failed: 0 };
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
          outcome.changed += 1;
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const reason = { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
        outcome.failed += 1;
        outcome.error = reason;
        await noteRetry(actor, found, remoteId, reason);
      }
    }
    const { changed: done, failed } = outcome;
    if (done + failed > 0) await keepRun(db, found.id, { actor, startedAt, done, failed });
    return { ...asResource(found), ...outcome };
  },
);

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

import { AppError } from '@/lib/core/errors';
import { newId } from '@/lib/core/ids';
import { Prisma } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { asResource, lockImport } from './internal/lock-import';
import { enqueueRun } from './run-import';
import { beginRun } from './runs';
import { backgroundFrom, retryFailedSchema } from './schema';

/** As after a confirmation: a worker goes on when the request that runs the rows is cut off. */
const takeOverAfterMs = 20_000;

/**
 * Runs everything of a finished import that failed once more, on the authority of whoever asks, as a run of its own; the import runs until
 * then, and stays confirmed by whoever has confirmed it.
 * @returns the import, and how many rows are tried; `background`: a task runs them, from 100 rows on or where that is asked for
 * @throws AppError `not_found`, `conflict` unless it is finished, `already_active` while another import of the application is
 * open, `invalid_input` when nothing has failed
 */
export const retryFailedRows = defineCommand(
  { id: 'retryFailedRows', permission: 'imports.run', input: retryFailedSchema, event: 'import_start' },
  async (tx, draft, input, actor) => {
    const { importId } = input;
    const found = await lockImport(tx, importId);
    const { application } = found;
    draft.application = application;
    if (found.state !== 'finished' || !found.confirmedAt) {
      throw new AppError('conflict', 'This import is not complete.', { hint: 'Retry when it is complete.' });
    }
    // As whoever starts another one does.
    await tx.$queryRaw`SELECT id FROM applications WHERE id = ${application.id}::uuid FOR NO KEY UPDATE`;
    if (await tx.import.findFirst({ where: { applicationId: application.id, finishedAt: null } })) {
      throw new AppError('already_active', 'Another import of this application is open.', {
        hint: 'Finish or discard that one first; or retry rows one by one.',
      });
    }
    const retriedById = newId();
    const { count } = await tx.importRow.updateMany({
      where: { importId, state: 'failed', decision: { not: null } },
      data: { state: 'queued', error: Prisma.DbNull, retriedById },
    });
    if (count === 0) throw new AppError('invalid_input', 'Nothing of this import has failed.');
    const background = input.background === true || count >= backgroundFrom;
    const again = await tx.import.update({
      where: { id: importId },
      data: { state: 'running', finishedAt: null },
    });
    await beginRun(tx, importId, { id: retriedById, kind: 'retry', rows: count, actor });
    await enqueueRun(tx, importId, background ? undefined : new Date(Date.now() + takeOverAfterMs));
    draft.message = `${count.toLocaleString('en')} that failed ${count === 1 ? 'is' : 'are'} tried again.`;
    return { ...asResource(again), changed: count, background };
  },
);

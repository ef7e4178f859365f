import { usernameNaming } from '@/lib/applications/naming';
import { settleNames } from '@/lib/applications/settle-names';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { importStatesThat } from '@/lib/core/states';
import { db, type Tx, transaction } from '@/lib/db/client';
import { type Import, type ImportRow, type ImportRun, Prisma } from '@/lib/db/generated/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { countPeople } from './groups/match-groups';
import { importRow, type RowContext } from './internal/import-row';
import { readTaking } from './internal/read-taking';
import { reportByMail } from './internal/report-by-mail';
import { leftOver } from './internal/safeguard';
import { endRun, findOpenRun } from './runs';
import { backgroundFrom, type RowError } from './schema';
import { readImportSettings } from './settings';

/** A task is short and asks for another: a shutdown waits no longer than this. */
const stretchMs = 10_000;
const idsPerTask = 1_000;
/** A row is many short statements: some side by side keep the database busy. */
const rowsAtOnce = 4;

/**
 * Runs the rows of a confirmed import that are still queued, one transaction each. Two runners may work side by side:
 * nobody takes a row that the other one holds. The last one ends the import.
 * @param options `stretchMs` stops after this long; absent: only when nothing is left
 * @returns whether nothing is left
 */
export async function runRows(importId: string, options: { stretchMs?: number } = {}): Promise<boolean> {
  const context = await contextOf(importId);
  if (!context) return true;
  await settleNames([usernameNaming(context.application.usernameFormat)]);
  const end = Date.now() + (options.stretchMs ?? Number.POSITIVE_INFINITY);
  const runner = async (): Promise<boolean> => {
    while (await runNext(context)) {
      if (Date.now() > end) return false;
    }
    return true;
  };
  const outcomes = await Promise.allSettled(Array.from({ length: rowsAtOnce }, runner));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  if (outcomes.some((outcome) => outcome.status === 'fulfilled' && !outcome.value)) return false;
  await finish(context);
  return true;
}

/** The background task: one stretch, and another one while rows are left. */
export async function runImportStretch(importId: string): Promise<void> {
  const done = await runRows(importId, { stretchMs });
  if (!done) await enqueueRun(db, importId);
}

/** @param runAt earliest start; absent: at once */
export async function enqueueRun(tx: Tx, importId: string, runAt?: Date): Promise<void> {
  const key = `import-run:${importId}`;
  await enqueue(tx, 'import-run', { importId }, { jobKey: key, ...(runAt ? { runAt } : {}) });
}

async function contextOf(importId: string): Promise<RowContext | undefined> {
  const found = await db.import.findUnique({
    where: { id: importId },
    include: { application: { select: { id: true, displayLabel: true, usernameFormat: true } } },
  });
  if (found?.state !== 'running') return undefined;
  const { mappings } = await readImportSettings(found.applicationId);
  const actor = actorOf(found, await findOpenRun(db, importId));
  return { importId, actor, application: found.application, taking: await readTaking(mappings) };
}

/** Who confirmed it, or had it tried again, is who did it, also in the background; before that, the settings do. */
function actorOf(found: Import, run: ImportRun | null): Actor {
  if (!found.confirmedAt || run?.kind === 'settings') return systemActor;
  const by = run
    ? { id: run.startedById, name: run.startedByName, tokenId: run.startedByTokenId }
    : {
        id: found.confirmedById,
        name: found.confirmedByName ?? found.startedByName,
        tokenId: found.confirmedByTokenId,
      };
  const { tokenId, ...who } = by;
  return { ...who, clientAddress: null, ...(tokenId ? { tokenId } : {}) };
}

/** @returns whether there was a row to run */
async function runNext(context: RowContext): Promise<boolean> {
  let row: ImportRow | undefined;
  try {
    return await transaction(async (tx) => {
      row = await takeRow(tx, context.importId);
      if (row) await importRow(tx, context, row);
      return row !== undefined;
    });
  } catch (error) {
    if (!row) throw error;
    // When the database itself is away, noting it fails as well, and the task is tried again.
    await noteFailure(context, row, error instanceof AppError ? error : unexpected(error));
    return true;
  }
}

/** What nobody foresaw stops one row and not the import. Its text could hold anything: only its name is kept. */
function unexpected(error: unknown): AppError {
  const name = error instanceof Error ? error.name : 'an error without a name';
  console.error(JSON.stringify({ level: 'error', at: new Date().toISOString(), task: 'import', error: name }));
  return new AppError('internal', `The account could not be imported (${name}).`, {
    hint: 'Retry; if it fails again, look for “import” in the log.',
    cause: error,
  });
}

async function takeRow(tx: Tx, importId: string): Promise<ImportRow | undefined> {
  const [taken] = await tx.$queryRaw<{ remote_id: string }[]>`
    SELECT remote_id FROM import_rows WHERE import_id = ${importId}::uuid AND state = 'queued'
    ORDER BY remote_id LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (!taken) return undefined;
  return tx.importRow.findUniqueOrThrow({
    where: { importId_remoteId: { importId, remoteId: taken.remote_id } },
  });
}

/** The row's own transaction is lost: why is written in one of its own. */
async function noteFailure({ importId, actor, application }: RowContext, row: ImportRow, error: AppError) {
  const reason: RowError = { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  await transaction(async (tx) => {
    const failed = await tx.importRow.updateMany({
      where: { importId, remoteId: row.remoteId, state: 'queued' },
      data: { state: 'failed', error: { ...reason } },
    });
    if (failed.count === 0) return;
    const target = { type: 'account' as const, id: row.remoteId, name: row.userName };
    await recordEvents(tx, [
      { name: 'user_import', actor, application, target, outcome: 'error', code: error.code, message: error.message },
    ]);
  });
}

interface Ended {
  state: (typeof importStatesThat.areMatched)[number];
  takesPeople: boolean;
  takesGroups: boolean;
}

async function ranGroups(tx: Tx, importId: string): Promise<{ done: number; failed: number }> {
  const done = await tx.importGroup.count({ where: { importId, state: 'done' } });
  return { done, failed: await tx.importGroup.count({ where: { importId, state: 'failed' } }) };
}

/** Ends the import when no row is queued any more, once: event, mail, and a look at everybody who was linked. */
async function finish({ importId, actor, application }: RowContext): Promise<void> {
  await transaction(async (tx) => {
    // What the settings have imported by themselves comes before the review, and ends nothing; unless the schedule began it, and
    // nobody is left to look at.
    const isDone = Prisma.sql`(confirmed_at IS NOT NULL OR ((scheduled OR NOT takes_people) AND held_new IS NULL AND NOT ${leftOver(importId)}))`;
    const [ended] = await tx.$queryRaw<Ended[]>`
      UPDATE imports SET state = (CASE WHEN ${isDone} THEN 'finished' ELSE 'review' END)::import_state,
        finished_at = CASE WHEN ${isDone} THEN ${now()}::timestamptz END,
        confirmed_by_name = CASE WHEN confirmed_at IS NULL AND ${isDone} THEN ${actor.name} ELSE confirmed_by_name END,
        confirmed_at = CASE WHEN ${isDone} THEN coalesce(confirmed_at, ${now()}::timestamptz) END
      WHERE id = ${importId}::uuid AND state = 'running'
        AND NOT EXISTS (SELECT 1 FROM import_rows WHERE import_id = ${importId}::uuid AND state = 'queued')
        AND (takes_people OR NOT EXISTS (SELECT 1 FROM import_groups WHERE import_id = ${importId}::uuid AND state = 'queued'))
      RETURNING state::text AS state, takes_groups AS "takesGroups", takes_people AS "takesPeople"`;
    if (!ended) return;
    const run = await endRun(tx, importId);
    // Who was imported is in the directory now.
    if (ended.takesGroups) await countPeople(tx, { id: importId, applicationId: application.id });
    if (ended.state === 'review') return beginReview(tx, { importId, application });
    // Whom it had imported before was looked at then.
    const ofRun = run?.kind === 'retry' ? { retriedById: run.id } : {};
    const done = await tx.importRow.findMany({
      where: { importId, state: 'done', ...ofRun },
      select: { userId: true },
    });
    const failed = await tx.importRow.count({ where: { importId, state: 'failed' } });
    const accounts = { done: run?.done ?? done.length, failed: run?.failed ?? failed };
    const ran = ended.takesPeople ? accounts : await ranGroups(tx, importId);
    const message = `${ran.done} of ${ran.done + ran.failed} ${ended.takesPeople ? '' : 'groups '}imported, ${ran.failed} failed.`;
    await recordEvents(tx, [
      { name: 'import_finish', actor, application, outcome: ran.failed > 0 ? 'error' : 'success', message },
    ]);
    await lookAt(
      tx,
      application.id,
      done.flatMap((row) => row.userId ?? []),
    );
    if (accounts.done + accounts.failed >= backgroundFrom) {
      await reportByMail(tx, { importId, application, recipientId: actor.id, ...accounts });
    }
  });
}

/** After what was imported without a person: what failed of it is for somebody to choose. */
async function beginReview(tx: Tx, { importId, application }: Pick<RowContext, 'importId' | 'application'>) {
  await tx.importRow.updateMany({ where: { importId, state: 'failed' }, data: { state: 'listed', decision: null } });
  const done = await tx.importRow.findMany({ where: { importId, state: 'done' }, select: { userId: true } });
  await lookAt(
    tx,
    application.id,
    done.flatMap((row) => row.userId ?? []),
  );
}

/** Whoever is in scope already is managed from here on. */
export async function lookAt(tx: Tx, applicationId: string, userIds: readonly string[]): Promise<void> {
  for (let from = 0; from < userIds.length; from += idsPerTask) {
    await enqueue(tx, 'application-changed', { applicationId, userIds: userIds.slice(from, from + idsPerTask) });
  }
}

import { AppError } from '@/lib/core/errors';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { ImportGroup } from '@/lib/db/generated/client';
import { recordEvents } from '@/lib/events/record';
import { lockImport } from '../internal/lock-import';
import { enqueueRun } from '../run-import';
import { countFailedGroup, endGroupsRun } from '../runs';
import type { RowError } from '../schema';
import { enqueueGroups } from './enqueue-groups';
import { actorOf, type GroupContext, importGroup } from './import-group';

/** A task is short and asks for another: a shutdown waits no longer than this. */
const stretchMs = 10_000;
/** One group may have 100,000 members: half a minute on a quiet machine, most of it what is kept of memberships. */
const timeoutMs = 300_000;

/** The task: one stretch of what was chosen for groups of an import, and another one while some are left; the last one ends an import of groups alone. */
export async function runGroupsStretch(importId: string): Promise<void> {
  const found = await db.import.findUnique({
    where: { id: importId },
    select: { takesPeople: true, application: { select: { id: true, displayLabel: true } } },
  });
  if (!found) return;
  const end = performance.now() + stretchMs;
  while (await runNext({ importId, application: found.application })) {
    if (performance.now() > end) return enqueueGroups(db, importId);
  }
  await transaction(async (tx) => {
    await lockImport(tx, importId);
    await endGroupsRun(tx, importId);
  });
  if (!found.takesPeople) await enqueueRun(db, importId);
}

/** @returns whether there was a group to work on */
async function runNext(context: GroupContext): Promise<boolean> {
  let row: ImportGroup | undefined;
  try {
    return await transaction(
      async (tx) => {
        row = await takeRow(tx, context.importId);
        if (row) await importGroup(tx, context, row);
        return row !== undefined;
      },
      { timeoutMs },
    );
  } catch (error) {
    if (!row || !(error instanceof AppError)) throw error;
    await noteFailure(context, row, error);
    return true;
  }
}

/** Nobody takes a group that somebody else has in hand. */
async function takeRow(tx: Tx, importId: string): Promise<ImportGroup | undefined> {
  const [taken] = await tx.$queryRaw<{ remoteId: string }[]>`
    SELECT remote_id AS "remoteId" FROM import_groups WHERE import_id = ${importId}::uuid AND state = 'queued'
    ORDER BY remote_id LIMIT 1 FOR UPDATE SKIP LOCKED`;
  if (!taken) return undefined;
  return tx.importGroup.findUniqueOrThrow({ where: { importId_remoteId: { importId, remoteId: taken.remoteId } } });
}

/** The group's own transaction is lost: why is written in one of its own. */
async function noteFailure({ importId, application }: GroupContext, row: ImportGroup, error: AppError): Promise<void> {
  const reason: RowError = { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  await transaction(async (tx) => {
    const where = { importId, remoteId: row.remoteId, state: 'queued' as const };
    const failed = await tx.importGroup.updateMany({ where, data: { state: 'failed', error: { ...reason } } });
    if (failed.count === 0) return;
    await countFailedGroup(tx, importId);
    const target = { type: 'group' as const, id: row.groupId ?? row.remoteId, name: row.name };
    const told = { outcome: 'error' as const, code: error.code, message: error.message };
    await recordEvents(tx, [{ name: 'group_import', actor: actorOf(row), application, target, ...told }]);
  });
}

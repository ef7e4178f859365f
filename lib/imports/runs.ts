import { now } from '@/lib/core/clock';
import { newId } from '@/lib/core/ids';
import { db, type Tx } from '@/lib/db/client';
import type { ImportRun } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import type { ImportRunKind } from './schema';

const listedAtMost = 50;

/** One time that accounts of an import, or groups, were run. */
export interface ImportRunView {
  id: string;
  kind: ImportRunKind;
  ofGroups: boolean;
  startedByName: string;
  startedAt: Date;
  /** Null: it is under way. */
  finishedAt: Date | null;
  /** Accounts or groups that it began with. */
  rows: number;
  /** Of these; null while it is under way. */
  done: number | null;
  failed: number | null;
}

/** Begins a run of accounts of an import, for whoever holds the import and knows that none is open. @param run `id`: where rows bear it already */
export async function beginRun(
  tx: Tx,
  importId: string,
  { id = newId(), kind, rows, actor }: { id?: string; kind: ImportRunKind; rows: number; actor: Actor },
): Promise<void> {
  await tx.importRun.create({ data: { id, importId, kind, rows, startedAt: now(), ...by(actor) } });
}

/** A run that was over within the command that asked for it. */
export async function keepRun(
  tx: Tx,
  importId: string,
  { actor, startedAt, done, failed }: { actor: Actor; startedAt: Date; done: number; failed: number },
): Promise<void> {
  const counts = { rows: done + failed, done, failed };
  await tx.importRun.create({
    data: { importId, kind: 'by_hand', startedAt, finishedAt: now(), ...counts, ...by(actor) },
  });
}

/**
 * Ends the run that is open: what has failed of the import is of this run, because whatever failed before was part of it.
 * @returns it, with how it went; undefined: none was open
 */
export async function endRun(tx: Tx, importId: string): Promise<ImportRun | undefined> {
  const open = await findOpenRun(tx, importId);
  if (!open) return undefined;
  const failed = Math.min(open.rows, await tx.importRow.count({ where: { importId, state: 'failed' } }));
  return tx.importRun.update({
    where: { id: open.id },
    data: { finishedAt: now(), failed, done: open.rows - failed },
  });
}

/** The run of accounts that is under way. */
export async function findOpenRun(tx: Tx, importId: string): Promise<ImportRun | null> {
  return tx.importRun.findFirst({ where: { importId, ofGroups: false, finishedAt: null } });
}

/** Begins a run of groups, for whoever holds the import; where one is under way, these are part of it. */
export async function beginGroupsRun(
  tx: Tx,
  importId: string,
  { kind, rows, actor }: { kind: ImportRunKind; rows: number; actor: Actor },
): Promise<void> {
  const open = { importId, ofGroups: true, finishedAt: null };
  const { count } = await tx.importRun.updateMany({ where: open, data: { rows: { increment: rows } } });
  if (count > 0) return;
  await tx.importRun.create({
    data: { importId, ofGroups: true, kind, rows, failed: 0, startedAt: now(), ...by(actor) },
  });
}

/** Notes that a group of the run that is under way has failed. */
export async function countFailedGroup(tx: Tx, importId: string): Promise<void> {
  await tx.importRun.updateMany({
    where: { importId, ofGroups: true, finishedAt: null },
    data: { failed: { increment: 1 } },
  });
}

/** Ends the run of groups that is open, unless groups were queued meanwhile; for whoever holds the import. */
export async function endGroupsRun(tx: Tx, importId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_runs SET finished_at = ${now()}::timestamptz, done = greatest(rows - failed, 0)
    WHERE import_id = ${importId}::uuid AND of_groups AND finished_at IS NULL
      AND NOT EXISTS (SELECT FROM import_groups WHERE import_id = ${importId}::uuid AND state = 'queued')`;
}

const by = (actor: Actor) => ({
  startedById: actor.id,
  startedByName: actor.name,
  startedByTokenId: actor.tokenId ?? null,
});

/** What was run of an import and how it went, the latest first; 50 at most. */
export async function listImportRuns(importId: string): Promise<ImportRunView[]> {
  const runs = await db.importRun.findMany({
    where: { importId },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: listedAtMost,
    select: {
      ...{ id: true, kind: true, ofGroups: true, startedByName: true, startedAt: true, finishedAt: true },
      ...{ rows: true, done: true, failed: true },
    },
  });
  return runs.map((run) => (run.finishedAt ? run : { ...run, failed: null }));
}

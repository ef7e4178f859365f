import { AppError } from '@/lib/core/errors';
import type { Page } from '@/lib/core/pagination';
import { type BatchRowStateName, batchRowStates, batchRowStatesThat } from '@/lib/core/states';
import { boundedRead } from '@/lib/db/bounded-read';
import { db, type Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { type DeprovisionPreview, previewPeopleDeprovision } from '@/lib/provisioning/queries/deprovision-preview';
import { selectedPeople } from './internal/selected';
import { mostPeople, type RowError, type Selection, undoneBy } from './schema';

export type RowCounts = Record<BatchRowStateName, number>;

/** How many rows of a batch there are in each state. */
export async function countRows(batchId: string, tx: Tx = db): Promise<RowCounts> {
  const rows = await tx.userBatchRow.groupBy({ by: ['state'], where: { batchId }, _count: true });
  const counts = Object.fromEntries(batchRowStates.map((state) => [state, 0])) as RowCounts;
  for (const { state, _count } of rows) counts[state] = _count;
  return counts;
}

/** A batch with how far it has come. @throws AppError `not_found` */
export async function getUserBatch(id: string) {
  const batch = await db.userBatch.findUnique({ where: { id } });
  if (!batch) throw new AppError('not_found', 'This is not kept any more.');
  const counts = await countRows(id);
  const { groupId, groupName, startedByTokenId: _token, file, ...rest } = batch;
  const planned = batch.state === 'review' ? await countPlanned(id) : null;
  return {
    ...rest,
    group: groupId ? { id: groupId, name: groupName ?? '' } : null,
    counts,
    /** Of a file: what its columns are taken for. */
    file: file ? (file as unknown as KeptFile) : null,
    /** Of a file in review: what its lines would do. */
    planned,
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    canUndo: batch.state === 'finished' && !batch.undoneById && counts.done > 0 && undoneBy[batch.action] !== undefined,
  };
}
interface KeptFile {
  name: string;
  header: string[];
  columns: string[];
}

/** What the lines of a file that is reviewed would do. */
async function countPlanned(batchId: string): Promise<Record<RowPlan['kind'], number>> {
  const [row] = await db.$queryRaw<Record<RowPlan['kind'], number>[]>`
    SELECT count(*) FILTER (WHERE plan ->> 'kind' = 'create')::int AS create, count(*) FILTER (WHERE plan ->> 'kind' = 'update')::int AS update,
      count(*) FILTER (WHERE plan ->> 'kind' = 'same')::int AS same FROM user_batch_rows WHERE batch_id = ${batchId}::uuid AND state = 'listed'`;
  return row ?? { create: 0, update: 0, same: 0 };
}

export type UserBatchDetail = Awaited<ReturnType<typeof getUserBatch>>;

export interface BatchRow {
  /** Of a file, the line. */
  no: number;
  userId: string | null;
  name: string;
  state: BatchRowStateName;
  error: RowError | null;
  plan: RowPlan | null;
}

/** What is planned for a line of a file. */
export interface RowPlan {
  kind: 'create' | 'update' | 'same';
  /** Field → old and new value, as texts. */
  changes: Record<string, { from: string | null; to: string | null }>;
}

/** Rows of a batch in their order. @param limit rows at most */
export function listUserBatchRows(
  batchId: string,
  {
    state,
    kind,
    cursor,
  }: { state?: BatchRowStateName | undefined; kind?: string | undefined; cursor?: string | undefined },
  limit = 50,
): Promise<Page<BatchRow>> {
  const where = Prisma.join(
    [
      Prisma.sql`r.batch_id = ${batchId}::uuid`,
      ...(state ? [Prisma.sql`r.state = ${state}::batch_row_state`] : []),
      ...(kind ? [Prisma.sql`r.plan ->> 'kind' = ${kind}`] : []),
    ],
    ' AND ',
  );
  const part = { where, columns: [{ sql: Prisma.sql`r.no`, type: 'int' as const }] };
  return readPage(
    part,
    { cursor, limit },
    ({ key, after, order, take }) =>
      db.$queryRaw<(BatchRow & Keyed)[]>`
      SELECT r.no, r.user_id AS "userId", r.name, r.state::text AS state, r.error, r.plan, ${key} FROM user_batch_rows r
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
}

/** The last batches, newest first. */
export async function listUserBatches({ cursor }: { cursor?: string | undefined }, limit = 50) {
  const part = {
    where: Prisma.sql`true`,
    columns: [
      { sql: Prisma.sql`b.started_at`, type: 'timestamptz' as const },
      { sql: Prisma.sql`b.id`, type: 'uuid' as const },
    ],
    descending: true,
  };
  return readPage(
    part,
    { cursor, limit },
    ({ key, after, order, take }) =>
      db.$queryRaw<(BatchSummary & Keyed)[]>`
      SELECT b.id, b.action::text AS action, b.state::text AS state, b.group_name AS "groupName", b.file ->> 'name' AS "fileName",
        b.started_by_name AS "startedByName", b.started_at AS "startedAt", b.finished_at AS "finishedAt", ${key}
      FROM user_batches b WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
}

export interface BatchSummary {
  id: string;
  action: UserBatchDetail['action'];
  state: UserBatchDetail['state'];
  groupName: string | null;
  fileName: string | null;
  startedByName: string;
  startedAt: Date;
  finishedAt: Date | null;
}

/** Whom a selection means, and which accounts that would take away from them. */
export interface SelectionPreview extends DeprovisionPreview {
  people: number;
}

/** @param suspends otherwise they would be deleted @throws AppError `search_too_slow` */
export async function previewSelection(selection: Selection, suspends: boolean): Promise<SelectionPreview> {
  return boundedRead(async (tx) => {
    const [row] = await tx.$queryRaw<
      { people: number }[]
    >`SELECT count(*)::int AS people FROM (${selectedPeople(selection)}) s`;
    const impact = await previewPeopleDeprovision(
      Prisma.sql`SELECT s.id FROM (${selectedPeople(selection)}) s`,
      suspends,
      tx,
    );
    return { people: Math.min(row?.people ?? 0, mostPeople), ...impact };
  });
}

/** The lines that were refused or failed, with why, for a file that can be corrected and uploaded again. Page by page. */
export async function* failedLines(batchId: string): AsyncGenerator<{ cells: string[]; reason: string }[], void, void> {
  let no = 0;
  for (;;) {
    const rows = await db.userBatchRow.findMany({
      where: { batchId, state: { in: [...batchRowStatesThat.wentWrong] }, no: { gt: no } },
      orderBy: { no: 'asc' },
      take: 500,
    });
    if (rows.length === 0) return;
    no = rows.at(-1)?.no ?? no;
    yield rows.map(({ cells, error }) => {
      const { message, hint } = (error ?? { message: '' }) as unknown as RowError;
      return { cells, reason: [message, hint].filter(Boolean).join(' ') };
    });
  }
}

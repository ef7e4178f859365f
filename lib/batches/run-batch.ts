import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { db, inOneTransaction, transaction } from '@/lib/db/client';
import { Prisma, type UserBatch, type UserBatchRow } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { findAuthority } from '@/lib/tokens/authority';
import { performGroup } from './internal/perform-group';
import { performRow } from './internal/perform-row';
import { countRows } from './queries';
import { batchWords, type RowError } from './schema';
import { enqueueBatch } from './start-batch';

/** A task is short and asks for another: a shutdown waits no longer than this. */
const stretchMs = 10_000;

/** One stretch of a batch, and another one while rows are left. */
export async function runBatchStretch(batchId: string, signal?: AbortSignal): Promise<void> {
  if (!(await runBatch(batchId, { stretchMs, ...(signal ? { signal } : {}) }))) await enqueueBatch(db, batchId);
}

/**
 * Runs the rows that are queued, each in a transaction of its own with what is done (additions to a group 500 at a time). Two runners
 * may work side by side: nobody takes a row that the other holds. Who is killed has lost no row that was done.
 * @returns whether nothing is left
 */
export async function runBatch(
  batchId: string,
  options: { stretchMs?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  const batch = await db.userBatch.findUnique({ where: { id: batchId } });
  if (batch?.state !== 'running') return true;
  const actor = actorOf(batch);
  // Whoever asked may do less by now than when they did.
  const { role } = await findAuthority(db, actor);
  if (role !== 'administrator') await refuseRest(batchId, notAllowed);
  const end = Date.now() + (options.stretchMs ?? Number.POSITIVE_INFINITY);
  while (await runNext(batch, actor)) {
    if (Date.now() > end || options.signal?.aborted) return false;
  }
  await finish(batch, actor);
  return true;
}

const notAllowed: RowError = {
  code: 'forbidden',
  message: 'Whoever asked for this is no administrator any more.',
};

/** Who asked is who did it, also in the background. */
function actorOf(batch: UserBatch): Actor {
  return {
    id: batch.startedById,
    name: batch.startedByName,
    clientAddress: null,
    ...(batch.startedByTokenId ? { tokenId: batch.startedByTokenId } : {}),
  };
}

/** @returns whether there was something to do */
async function runNext(batch: UserBatch, actor: Actor): Promise<boolean> {
  if (batch.groupId) {
    const { id, action, groupId } = batch;
    const failure = await inOneTransaction((tx) => performGroup(tx, actor, { id, action, groupId })).catch(asRowError);
    if (typeof failure === 'boolean') return failure;
    await refuseRest(batch.id, failure);
    return true;
  }
  let row: UserBatchRow | undefined;
  try {
    return await inOneTransaction(async (tx) => {
      [row] = await tx.$queryRaw<UserBatchRow[]>`
        SELECT batch_id AS "batchId", no, user_id AS "userId", name, cells, plan, turn, state::text AS state, error FROM user_batch_rows
        WHERE batch_id = ${batch.id}::uuid AND state = 'queued' ORDER BY turn, no LIMIT 1 FOR UPDATE SKIP LOCKED`;
      if (!row) return false;
      const { state, userId } = await performRow(actor, batch, row);
      await tx.userBatchRow.update({
        where: { batchId_no: { batchId: batch.id, no: row.no } },
        data: { state, userId, error: Prisma.DbNull },
      });
      return true;
    });
  } catch (error) {
    if (!row) throw error;
    // When the database itself is away, noting it fails as well, and the task is tried again.
    await db.userBatchRow.updateMany({
      where: { batchId: batch.id, no: row.no, state: 'queued' },
      data: { state: 'failed', error: { ...asRowError(error) } },
    });
    return true;
  }
}

/** What nobody foresaw stops one row and not the batch. Its text could hold anything: only its name is kept. */
function asRowError(error: unknown): RowError {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  }
  const name = error instanceof Error ? error.name : 'an error without a name';
  console.error(JSON.stringify({ level: 'error', at: new Date().toISOString(), task: 'user-batch', error: name }));
  return { code: 'internal', message: `It could not be done (${name}).` };
}

async function refuseRest(batchId: string, error: RowError): Promise<void> {
  await db.userBatchRow.updateMany({
    where: { batchId, state: 'queued' },
    data: { state: 'failed', error: { ...error } },
  });
}

/** Ends the batch when no row is queued any more, once, with the event that counts. */
async function finish(batch: UserBatch, actor: Actor): Promise<void> {
  await transaction(async (tx) => {
    const ended = await tx.$executeRaw`
      UPDATE user_batches SET state = 'finished', finished_at = ${now()}, version = version + 1
      WHERE id = ${batch.id}::uuid AND state = 'running'
        AND NOT EXISTS (SELECT 1 FROM user_batch_rows WHERE batch_id = ${batch.id}::uuid AND state = 'queued')`;
    if (ended === 0) return;
    const { done, failed, skipped, refused } = await countRows(batch.id, tx);
    const wrong = failed + refused;
    const message = `${done} ${batchWords[batch.action].done}, ${skipped} were so already, ${wrong} failed.`;
    const changes = { batch: { from: null, to: batch.id } };
    await recordEvents(tx, [
      { name: 'user_batch_finish', actor, outcome: wrong > 0 ? 'error' : 'success', message, changes },
    ]);
  });
}

import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { newId } from '@/lib/core/ids';
import type { Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { enqueue } from '@/lib/queue/enqueue';
import { selectedPeople } from './internal/selected';
import {
  type BatchActionName,
  batchWords,
  mostPeople,
  type Selection,
  startUserBatchSchema,
  undoneBy,
  userBatchIdSchema,
} from './schema';

/**
 * Does the same to many people: a task goes from one to the next, and who could not be done says why. With 100 and fewer, whoever asked
 * calls runBatch at once.
 * @returns the batch, and how many people it is about
 * @throws AppError `not_found` (the group), `invalid_input` (nobody, more than 100,000, no group), `conflict` (an imported or
 * dynamic group, or another number than expected)
 */
export const startUserBatch = defineCommand(
  { id: 'startUserBatch', permission: 'users.write', input: startUserBatchSchema, event: 'user_batch_start' },
  async (tx, draft, { action, groupId, expected, ...selection }, actor) => {
    const group = await groupOf(tx, action, groupId);
    const batch = await insertBatch(tx, actor, { action, group });
    const changed = await tx.$executeRaw`
      INSERT INTO user_batch_rows (batch_id, no, user_id, name, state)
      SELECT ${batch.id}::uuid, row_number() OVER (), s.id, s.display_name, 'queued' FROM (${selectedPeople(named(selection))}) s`;
    assertNumber(changed, expected);
    return begin(tx, draft, { ...batch, groupName: group?.name }, changed);
  },
);

/**
 * Undoes for whom it was done: who was suspended is reactivated, who was deleted restored, who was added removed.
 * @returns the batch that does so @throws AppError `not_found`, `conflict` (cannot be undone, is not over, was undone before)
 */
export const undoUserBatch = defineCommand(
  { id: 'undoUserBatch', permission: 'users.write', input: userBatchIdSchema, event: 'user_batch_start' },
  async (tx, draft, { id }, actor) => {
    await tx.$queryRaw`SELECT id FROM user_batches WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
    const before = await tx.userBatch.findUnique({ where: { id } });
    if (!before) throw new AppError('not_found', 'This batch is not kept any more.');
    const action = undoneBy[before.action];
    if (!action || before.state !== 'finished' || before.undoneById) {
      throw new AppError('conflict', 'This cannot be undone, or is being undone already.');
    }
    const group = before.groupId ? { id: before.groupId, name: before.groupName ?? '' } : undefined;
    const batch = await insertBatch(tx, actor, { action, group, undoesId: id });
    const changed = await tx.$executeRaw`
      INSERT INTO user_batch_rows (batch_id, no, user_id, name, state)
      SELECT ${batch.id}::uuid, no, user_id, name, 'queued' FROM user_batch_rows WHERE batch_id = ${id}::uuid AND state = 'done'`;
    assertNumber(changed, undefined);
    await tx.userBatch.update({ where: { id }, data: { undoneById: batch.id, version: { increment: 1 } } });
    return begin(tx, draft, { ...batch, groupName: group?.name }, changed);
  },
);

/** With both, those who are named. */
const named = ({ userIds, filter }: Selection): Selection => (userIds ? { userIds } : { filter: filter ?? {} });

async function groupOf(tx: Tx, action: BatchActionName, groupId: string | undefined) {
  if (action !== 'add_to_group' && action !== 'remove_from_group') return undefined;
  if (!groupId) throw new AppError('invalid_input', 'Choose a user group.', { field: 'groupId' });
  const group = await tx.group.findFirst({ where: { id: groupId, deletedAt: null } });
  if (!group) throw new AppError('not_found', 'This user group does not exist any more.');
  if (group.importedFromId || group.dynamic) {
    throw new AppError('conflict', `Members of ${group.name} are not added by hand.`, { field: 'groupId' });
  }
  return { id: group.id, name: group.name };
}

interface NewBatch {
  action: BatchActionName;
  group: { id: string; name: string } | undefined;
  undoesId?: string;
}

async function insertBatch(tx: Tx, actor: Actor, { action, group, undoesId }: NewBatch) {
  return tx.userBatch.create({
    data: {
      id: newId(),
      action,
      state: 'running',
      groupId: group?.id ?? null,
      groupName: group?.name ?? null,
      undoesId: undoesId ?? null,
      startedById: actor.id,
      startedByName: actor.name,
      startedByTokenId: actor.tokenId ?? null,
      startedAt: now(),
    },
  });
}

function assertNumber(found: number, expected: number | undefined): void {
  if (found === 0) throw new AppError('invalid_input', 'There is nobody to do this to.', { field: 'userIds' });
  if (found > mostPeople) {
    throw new AppError('invalid_input', `At most ${mostPeople.toLocaleString('en')} people at once.`, {
      field: 'filter',
    });
  }
  if (expected === undefined || expected === found) return;
  throw new AppError('conflict', `By now, the filter finds ${found.toLocaleString('en')} people and not ${expected}.`, {
    hint: 'Nothing was done. Look at the list again.',
  });
}

async function begin<
  Batch extends { id: string; version: number; action: BatchActionName; groupName?: string | null | undefined },
>(tx: Tx, draft: EventDraft, batch: Batch, changed: number) {
  draft.count = 1;
  draft.message = `${batchWords[batch.action].verb}${batch.groupName ? ` ${batch.groupName}` : ''}: ${changed.toLocaleString('en')} people.`;
  draft.changes = { batch: { from: null, to: batch.id } };
  await enqueueBatch(tx, batch.id);
  return { id: batch.id, version: batch.version, changed };
}

export function enqueueBatch(tx: Tx, batchId: string): Promise<void> {
  return enqueue(tx, 'user-batch', { batchId }, { jobKey: `user-batch:${batchId}` });
}

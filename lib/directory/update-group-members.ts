import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { announceChange } from './internal/announce';
import { assertStatic } from './internal/group-rule';
import { assertOwn, groupTarget, lockGroup } from './internal/groups';
import { assertNotOfSource } from './internal/sources';
import { ancestorIds } from './membership';
import { groupMembersSchema } from './schema';

/** Names that an event lists at most; the message counts all. */
const namedAtMost = 50;

/**
 * Adds and removes direct members. Who already is (or is not) a member is left alone.
 * @returns the group, and how many were really added and removed
 * @throws AppError `conflict` (imported or dynamic group), `owned_by_source`, `not_found`
 */
export const updateGroupMembers = defineCommand(
  { id: 'updateGroupMembers', permission: 'groups.write', input: groupMembersSchema, event: 'group_members_update' },
  async (tx, draft, input, actor) => {
    const group = await lockGroup(tx, input.groupId);
    draft.target = groupTarget(group);
    assertOwn(group);
    assertStatic(group);
    await assertNotOfSource(tx, actor, group, `The group ${group.name}`);
    return { ...group, ...(await changeMembers(tx, draft, group, input)) };
  },
);

/**
 * Adds and removes direct members in the caller's transaction, which holds the group. @returns how many really came and went
 * @throws AppError `not_found`
 */
export async function changeMembers(
  tx: Tx,
  draft: EventDraft,
  group: { id: string },
  input: { add: readonly string[]; remove: readonly string[] },
): Promise<{ added: number; removed: number }> {
  // All of them before the first change: after it, everybody who changes members waits for this transaction.
  await tx.$executeRaw`
    SELECT 1 FROM group_members WHERE group_id = ${group.id}::uuid AND user_id = ANY(${[...input.add, ...input.remove]}::uuid[])
    ORDER BY user_id FOR UPDATE`;
  const removed = await removeMembers(tx, group.id, input.remove);
  const added = await addMembers(tx, group.id, input.add);
  draft.message = `${added.length} added, ${removed.length} removed.`;
  draft.changes = {
    ...(added.length > 0 ? { added: { from: null, to: await usernames(tx, added) } } : {}),
    ...(removed.length > 0 ? { removed: { from: await usernames(tx, removed), to: null } } : {}),
  };
  if (added.length + removed.length > 0) {
    const groupIds = [group.id, ...(await ancestorIds([group.id], tx))];
    await announceChange(tx, { userIds: [...added, ...removed], groupIds });
  }
  return { added: added.length, removed: removed.length };
}

async function addMembers(tx: Tx, groupId: string, userIds: readonly string[]): Promise<string[]> {
  if (userIds.length === 0) return [];
  const live = await tx.user.findMany({ where: { id: { in: [...userIds] }, deletedAt: null }, select: { id: true } });
  if (live.length < new Set(userIds).size) {
    throw new AppError('not_found', 'Somebody who was to be added is not in the directory any more.', { field: 'add' });
  }
  const rows = await tx.groupMember.createManyAndReturn({
    data: live.map(({ id }) => ({ groupId, userId: id })),
    skipDuplicates: true,
    select: { userId: true },
  });
  return rows.map((row) => row.userId);
}

async function removeMembers(tx: Tx, groupId: string, userIds: readonly string[]): Promise<string[]> {
  if (userIds.length === 0) return [];
  const rows = await tx.$queryRaw<{ userId: string }[]>`
    DELETE FROM group_members WHERE group_id = ${groupId}::uuid AND user_id = ANY(${[...userIds]}::uuid[])
    RETURNING user_id AS "userId"`;
  return rows.map((row) => row.userId);
}

async function usernames(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.user.findMany({
    where: { id: { in: ids.slice(0, namedAtMost) } },
    select: { username: true },
    orderBy: { username: 'asc' },
  });
  return rows.map((row) => row.username);
}

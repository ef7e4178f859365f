import { now } from '@/lib/core/clock';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { announceChange } from './internal/announce';
import { assertOwn, groupTarget, lockGroup } from './internal/groups';
import { ancestorIds, effectiveMemberIds } from './membership';

/**
 * Deletes a group softly: it grants nothing any more, neither by itself nor through groups that it is nested in.
 * @throws AppError `conflict` (imported), `not_found`
 */
export async function deleteGroup(actor: Actor, input: { id: string }): Promise<void> {
  await attempt({ name: 'group_delete', actor }, async (tx, draft) => {
    const group = await lockGroup(tx, input.id);
    draft.target = groupTarget(group);
    assertOwn(group);
    // Whom it concerned is only known before.
    const userIds = await effectiveMemberIds([group.id], tx);
    const groupIds = [group.id, ...(await ancestorIds([group.id], tx))];
    await tx.group.update({ where: { id: group.id }, data: { deletedAt: now(), version: { increment: 1 } } });
    draft.message = `${userIds.length} people were members.`;
    await announceChange(tx, { userIds, groupIds });
  });
}

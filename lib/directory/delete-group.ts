import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { announceChange } from './internal/announce';
import { assertOwn, groupTarget, isOrphan, lockGroup } from './internal/groups';
import { assertNotOfSource } from './internal/sources';
import { ancestorIds, effectiveMemberIds } from './membership';
import { deleteGroupSchema } from './schema';

/**
 * Deletes a group softly: it grants nothing any more, neither by itself nor through groups that it is nested in.
 * @param input `typed`: the group's name, by which whoever asks confirms it
 * @throws AppError `confirmation_mismatch`, `conflict` (of an application that still has it), `owned_by_source`, `not_found`
 */
export const deleteGroup = defineCommand(
  { id: 'deleteGroup', permission: 'groups.write', input: deleteGroupSchema, event: 'group_delete' },
  async (tx, draft, input, actor) => {
    const group = await lockGroup(tx, input.id);
    draft.target = groupTarget(group);
    if (input.typed !== undefined && input.typed !== group.name) {
      throw new AppError('confirmation_mismatch', `Type ${group.name} to confirm.`);
    }
    if (!(await isOrphan(tx, group))) assertOwn(group);
    await assertNotOfSource(tx, actor, group, `The group ${group.name}`);
    // Whom it concerned is only known before.
    const userIds = await effectiveMemberIds([group.id], tx);
    const groupIds = [group.id, ...(await ancestorIds([group.id], tx))];
    const deleted = await tx.group.update({
      where: { id: group.id },
      data: { deletedAt: now(), version: { increment: 1 } },
    });
    draft.message = `${userIds.length} people were members.`;
    await announceChange(tx, { userIds, groupIds });
    return deleted;
  },
);

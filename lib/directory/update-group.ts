import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { announceChange } from './internal/announce';
import { asNameTaken, assertOwn, groupTarget, lockGroup } from './internal/groups';
import { assertNotOfSource } from './internal/sources';
import { updateGroupSchema } from './schema';

/**
 * Renames a group or changes its description. @param input `version` as the form was loaded
 * @throws AppError `stale_version` (details: `{version, values}` as they are now), `already_exists` at name,
 * `conflict` (imported), `owned_by_source`, `not_found`
 */
export const updateGroup = defineCommand(
  { id: 'updateGroup', permission: 'groups.write', input: updateGroupSchema, event: 'group_update' },
  async (tx, draft, input, actor) => {
    const before = await lockGroup(tx, input.id);
    draft.target = groupTarget(before);
    assertOwn(before);
    await assertNotOfSource(tx, actor, before, `The group ${before.name}`);
    if (before.version !== input.version) {
      throw new AppError('stale_version', `${before.name} was changed by somebody else in the meantime.`, {
        hint: 'Compare what is stored now with what you typed, then save again.',
        details: { version: before.version, values: { name: before.name, description: before.description } },
      });
    }
    const { name, description } = input;
    draft.changes = changesBetween({ name: before.name, description: before.description }, { name, description });
    if (Object.keys(draft.changes).length === 0) return before;
    const group = await tx.group
      .update({ where: { id: before.id }, data: { name, description, version: { increment: 1 } } })
      .catch((error: unknown) => {
        throw asNameTaken(error, name);
      });
    await announceChange(tx, { groupIds: [group.id] });
    return group;
  },
);

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import { announceChange } from './internal/announce';
import { assertOwn, groupTarget, lockGroup } from './internal/groups';
import { assertNotOfSource } from './internal/sources';
import { ancestorIds, effectiveMemberIds, nestingDepths } from './membership';
import { maxNestingDepth, nestGroupSchema } from './schema';

/** One nesting at a time in the whole directory: two at once could close a circle that neither of them sees. */
async function lockNesting(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.group-nesting'))`;
}

/**
 * Makes the child's members members of the parent. Nesting what is already nested is harmless. @returns the parent
 * @throws AppError `conflict` (circle, more than 10 levels, imported parent), `owned_by_source`, `not_found`
 */
export const nestGroup = defineCommand(
  { id: 'nestGroup', permission: 'groups.write', input: nestGroupSchema, event: 'group_update' },
  async (tx, draft, input, actor) => {
    await lockNesting(tx);
    const parent = await lockGroup(tx, input.parentId);
    draft.target = groupTarget(parent);
    const child = await lockGroup(tx, input.childId);
    draft.changes = { nestedGroups: { from: null, to: child.name } };
    assertOwn(parent);
    await assertNotOfSource(tx, actor, parent, `The group ${parent.name}`);
    const above = await ancestorIds([parent.id], tx);
    if (child.id === parent.id || above.includes(child.id)) {
      throw new AppError('conflict', `${child.name} already contains ${parent.name}, directly or through others.`, {
        hint: 'Groups cannot contain each other.',
        field: 'childId',
      });
    }
    const depths = await nestingDepths(parent.id, child.id, tx);
    if (depths.above + depths.below + 1 > maxNestingDepth) {
      throw new AppError('conflict', `Groups can be nested ${maxNestingDepth} levels deep at most.`, {
        field: 'childId',
      });
    }
    await tx.groupNesting.createMany({ data: [input], skipDuplicates: true });
    await announceChange(tx, {
      userIds: await effectiveMemberIds([child.id], tx),
      groupIds: [parent.id, ...above],
    });
    return parent;
  },
);

/** Takes a nested group out of another. @returns the parent @throws AppError `conflict` (imported parent), `owned_by_source`, `not_found` */
export const unnestGroup = defineCommand(
  { id: 'unnestGroup', permission: 'groups.write', input: nestGroupSchema, event: 'group_update' },
  async (tx, draft, input, actor) => {
    await lockNesting(tx);
    const parent = await lockGroup(tx, input.parentId);
    draft.target = groupTarget(parent);
    assertOwn(parent);
    await assertNotOfSource(tx, actor, parent, `The group ${parent.name}`);
    const nesting = await tx.groupNesting.findUnique({
      where: { parentId_childId: input },
      include: { child: { select: { name: true } } },
    });
    if (!nesting) throw new AppError('not_found', 'This group is not nested there any more.');
    draft.changes = { nestedGroups: { from: nesting.child.name, to: null } };
    const userIds = await effectiveMemberIds([input.childId], tx);
    const groupIds = [parent.id, ...(await ancestorIds([parent.id], tx))];
    await tx.groupNesting.delete({ where: { parentId_childId: input } });
    await announceChange(tx, { userIds, groupIds });
    return parent;
  },
);

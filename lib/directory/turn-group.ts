import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Group, Prisma } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { defineCommand } from '@/lib/events/command';
import { recordEvents } from '@/lib/events/record';
import { announceChange } from './internal/announce';
import { asNameTaken, groupTarget, lockGroup } from './internal/groups';
import { moveMembers } from './internal/move-members';
import { turnGroupSchema } from './schema';

/**
 * Turns a group of an application into one of the directory: who is in it stays, and from then on it is changed here. The group over there
 * stays as it is, and neither follows the other.
 * @param input `name`: another one, where a group of the directory has that name
 * @throws AppError `already_exists` at name, `conflict` when it is one of the directory already, `stale_version`, `not_found`
 */
export const turnGroup = defineCommand(
  { id: 'turnGroup', permission: 'groups.write', input: turnGroupSchema, event: 'group_update' },
  async (tx, draft, { id, version, name }) => {
    const before = await lockGroup(tx, id);
    draft.target = groupTarget(before);
    if (!before.importedFromId) throw new AppError('conflict', `${before.name} is a group of the directory already.`);
    if (before.version !== version) {
      throw new AppError('stale_version', `${before.name} was changed by an import in the meantime.`, {
        hint: 'Look at who is in it now, then turn it once more.',
        details: { version: before.version, values: { name: before.name } },
      });
    }
    const application = await tx.application.findUnique({
      where: { id: before.importedFromId },
      select: { id: true, displayLabel: true },
    });
    draft.application = application ?? undefined;
    const wanted = name ?? before.name;
    draft.changes = {
      'group of': { from: application?.displayLabel ?? 'an application', to: null },
      ...(wanted === before.name ? {} : { name: { from: before.name, to: wanted } }),
    };
    await tx.applicationGroupMember.deleteMany({ where: { groupId: id } });
    const own = { importedFromId: null, remoteId: null, goneAt: null, membersTold: true };
    const turned = await tx.group
      .update({ where: { id }, data: { ...own, name: wanted, version: { increment: 1 } } })
      .catch((error: unknown) => {
        throw asNameTaken(error, wanted);
      });
    await announceChange(tx, { groupIds: [id] });
    return turned;
  },
);

/**
 * Makes a group of the directory after one of an application, in the caller's transaction. @param members SQL: `user_id` of who is in it
 * @throws AppError `already_exists` at name
 */
export async function createTurnedGroup(
  tx: Tx,
  actor: Actor,
  application: { id: string; displayLabel: string },
  { name, members }: { name: string; members: Prisma.Sql },
): Promise<Group> {
  const group = await tx.group.create({ data: { name } }).catch((error: unknown) => {
    throw asNameTaken(error, name);
  });
  const message = `Made after a group of ${application.displayLabel}.`;
  await recordEvents(tx, [{ name: 'group_create', actor, application, target: groupTarget(group), message }]);
  const people = await tx.$queryRaw<{ userId: string }[]>`SELECT DISTINCT user_id AS "userId" FROM (${members}) m`;
  const moves = people.map(({ userId }) => ({ groupId: group.id, userId, joins: true }));
  await moveMembers(tx, actor, application, moves);
  return group;
}

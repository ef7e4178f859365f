import type { Tx } from '@/lib/db/client';
import type { Group } from '@/lib/db/generated/client';
import type { EventDraft } from '@/lib/events/draft';
import { changesBetween } from '@/lib/events/schema';
import { announceChange } from './internal/announce';
import { asNameTaken, groupTarget, lockGroup } from './internal/groups';
import { changeMembers } from './update-group-members';

/** What a source says of a group. */
export interface SourcedGroup {
  name: string;
  externalId: string | null;
}

/** Who comes and goes; `isWhole`: nobody stays but who comes. */
export interface SourcedMembers {
  isWhole: boolean;
  add: ReadonlySet<string>;
  remove: ReadonlySet<string>;
}

/** Creates a group of a source, in the caller's transaction. @throws AppError `already_exists` at name */
export async function createSourcedGroup(
  tx: Tx,
  draft: EventDraft,
  sourceId: string,
  { name, externalId }: SourcedGroup,
): Promise<Group> {
  const group = await tx.group.create({ data: { name, externalId, sourceId } }).catch((error: unknown) => {
    throw asNameTaken(error, name);
  });
  draft.target = groupTarget(group);
  draft.changes = changesBetween({}, externalId ? { name, externalId } : { name });
  return group;
}

/**
 * Changes what a source says of its group, in the caller's transaction, and holds the group.
 * @returns the group as it was, and as it is @throws AppError `already_exists` at name, `not_found`
 */
export async function changeSourcedGroup(
  tx: Tx,
  draft: EventDraft,
  id: string,
  change: (before: Group) => SourcedGroup,
): Promise<{ before: Group; after: Group }> {
  const before = await lockGroup(tx, id);
  draft.target = groupTarget(before);
  const values = change(before);
  draft.changes = changesBetween({ name: before.name, externalId: before.externalId }, { ...values });
  if (Object.keys(draft.changes).length === 0) return { before, after: before };
  const after = await tx.group
    .update({ where: { id }, data: { ...values, version: { increment: 1 } } })
    .catch((error: unknown) => {
      throw asNameTaken(error, values.name);
    });
  if (draft.changes.name) await announceChange(tx, { groupIds: [id] });
  return { before, after };
}

/**
 * Changes the members of a source's group, which the caller's transaction holds.
 * @returns the group, with another version where somebody came or went @throws AppError `not_found`
 */
export async function changeSourcedMembers(
  tx: Tx,
  draft: EventDraft,
  group: Group,
  { isWhole, add, remove }: SourcedMembers,
): Promise<Group> {
  const gone = isWhole ? await othersThan(tx, group.id, add) : [...remove];
  const { added, removed } = await changeMembers(tx, draft, group, { add: [...add], remove: gone });
  draft.target = groupTarget(group);
  if (added + removed === 0) return group;
  return tx.group.update({ where: { id: group.id }, data: { version: { increment: 1 } } });
}

async function othersThan(tx: Tx, groupId: string, kept: ReadonlySet<string>): Promise<string[]> {
  const rows = await tx.groupMember.findMany({ where: { groupId }, select: { userId: true } });
  return rows.map(({ userId }) => userId).filter((userId) => !kept.has(userId));
}

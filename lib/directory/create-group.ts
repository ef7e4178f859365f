import type { Group } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { asNameTaken, groupTarget } from './internal/groups';

/** Creates a user group without members. @throws AppError `already_exists` at name */
export async function createGroup(actor: Actor, input: { name: string; description: string }): Promise<Group> {
  return attempt({ name: 'group_create', actor }, async (tx, draft) => {
    const { name, description } = input;
    const group = await tx.group.create({ data: { name, description } }).catch((error: unknown) => {
      throw asNameTaken(error, name);
    });
    draft.target = groupTarget(group);
    return group;
  });
}

'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { listUsernameConflicts } from '@/lib/applications/list-username-conflicts';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { createGroup } from '@/lib/directory/create-group';
import { deleteGroup } from '@/lib/directory/delete-group';
import { nestGroup, unnestGroup } from '@/lib/directory/nest-group';
import {
  groupIdSchema,
  groupMembersSchema,
  groupValuesSchema,
  nestGroupSchema,
  updateGroupSchema,
} from '@/lib/directory/schema';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';

const permission = 'groups.write';

export const createGroupAction = defineAction({ permission, schema: groupValuesSchema }, async (input, { actor }) => {
  const { id } = await createGroup(actor, input);
  revalidatePath(links.groups());
  return { id };
});

export const updateGroupAction = defineAction({ permission, schema: updateGroupSchema }, async (input, { actor }) => {
  const { version } = await updateGroup(actor, input);
  revalidatePath(links.group(input.id), 'layout');
  return { version };
});

/** `typed` is the group's name, typed by hand: the command checks it again, where it counts. */
export const deleteGroupAction = defineAction(
  { permission, schema: groupIdSchema.extend({ typed: z.string().max(200) }) },
  async (input, { actor }) => {
    await deleteGroup(actor, input);
    revalidatePath(links.groups());
  },
);

export const updateGroupMembersAction = defineAction(
  { permission, schema: groupMembersSchema },
  async (input, { actor }) => {
    const result = await updateGroupMembers(actor, input);
    revalidatePath(links.group(input.groupId), 'layout');
    const conflicts = result.added > 0 ? await listUsernameConflicts() : [];
    const added = new Set(input.add);
    const theirs = conflicts.filter((conflict) => conflict.people.some((person) => added.has(person.id)));
    return { ...result, conflicts: theirs.length };
  },
);

export const nestGroupAction = defineAction({ permission, schema: nestGroupSchema }, async (input, { actor }) => {
  await nestGroup(actor, input);
  revalidatePath(links.group(input.parentId), 'layout');
});

export const unnestGroupAction = defineAction({ permission, schema: nestGroupSchema }, async (input, { actor }) => {
  await unnestGroup(actor, input);
  revalidatePath(links.group(input.parentId), 'layout');
});

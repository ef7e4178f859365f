'use server';

import { z } from 'zod';
import { listUsernameConflicts } from '@/lib/applications/list-username-conflicts';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { createGroup } from '@/lib/directory/create-group';
import { deleteGroup } from '@/lib/directory/delete-group';
import { nestGroup, unnestGroup } from '@/lib/directory/nest-group';
import { turnGroup } from '@/lib/directory/turn-group';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateGroupRule } from '@/lib/directory/update-group-rule';

export const createGroupAction = toAction(createGroup, { revalidate: () => links.groups() });

export const updateGroupAction = toAction(updateGroup, { revalidate: ({ id }) => links.group(id) });

export const updateGroupRuleAction = toAction(updateGroupRule, {
  revalidate: ({ id }) => links.group(id),
  more: ({ added, removed, dynamic }) => ({ added, removed, dynamic }),
});

/** `typed` is the group's name, typed by hand: the command checks it again, where it counts. */
export const deleteGroupAction = toAction(deleteGroup, {
  input: deleteGroup.input.extend({ typed: z.string().max(200) }),
  revalidate: () => links.groups(),
});

export const updateGroupMembersAction = toAction(updateGroupMembers, {
  revalidate: ({ id }) => links.group(id),
  more: async ({ added, removed }, input) => {
    const conflicts = added > 0 ? await listUsernameConflicts() : [];
    const those = new Set(input.add);
    const theirs = conflicts.filter((conflict) => conflict.people.some((person) => those.has(person.id)));
    return { added, removed, conflicts: theirs.length };
  },
});

/** A name may be typed where a group of the directory has it. */
export const turnGroupAction = toAction(turnGroup, { revalidate: ({ id }) => links.group(id) });

export const nestGroupAction = toAction(nestGroup, { revalidate: ({ id }) => links.group(id) });

export const unnestGroupAction = toAction(unnestGroup, { revalidate: ({ id }) => links.group(id) });

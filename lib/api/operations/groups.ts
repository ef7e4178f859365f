import { z } from 'zod';
import { changeApplicationsOfGroup } from '@/lib/applications/change-associations';
import { listApplicationChoices } from '@/lib/applications/queries';
import { createGroup } from '@/lib/directory/create-group';
import { deleteGroup } from '@/lib/directory/delete-group';
import { listForeignMembers } from '@/lib/directory/foreign-members';
import { getGroup, getGroupWithNesting } from '@/lib/directory/get-group';
import { listGroups } from '@/lib/directory/list-groups';
import { nestGroup, unnestGroup } from '@/lib/directory/nest-group';
import { listNestedGroups, listParentGroups } from '@/lib/directory/nested-groups';
import { listGroupMembers, requireGroup } from '@/lib/directory/queries';
import { groupSorts, previewGroupRuleSchema } from '@/lib/directory/schema';
import { turnGroup } from '@/lib/directory/turn-group';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { updateGroupRule } from '@/lib/directory/update-group-rule';
import {
  previewGroupDeletion,
  previewMembersRemoval,
  previewUnnesting,
} from '@/lib/provisioning/queries/deprovision-preview';
import { foretellGroupRule } from '@/lib/provisioning/queries/rule-preview';
import { deprovisionPreview, flag, id, idParams, listOf, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';
import {
  applicationOfGroup,
  group,
  groupDetail,
  groupMember,
  groupSummary,
  relatedGroup,
} from './representations/group';

const tag = 'Groups';

const changed = z.object({ added: z.number().int(), removed: z.number().int() });
const count = z.number().int();
const foretold = z.object({
  applicationId: id,
  displayLabel: z.string(),
  isExact: z
    .boolean()
    .describe('False: more than 1,000 come in or fall out; numbers and names are those of the first 1,000.'),
  gains: count.describe('Who have no access now, and would.'),
  created: count.describe('Accounts that would be created; 0 while nothing is provisioned, or no users are created.'),
  resumed: count.describe('Accounts there that would be reactivated or managed; 0 also where users are not updated.'),
  gainNames: z.array(z.string()).describe('The first of those who would get an account.'),
  loses: count.describe('Who would have no access any more.'),
  taken: count.describe('Accounts that would be deactivated or deleted.'),
  lossNames: z.array(z.string()),
  becomes: z.enum(['deactivated', 'deleted', 'kept']).describe('What becomes of those that are taken.'),
  heldBy: z.enum(['setting', 'guard', 'perhaps']).nullable().describe('As of `DeprovisionPreview`.'),
});
const rulePreview = z
  .object({
    members: z.number().int().describe('Who would be a direct member.'),
    added: z.number().int(),
    removed: z.number().int(),
    memberNames: z.array(z.string()).describe('The first 8 by name; likewise of the others.'),
    addedNames: z.array(z.string()),
    removedNames: z.array(z.string()),
    applications: z.array(foretold).describe('Where something would change, by label; none without `groupId`.'),
    moreApplications: z
      .boolean()
      .describe('True: the group has more than 20 applications, of which the others were not asked.'),
  })
  .meta({ id: 'GroupRulePreview' });
const wholeOrNothing = 'All of it or nothing. What is so already changes nothing, and is not counted in the answer.';

/** Applications that one group can have; beyond that the list would need pages. */
const applicationLimit = 2000;

/** What a PATCH leaves as it is. */
async function present(params: { id: string }) {
  const { version, name, description } = await getGroup(params.id);
  return { version, values: { name, description } };
}

const read = { tag, permission: 'groups.read', params: idParams } as const;
const one = { tag, path: '/groups/{id}', params: idParams } as const;
const nesting = {
  tag,
  path: '/groups/{id}/nested/{childId}',
  params: z.object({ id, childId: id }),
  as: { id: 'parentId' },
} as const;

export const groupOperations = [
  defineOperation(
    {
      id: 'listGroups',
      method: 'GET',
      path: '/groups',
      tag,
      summary: 'List user groups',
      permission: 'groups.read',
      query: z.object({
        q: searchQuery,
        origin: z.enum(['own', 'imported']).optional().describe('Made here, or imported from an application.'),
        membership: z.enum(['hand', 'rule']).optional().describe('`rule`: dynamic groups.'),
        sort: z.enum(groupSorts).default('name').describe('`-` in front: descending.'),
        ...pageQuery,
      }),
      answer: pageOf(groupSummary),
    },
    ({ query: { limit, ...filter } }) => listGroups(filter, limit),
  ),
  toOperation(createGroup, {
    method: 'POST',
    path: '/groups',
    tag,
    summary: 'Create a user group',
    answer: group,
    status: 201,
    idempotent: true,
    location: (answer) => `/groups/${answer.id}`,
  }),
  defineOperation(
    { ...read, id: 'getGroup', method: 'GET', path: '/groups/{id}', summary: 'Read a user group', answer: groupDetail },
    ({ params }) => getGroupWithNesting(params.id),
  ),
  toOperation(updateGroup, {
    ...one,
    method: 'PATCH',
    summary: 'Change the name or the description of a user group',
    answer: group,
    present,
  }),
  toOperation(updateGroupRule, {
    ...one,
    path: '/groups/{id}/rule',
    method: 'PUT',
    summary: 'Make a user group dynamic or static, or change its rule',
    description:
      'Who falls under the rule is a member from then on, in the transaction of each change of a person. A static group keeps the members it had.',
    present: async ({ id: groupId }) => ({ version: (await requireGroup(groupId)).version }),
    answer: changed.extend({ id, version: z.number().int() }),
  }),
  defineOperation(
    {
      id: 'previewGroupRule',
      method: 'POST',
      path: '/group-rules/preview',
      tag,
      summary: 'See who falls under a rule',
      description:
        'Saves nothing. With `groupId`, who would be added to that group and removed from it as well, and which accounts that would create and take away in its applications.',
      permission: 'groups.read',
      body: previewGroupRuleSchema,
      answer: rulePreview,
    },
    ({ body }) => foretellGroupRule(body),
  ),
  toOperation(deleteGroup, {
    ...one,
    method: 'DELETE',
    summary: 'Delete a user group',
    description: 'It grants nothing any more, and cannot be restored. The preview tells beforehand who loses what.',
    without: ['typed'],
  }),
  defineOperation(
    {
      ...read,
      id: 'listGroupMembers',
      method: 'GET',
      path: '/groups/{id}/members',
      summary: 'List the members of a user group, and why they are',
      query: z.object({
        q: searchQuery,
        direct: flag.optional().describe('`true`: direct members; `false`: those only through nested groups.'),
        ...pageQuery,
      }),
      answer: pageOf(groupMember),
    },
    async ({ params, query: { limit, ...filter } }) => {
      await requireGroup(params.id);
      return listGroupMembers({ groupId: params.id, ...filter }, limit);
    },
  ),
  defineOperation(
    {
      ...read,
      id: 'listForeignMembers',
      method: 'GET',
      path: '/groups/{id}/foreign-members',
      summary: 'List who is in a group of an application, and not in the directory',
      description: 'By name, as the application was last read. Empty for groups of the directory.',
      query: z.object(pageQuery),
      answer: pageOf(
        z.object({ remoteId: z.string(), name: z.string().describe('What the account is called over there.') }),
      ),
    },
    async ({ params, query }) => {
      await requireGroup(params.id);
      return listForeignMembers(params.id, query);
    },
  ),
  toOperation(turnGroup, {
    ...one,
    path: '/groups/{id}/turn',
    method: 'POST',
    summary: 'Turn a group of an application into one of the directory',
    description:
      'Who is in it stays, and what it gives access to. From then on it is changed here: the group over there stays as it is, and neither follows the other.',
    answer: group,
    present: async ({ id: groupId }) => ({ version: (await requireGroup(groupId)).version }),
  }),
  toOperation(updateGroupMembers, {
    method: 'POST',
    path: '/groups/{id}/members',
    tag,
    summary: 'Add and remove direct members',
    description: `Not of a dynamic group. At most 1,000 each way. ${wholeOrNothing}`,
    params: idParams,
    as: { id: 'groupId' },
    answer: changed.extend({ id, version: z.number().int() }),
  }),
  defineOperation(
    {
      ...read,
      id: 'listNestedGroups',
      method: 'GET',
      path: '/groups/{id}/nested',
      summary: 'List the groups nested in a user group',
      description: 'By name; those that are nested in these are theirs.',
      query: z.object(pageQuery),
      answer: pageOf(relatedGroup),
    },
    async ({ params, query }) => {
      await requireGroup(params.id);
      return listNestedGroups(params.id, query);
    },
  ),
  defineOperation(
    {
      ...read,
      id: 'listParentGroups',
      method: 'GET',
      path: '/groups/{id}/nested-in',
      summary: 'List the groups that a user group is nested in',
      description: 'By name; those that these are nested in are theirs.',
      query: z.object(pageQuery),
      answer: pageOf(relatedGroup),
    },
    async ({ params, query }) => {
      await requireGroup(params.id);
      return listParentGroups(params.id, query);
    },
  ),
  toOperation(nestGroup, {
    ...nesting,
    method: 'PUT',
    summary: 'Nest a user group in another',
    description: "The child's members become members. Nesting what is nested already is harmless.",
  }),
  toOperation(unnestGroup, { ...nesting, method: 'DELETE', summary: 'Take a nested user group out of another' }),
  defineOperation(
    {
      id: 'listApplicationsOfGroup',
      method: 'GET',
      path: '/groups/{id}/applications',
      tag,
      summary: 'List the applications that a user group gives access to',
      permission: 'applications.read',
      params: idParams,
      answer: z.object({ items: z.array(applicationOfGroup) }),
    },
    async ({ params }) => {
      await requireGroup(params.id);
      const choices = await listApplicationChoices(params.id, { limit: applicationLimit });
      return { items: choices.filter((choice) => choice.associated) };
    },
  ),
  toOperation(changeApplicationsOfGroup, {
    method: 'POST',
    path: '/groups/{id}/applications',
    tag,
    summary: 'Associate a user group with applications, or disassociate it',
    description: `At most 500 each way. ${wholeOrNothing}`,
    params: idParams,
    as: { id: 'groupId' },
    answer: changed.extend({
      conflicts: z
        .number()
        .int()
        .describe('Application usernames that several people have, where somebody was let in.'),
    }),
  }),
  defineOperation(
    {
      ...read,
      id: 'previewGroupDeprovision',
      method: 'GET',
      path: '/groups/{id}/deprovision-preview',
      summary: 'See who loses access and accounts',
      description:
        'If the user group is deleted; with `members`, if these direct members are taken out of it; with `nested`, if this nested group is.',
      query: z
        .object({
          members: listOf(id, 200).optional().describe('Ids of people, joined by commas; 200 at most.'),
          nested: id.optional().describe('The id of a nested group.'),
        })
        .refine(({ members, nested }) => !(members && nested), {
          message: 'Ask for one of the two at a time.',
          path: ['nested'],
        }),
      answer: deprovisionPreview,
    },
    async ({ params, query }) => {
      await requireGroup(params.id);
      if (query.members) return previewMembersRemoval(params.id, query.members);
      return query.nested ? previewUnnesting(params.id, query.nested) : previewGroupDeletion(params.id);
    },
  ),
];

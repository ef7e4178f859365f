import { z } from 'zod';
import { assignUser, unassignUser } from '@/lib/applications/assign-user';
import { associationImpact } from '@/lib/applications/association-impact';
import { listGroupsOfApplication } from '@/lib/applications/association-queries';
import { associateGroup, changeGroupsOfApplication, disassociateGroup } from '@/lib/applications/change-associations';
import { associationsOfApplicationSchema, wantedUsernamesSchema } from '@/lib/applications/schema';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { setApplicationUsernames } from '@/lib/applications/set-application-usernames';
import { reviewProblemCodes, reviewUsernames } from '@/lib/provisioning/review-usernames';
import { applicationParams, flag, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';

const group = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    members: z.number().int().describe('People, those of nested groups included.'),
    associated: z.boolean().describe('Its members may use the application.'),
    importedFrom: z.string().nullable().describe('Label of the application that it was imported from.'),
  })
  .meta({ id: 'GroupOfApplication' });

const groupParams = applicationParams.extend({ groupId: z.uuid() });
const userParams = applicationParams.extend({ userId: z.uuid() });
const changeBody = associationsOfApplicationSchema.omit({ applicationId: true });
const tag = 'Applications';
const ofApplication = { tag, as: { application: 'applicationId' } } as const;

const namedPeople = z.object({
  count: z.number().int(),
  first: z.array(z.object({ id: z.uuid(), displayName: z.string() })).describe('The first five by name.'),
});

const reviewedUsername = z
  .object({
    person: z.string().describe('As it was sent.'),
    applicationUsername: z.string().nullable(),
    user: z
      .object({ id: z.uuid(), displayName: z.string(), email: z.string() })
      .nullable()
      .describe('Null: nobody is called so.'),
    was: z.string().nullable().describe('The one that is typed now; null: none is.'),
    before: z.string().describe('The application username now.'),
    after: z.string().describe('The application username then.'),
    unchanged: z.boolean(),
    overThere: z.string().nullable().describe('What becomes of their account, in words.'),
    problem: z
      .object({ code: z.enum(reviewProblemCodes), message: z.string(), hint: z.string() })
      .nullable()
      .describe('What stands in its way; null: nothing.'),
  })
  .meta({ id: 'ReviewedUsername' });

export const associationOperations: Operation[] = [
  defineOperation(
    {
      id: 'listGroupsOfApplication',
      method: 'GET',
      path: '/applications/{application}/groups',
      tag,
      summary: 'List the user groups of an application',
      description: 'Those that let their members in; with `associated=false` those that could.',
      permission: 'applications.read',
      params: applicationParams,
      query: z.object({
        q: searchQuery.describe('Text in the name.'),
        associated: flag.prefault('true'),
        ...pageQuery,
      }),
      answer: pageOf(group),
    },
    ({ params, query }) => listGroupsOfApplication(params.application, query),
  ),
  toOperation(changeGroupsOfApplication, {
    ...ofApplication,
    method: 'POST',
    path: '/applications/{application}/groups',
    summary: 'Associate and disassociate user groups',
    description:
      'At most 500 each way. All of it or nothing. What is so already changes nothing, and is not counted in the answer.',
    params: applicationParams,
    answer: z
      .object({
        added: z.number().int(),
        removed: z.number().int(),
        conflicts: z
          .number()
          .int()
          .describe('Application usernames that several people have, where somebody was let in.'),
      })
      .meta({ id: 'AssociationChange' }),
  }),
  defineOperation(
    {
      id: 'previewGroupsOfApplication',
      method: 'POST',
      path: '/applications/{application}/groups/preview',
      tag,
      summary: 'Count whom a change of user groups would let in and shut out',
      description: 'Active people; nothing is saved.',
      permission: 'applications.read',
      params: applicationParams,
      body: changeBody,
      answer: z
        .object({
          enter: z.number().int().describe('People who would be let in.'),
          leave: z.number().int().describe('People who would be shut out.'),
          isExact: z
            .boolean()
            .describe(
              'False: the groups that change have more than 1,000 people. Everything but `total` is told of the first 1,000.',
            ),
          total: z.number().int().describe('People in the application afterwards.'),
          totalIsExact: z
            .boolean()
            .describe(
              'False: `total` is reckoned from the first 1,000 who are let in now, or who change; there are more.',
            ),
          members: z
            .number()
            .int()
            .describe('Members of the groups that would be associated: who enters, `already` and `suspended`.'),
          already: namedPeople.describe('Active members whom something else lets in already.'),
          suspended: namedPeople.describe('Suspended members, whom nothing lets in.'),
          removedMembers: z
            .number()
            .int()
            .describe('Members of the groups that would be disassociated: who leaves, `kept` and `removedSuspended`.'),
          kept: namedPeople.describe('Active members whom something else lets in, too.'),
          removedSuspended: namedPeople.describe('Suspended members.'),
        })
        .meta({ id: 'AssociationImpact' }),
    },
    ({ params, body }) => associationImpact(params.application, body),
  ),
  toOperation(associateGroup, {
    ...ofApplication,
    method: 'PUT',
    path: '/applications/{application}/groups/{groupId}',
    summary: 'Associate a user group',
    params: groupParams,
  }),
  toOperation(disassociateGroup, {
    ...ofApplication,
    method: 'DELETE',
    path: '/applications/{application}/groups/{groupId}',
    summary: 'Disassociate a user group',
    description:
      'The group in the application stays as it is; its members lose access. Disassociating what is not associated changes nothing.',
    params: groupParams,
  }),
  toOperation(assignUser, {
    ...ofApplication,
    method: 'PUT',
    path: '/applications/{application}/assignments/{userId}',
    summary: 'Assign one person without a group',
    description: 'With an application username for them, where one is sent. No body is needed.',
    params: userParams,
    earlier: (sent) => sent ?? {},
  }),
  toOperation(unassignUser, {
    ...ofApplication,
    method: 'DELETE',
    path: '/applications/{application}/assignments/{userId}',
    summary: 'Remove a direct assignment',
    description: 'Access by user groups stays.',
    params: userParams,
  }),
  toOperation(setApplicationUsername, {
    ...ofApplication,
    method: 'PUT',
    path: '/applications/{application}/assignments/{userId}/username',
    summary: 'Set the application username of one person',
    description:
      'Null: it is made by the username format of the application again. Refused where the application does not take the name, where it is somebody else’s there, or where their account keeps the name that it has because of SSO.',
    params: userParams,
  }),
  defineOperation(
    {
      id: 'reviewApplicationUsernames',
      method: 'POST',
      path: '/applications/{application}/usernames/review',
      tag,
      summary: 'Look at application usernames before they are set for many',
      description: 'Row by row, with what stands in the way of each; nothing is saved.',
      permission: 'applications.write',
      params: applicationParams,
      body: wantedUsernamesSchema.omit({ applicationId: true }),
      answer: z.object({ rows: z.array(reviewedUsername) }),
    },
    async ({ params, body, actor }) => ({
      rows: await reviewUsernames({ applicationId: params.application, ...body }, actor),
    }),
  ),
  toOperation(setApplicationUsernames, {
    ...ofApplication,
    method: 'POST',
    path: '/applications/{application}/usernames',
    summary: 'Set the application usernames of many people',
    description: 'As they were reviewed: all of them, or none.',
    params: applicationParams,
    answer: z.object({ count: z.number().int().describe('How many were changed.') }),
    show: ({ changed }) => ({ count: changed }),
  }),
];

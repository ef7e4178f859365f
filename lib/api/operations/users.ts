import { z } from 'zod';
import { listSharedNames } from '@/lib/applications/shared-names';
import type { User } from '@/lib/db/generated/client';
import { listContestedGroups, listContestedNames } from '@/lib/directory/contested-names';
import { createUser } from '@/lib/directory/create-user';
import { deleteUser } from '@/lib/directory/delete-user';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { listUsers } from '@/lib/directory/list-users';
import { listMemberships } from '@/lib/directory/membership';
import { purgeUser } from '@/lib/directory/purge-user';
import { getUser, listSessions, requireUser } from '@/lib/directory/queries';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { revokeAllSessions, revokeSession } from '@/lib/directory/revoke-sessions';
import { roleSchema, userSorts, userStatuses, userValuesSchema } from '@/lib/directory/schema';
import { findSignInHold } from '@/lib/directory/sign-in-hold';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unlockSignIn } from '@/lib/directory/unlock-sign-in';
import { previewUserDeprovision } from '@/lib/provisioning/queries/deprovision-preview';
import { listPersonAccounts } from '@/lib/provisioning/queries/person-accounts';
import { listOpenAtApplications } from '@/lib/sso/logout/queries';
import { updatePerson } from '@/lib/sso/update-person';
import { deprovisionPreview, flag, id, idParams, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';
import {
  activationLink,
  contestedGroup,
  contestedName,
  membership,
  openAtApplication,
  personAccount,
  session,
  user,
  userDetail,
  userSummary,
  userWithNames,
} from './representations/user';

const tag = 'Users';
/** A row of the database as it is answered. */
const toUser = <Row extends User>(row: Row) => ({ ...row, pending: row.passwordHash === null });
const withSharedNames = async (row: User) => ({ ...toUser(row), shared: await listSharedNames(row.id) });

/** What a PATCH leaves as it is: the form of a person. */
async function present({ id: userId }: { id: string }) {
  const found = await getUser(userId);
  const values = Object.entries(found).filter(([key]) => key in userValuesSchema.shape);
  return { version: found.version, values: Object.fromEntries(values) };
}

const read = { tag, permission: 'users.read', params: idParams } as const;
const one = { tag, path: '/users/{id}', params: idParams } as const;
const toDo = (verb: string) => ({ tag, method: 'POST', path: `/users/{id}/${verb}`, params: idParams }) as const;

export const userOperations = [
  defineOperation(
    {
      id: 'listUsers',
      method: 'GET',
      path: '/users',
      tag,
      summary: 'List people',
      description: 'Without a status, people who are deleted are left out.',
      permission: 'users.read',
      query: z.object({
        q: searchQuery,
        status: z.enum(userStatuses).optional().describe('`pending`: active, and no password was ever set.'),
        role: roleSchema.optional(),
        department: z.string().max(200).optional().describe('This one, whole, in any case of its letters.'),
        groupId: id.optional().describe('Members of this user group, through nested groups as well.'),
        names: z
          .enum(['contested'])
          .optional()
          .describe('`contested`: only who has a name that somebody else had first.'),
        sort: z.enum(userSorts).default('name').describe('`-` in front: descending.'),
        ...pageQuery,
      }),
      answer: pageOf(userSummary),
    },
    ({ query: { limit, ...filter } }) => listUsers(filter, limit),
  ),
  toOperation(createUser, {
    method: 'POST',
    path: '/users',
    tag,
    summary: 'Create a person',
    description:
      'Active, with the password pending. The answer holds the link by which they choose it; it is mailed as well unless `sendActivation` is false.',
    answer: user.extend({ link: activationLink }).meta({ id: 'CreatedUser' }),
    status: 201,
    idempotent: true,
    keepsAnswer: true,
    location: (answer) => `/users/${answer.id}`,
    show: toUser,
  }),
  defineOperation(
    {
      id: 'listContestedNames',
      method: 'GET',
      path: '/contested-names',
      tag,
      summary: 'List names that two people, or two user groups, have',
      description:
        'From before names were compared in any case and form of writing. Whoever had a name first is found by it; the other one is not, until one of the two is renamed. 200 of each at most.',
      permission: 'users.read',
      answer: z.object({ people: z.array(contestedName), groups: z.array(contestedGroup) }),
    },
    async () => {
      const [people, groups] = await Promise.all([listContestedNames(), listContestedGroups()]);
      return { people, groups };
    },
  ),
  defineOperation(
    { ...read, id: 'getUser', method: 'GET', path: '/users/{id}', summary: 'Read a person', answer: userDetail },
    async ({ params }) => ({ ...(await getUser(params.id)), signInHold: (await findSignInHold(params.id)) ?? null }),
  ),
  toOperation(updatePerson, {
    ...one,
    method: 'PATCH',
    summary: 'Change a person',
    description:
      'What is not sent stays. `customAttributes` is replaced as a whole; a name that was never used defines an attribute; a `displayName` of null becomes first and last name. Of the person whose the token is, nothing is changed by which an application would know them by another name.',
    answer: userWithNames,
    present,
    show: withSharedNames,
  }),
  toOperation(deleteUser, {
    ...one,
    method: 'DELETE',
    summary: 'Delete a person',
    description: 'Signed out, deactivated in every application, restorable for 30 days.',
  }),
  toOperation(suspendUser, {
    ...toDo('suspend'),
    summary: 'Suspend a person',
    description: 'Signed out everywhere at once, and deactivated in every application.',
    answer: user,
    show: toUser,
  }),
  toOperation(reactivateUser, {
    ...toDo('reactivate'),
    summary: 'Make a suspended person active again',
    answer: user,
    show: toUser,
  }),
  toOperation(unlockSignIn, {
    ...toDo('unlock'),
    summary: 'Forget the wrong passwords that hold up a sign-in',
    description:
      'And what else the addresses did that they came from. Takes effect within a second; harmless when nothing is held up.',
  }),
  toOperation(restoreUser, {
    ...toDo('restore'),
    summary: 'Bring a deleted person back',
    description: 'With memberships and role as they were.',
    answer: userWithNames,
    show: withSharedNames,
  }),
  toOperation(purgeUser, {
    ...toDo('purge'),
    summary: 'Delete a deleted person permanently',
    description: 'Personal data is erased, accounts in applications are deleted. Nobody can bring it back.',
    body: z.object({ username: z.string().max(200).describe('The username, to confirm who is meant.') }),
    as: { username: 'typed' },
  }),
  toOperation(issueActivationLink, {
    ...toDo('activation-link'),
    summary: 'Issue a link to choose a password',
    description: 'Earlier links of this person stop working.',
    body: z.object({ mail: z.boolean().describe('Mail it to the person as well.') }),
    answer: activationLink,
    status: 201,
    idempotent: true,
  }),
  defineOperation(
    {
      ...read,
      id: 'listSessions',
      method: 'GET',
      path: '/users/{id}/sessions',
      summary: 'List the browsers in which a person is signed in',
      answer: z.object({
        items: z.array(session).describe('The 50 that were used last.'),
        openAtApplications: z
          .array(openAtApplication)
          .describe(
            'Sessions at applications whose session here is over, and which nobody has been able to end there. 50 at most.',
          ),
      }),
    },
    async ({ params }) => {
      await requireUser(params.id);
      const [items, openAtApplications] = await Promise.all([
        listSessions(params.id),
        listOpenAtApplications(params.id),
      ]);
      return { items, openAtApplications };
    },
  ),
  toOperation(revokeAllSessions, {
    method: 'DELETE',
    path: '/users/{id}/sessions',
    tag,
    summary: 'End every session of a person',
    params: idParams,
    as: { id: 'userId' },
    without: ['keep'],
  }),
  toOperation(revokeSession, {
    method: 'DELETE',
    path: '/users/{id}/sessions/{sessionId}',
    tag,
    summary: 'End one session of a person',
    params: z.object({ id, sessionId: id }),
    as: { id: 'userId' },
  }),
  defineOperation(
    {
      ...read,
      id: 'listMemberships',
      method: 'GET',
      path: '/users/{id}/memberships',
      summary: 'List the user groups that a person is in, and why',
      answer: z.object({ items: z.array(membership) }),
    },
    async ({ params }) => {
      await requireUser(params.id);
      return { items: await listMemberships(params.id) };
    },
  ),
  defineOperation(
    {
      ...read,
      id: 'listPersonAccounts',
      method: 'GET',
      path: '/users/{id}/accounts',
      summary: 'List the applications in which a person has access or an account',
      description: 'By label; what the next cycle would do there is worked out for each.',
      query: z.object(pageQuery),
      answer: pageOf(personAccount),
    },
    async ({ params, query }) => {
      await requireUser(params.id);
      return listPersonAccounts(params.id, query.cursor, query.limit);
    },
  ),
  defineOperation(
    {
      ...read,
      id: 'previewUserDeprovision',
      method: 'GET',
      path: '/users/{id}/deprovision-preview',
      summary: 'See which accounts are deactivated or deleted if a person is suspended or deleted',
      query: z.object({ suspends: flag.optional().describe('If the person is suspended; without: deleted.') }),
      answer: deprovisionPreview,
    },
    async ({ params, query }) => {
      await requireUser(params.id);
      return previewUserDeprovision(params.id, query.suspends ?? false);
    },
  ),
];

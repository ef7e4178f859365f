import { z } from 'zod';
import { listSharedNames } from '@/lib/applications/shared-names';
import type { User } from '@/lib/db/generated/client';
import { listContestedGroups, listContestedNames } from '@/lib/directory/contested-names';
import { type CreatedUser, createUser } from '@/lib/directory/create-user';
import { deleteUser } from '@/lib/directory/delete-user';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { listUsers } from '@/lib/directory/list-users';
import { listMemberships } from '@/lib/directory/membership';
import { purgeUser } from '@/lib/directory/purge-user';
import { getUser, listSessions, requireUser } from '@/lib/directory/queries';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { revokeAllSessions, revokeSession } from '@/lib/directory/revoke-sessions';
import { createUserSchema, roleSchema, userSorts, userStatuses, userValuesSchema } from '@/lib/directory/schema';
import { findSignInHold } from '@/lib/directory/sign-in-hold';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unlockSignIn } from '@/lib/directory/unlock-sign-in';
import { updateUser } from '@/lib/directory/update-user';
import { previewUserDeprovision } from '@/lib/provisioning/queries/deprovision-preview';
import { listPersonAccounts } from '@/lib/provisioning/queries/person-accounts';
import { keepOwnNames } from '@/lib/sso/keep-own-names';
import { deprovisionPreview, id, idParams, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation } from '../operation';
import {
  activationLink,
  contestedGroup,
  contestedName,
  membership,
  personAccount,
  session,
  user,
  userDetail,
  userSummary,
  userWithNames,
} from './representations/user';

const tag = 'Users';
/** A row of the database as it is answered. */
const toUser = (row: User) => ({ ...row, pending: row.passwordHash === null });

const toCreated = ({ user: row, link }: CreatedUser) => ({ ...toUser(row), link });

/** What a PATCH leaves as it is: the form of a person. */
async function present({ id: userId }: { id: string }) {
  const found = await getUser(userId);
  const values = Object.entries(found).filter(([key]) => key in userValuesSchema.shape);
  return { version: found.version, values: Object.fromEntries(values) };
}

const read = { tag, permission: 'users.read', params: idParams } as const;
const write = { tag, permission: 'users.write', params: idParams } as const;

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
        department: z.string().max(200).optional().describe('Exactly this one.'),
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
  defineOperation(
    {
      id: 'createUser',
      method: 'POST',
      path: '/users',
      tag,
      summary: 'Create a person',
      description:
        'Active, with the password pending. The answer holds the link by which they choose it; it is mailed as well unless `sendActivation` is false.',
      permission: 'users.write',
      body: createUserSchema,
      answer: user.extend({ link: activationLink }).meta({ id: 'CreatedUser' }),
      status: 201,
      idempotent: true,
      keepsAnswer: true,
      location: (answer) => `/users/${answer.id}`,
    },
    async ({ body, actor, keep }) =>
      toCreated(await createUser(actor, body, keep && ((made) => keep(toCreated(made))))),
  ),
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
  defineOperation(
    {
      ...write,
      id: 'updateUser',
      method: 'PATCH',
      path: '/users/{id}',
      summary: 'Change a person',
      description:
        'What is not sent stays. `customAttributes` is replaced as a whole; a `displayName` of null becomes first and last name. Of the person whose the token is, nothing is changed by which an application would know them by another name.',
      body: userValuesSchema,
      answer: userWithNames,
      present,
    },
    async ({ params, body, version, actor }) => {
      const { user: changed } = await updateUser(actor, { ...body, id: params.id, version }, keepOwnNames);
      return { ...toUser(changed), shared: await listSharedNames(changed.id) };
    },
  ),
  defineOperation(
    {
      ...write,
      id: 'deleteUser',
      method: 'DELETE',
      path: '/users/{id}',
      summary: 'Delete a person',
      description: 'Signed out, deactivated in every application, restorable for 30 days.',
    },
    async ({ params, actor }) => void (await deleteUser(actor, params)),
  ),
  defineOperation(
    {
      ...write,
      id: 'suspendUser',
      method: 'POST',
      path: '/users/{id}/suspend',
      summary: 'Suspend a person',
      description: 'Signed out everywhere at once, and deactivated in every application.',
      answer: user,
    },
    async ({ params, actor }) => toUser(await suspendUser(actor, params)),
  ),
  defineOperation(
    {
      ...write,
      id: 'reactivateUser',
      method: 'POST',
      path: '/users/{id}/reactivate',
      summary: 'Make a suspended person active again',
      answer: user,
    },
    async ({ params, actor }) => toUser(await reactivateUser(actor, params)),
  ),
  defineOperation(
    {
      ...write,
      id: 'unlockSignIn',
      method: 'POST',
      path: '/users/{id}/unlock',
      summary: 'Forget the wrong passwords that hold up a sign-in',
      description:
        'And what else the addresses did that they came from. Takes effect within a second; harmless when nothing is held up.',
    },
    ({ params, actor }) => unlockSignIn(actor, params),
  ),
  defineOperation(
    {
      ...write,
      id: 'restoreUser',
      method: 'POST',
      path: '/users/{id}/restore',
      summary: 'Bring a deleted person back',
      description: 'With memberships and role as they were.',
      answer: userWithNames,
    },
    async ({ params, actor }) => {
      const restored = await restoreUser(actor, params);
      return { ...toUser(restored), shared: await listSharedNames(restored.id) };
    },
  ),
  defineOperation(
    {
      ...write,
      id: 'purgeUser',
      method: 'POST',
      path: '/users/{id}/purge',
      summary: 'Delete a deleted person permanently',
      description: 'Personal data is erased, accounts in applications are deleted. Nobody can bring it back.',
      body: z.object({ username: z.string().max(200).describe('The username, to confirm who is meant.') }),
    },
    ({ params, body, actor }) => purgeUser(actor, { ...params, typed: body.username }),
  ),
  defineOperation(
    {
      ...write,
      id: 'issueActivationLink',
      method: 'POST',
      path: '/users/{id}/activation-link',
      summary: 'Issue a link to choose a password',
      description: 'Earlier links of this person stop working.',
      body: z.object({ mail: z.boolean().describe('Mail it to the person as well.') }),
      answer: activationLink,
      status: 201,
      idempotent: true,
    },
    ({ params, body, actor }) => issueActivationLink(actor, { ...params, ...body }),
  ),
  defineOperation(
    {
      ...read,
      id: 'listSessions',
      method: 'GET',
      path: '/users/{id}/sessions',
      summary: 'List the browsers in which a person is signed in',
      answer: z.object({ items: z.array(session).describe('The 50 that were used last.') }),
    },
    async ({ params }) => {
      await requireUser(params.id);
      return { items: await listSessions(params.id) };
    },
  ),
  defineOperation(
    {
      ...write,
      id: 'revokeAllSessions',
      method: 'DELETE',
      path: '/users/{id}/sessions',
      summary: 'End every session of a person',
    },
    async ({ params, actor }) => void (await revokeAllSessions(actor, { userId: params.id })),
  ),
  defineOperation(
    {
      ...write,
      id: 'revokeSession',
      method: 'DELETE',
      path: '/users/{id}/sessions/{sessionId}',
      summary: 'End one session of a person',
      params: z.object({ id, sessionId: id }),
    },
    ({ params, actor }) => revokeSession(actor, { userId: params.id, sessionId: params.sessionId }),
  ),
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
      answer: z.object({ items: z.array(personAccount) }),
    },
    async ({ params }) => {
      await requireUser(params.id);
      return { items: await listPersonAccounts(params.id) };
    },
  ),
  defineOperation(
    {
      ...read,
      id: 'previewUserDeprovision',
      method: 'GET',
      path: '/users/{id}/deprovision-preview',
      summary: 'See which accounts are deactivated if a person is suspended or deleted',
      answer: deprovisionPreview,
    },
    async ({ params }) => {
      await requireUser(params.id);
      return previewUserDeprovision(params.id);
    },
  ),
];

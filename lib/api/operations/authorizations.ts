import { z } from 'zod';
import { disconnectAuthorization } from '@/lib/provisioning/authorization/disconnect-authorization';
import { getAuthorizations } from '@/lib/provisioning/authorization/queries';
import { authorizationStates } from '@/lib/provisioning/authorization/schema';
import { startAuthorization } from '@/lib/provisioning/authorization/start-authorization';
import { authenticationSchema } from '@/lib/scim/authentication';
import { applicationParams } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';

const tag = 'Identity Management';
const path = '/applications/{application}/identity-management/authorization';

const authorization = z
  .object({
    id: z.uuid().describe('`authorizationId` of the credentials, once it is `connected`.'),
    state: z
      .enum(authorizationStates)
      .describe('`asked`: nobody has answered yet; `refused`: it was given, and is not renewed any more.'),
    authentication: authenticationSchema.describe('The client that asks. Its secret is never told.'),
    baseUrl: z.string(),
    manageGroups: z.boolean(),
    connectUrl: z.string().nullable().describe('What an administrator who is signed in to the console opens.'),
    askedAt: z.date(),
    askedByName: z.string(),
    expiresAt: z.date().describe('Until when it may be given.'),
    failure: z.string().nullable().describe('Why it was not given, or could not be used.'),
    connectedAt: z.date().nullable(),
    connectedByName: z.string().nullable(),
    accessEndsAt: z.date().nullable().describe('When the access token ends.'),
    isRefreshable: z.boolean().describe('It is renewed before that.'),
    refreshedAt: z.date().nullable(),
    refusedAt: z.date().nullable(),
    refusal: z.string().nullable().describe('Why it is not renewed any more.'),
  })
  .meta({ id: 'Authorization' });

const authorizations = z
  .object({
    used: authorization.nullable().describe('What the connection goes by; null: it authenticates otherwise.'),
    other: authorization.nullable().describe('The latest besides: asked for, or given and not used yet.'),
    redirectUri: z.string().describe('By which Latchkey has to be registered over there.'),
  })
  .meta({ id: 'Authorizations' });

const changed = {
  tag,
  params: applicationParams,
  as: { application: 'applicationId' },
  answer: authorizations,
  show: ({ id }: { id: string }) => getAuthorizations(id),
} as const;

export const authorizationOperations: Operation[] = [
  defineOperation(
    {
      id: 'getAuthorizations',
      method: 'GET',
      path,
      tag,
      summary: 'Read what was allowed to Latchkey over there',
      description: 'By OAuth 2.0 authorisation code. Tokens are never answered.',
      permission: 'applications.read',
      params: applicationParams,
      answer: authorizations,
    },
    ({ params }) => getAuthorizations(params.application),
  ),
  toOperation(startAuthorization, {
    ...changed,
    method: 'POST',
    path,
    summary: 'Ask for an authorisation',
    description:
      'A person has to give it: an administrator who is signed in to the console opens `connectUrl` of `other` within the hour, and allows it over there. An active connection is tested and goes by it at once; otherwise it is `connected`, and its `id` is the `authorizationId` to test and activate with. Without a secret the kept one stays, where token endpoint and base URL are on the same hosts.',
  }),
  toOperation(disconnectAuthorization, {
    ...changed,
    method: 'POST',
    path: `${path}/disconnect`,
    summary: 'Disconnect an application',
    description:
      'Its tokens are forgotten, and revoked over there where there is a revocation endpoint. A connection that goes by them is quarantined until it is connected again.',
  }),
];

import { z } from 'zod';
import { answerShape, toldShape } from '@/lib/core/setting';
import { integrationStatuses } from '@/lib/core/states';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { confirmMissing } from '@/lib/provisioning/cycles/confirm-missing';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { pauseIntegration, resumeIntegration } from '@/lib/provisioning/pause-integration';
import { probeByWriting } from '@/lib/provisioning/probe-by-writing';
import { probeAtOnce, probeConnection } from '@/lib/provisioning/probe-connection';
import { previewDisassociation } from '@/lib/provisioning/queries/deprovision-preview';
import { getIntegration, presentIntegration } from '@/lib/provisioning/queries/integration-state';
import { listMissing } from '@/lib/provisioning/queries/missing';
import { replaceCredentials } from '@/lib/provisioning/replace-credentials';
import { connectionTestSchema } from '@/lib/provisioning/schema';
import { connectionSettings } from '@/lib/provisioning/settings';
import { taughtHabitsSchema } from '@/lib/provisioning/taught-habits';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { updateServerProfile } from '@/lib/provisioning/update-server-profile';
import { authenticationSchema } from '@/lib/scim/authentication';
import { contentTypes, serverProfile } from '@/lib/scim/profile';
import { applicationParams, deprovisionPreview, id, listOf, pageOf, pageQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { cycleSummary } from './representations/provisioning';

const tag = 'Identity Management';
const path = '/applications/{application}/identity-management';

const capabilities = z
  .object({
    patch: z.boolean().describe('Without it whole resources are sent by PUT.'),
    filter: z.boolean().describe('Without it accounts are found by reading all of them.'),
    filterMaxResults: z.number().int().describe('0 where the server does not say.'),
    bulk: z.object({ supported: z.boolean(), maxOperations: z.number().int(), maxPayload: z.number().int() }),
    etag: z.boolean(),
    sort: z.boolean(),
    changePassword: z.boolean(),
    source: z.enum(['server', 'default']).describe('`default`: the server did not say.'),
    pathFilters: z.boolean(),
    pageSize: z.number().int().optional(),
    maxMembers: z.number().int().optional().describe('Most members in one request.'),
    concurrency: z.number().int().optional().describe('Requests at once, after the server said that it was too much.'),
    contentType: z.enum(contentTypes).optional().describe('What bodies have to be said to be.'),
  })
  .meta({ id: 'ScimCapabilities' });

/** The connection; its secret is in none of the answers. */
const integration = z
  .object({
    applicationId: z.uuid(),
    status: z.enum(integrationStatuses),
    ...answerShape(connectionSettings),
    authentication: authenticationSchema.describe('How requests authenticate. Secrets are never told.'),
    tokenUpdatedAt: z.date().describe('When the secret was set.'),
    secretEnd: z
      .object({ endsAt: z.date(), noted: z.boolean(), owner: z.string() })
      .nullable()
      .describe('When it ends: as `secretEnds` notes, or as a JWT says itself. Null where nobody knows.'),
    certificates: z
      .array(
        z.object({
          subject: z.string(),
          fingerprint: z.string().describe('SHA-256 of the certificate.'),
          startsAt: z.date(),
          endsAt: z.date(),
        }),
      )
      .describe('Of the connection’s own authority (`authentication.trust`); none where it has none.'),
    trustEndsAt: z.date().nullable().describe('When the first of them ends.'),
    capabilities: capabilities.describe(
      'What the server says of itself, as the last test has found out, and what it has taught since.',
    ),
    taught: taughtHabitsSchema.describe('Of what was learned by an answer: which answer that was, and when.'),
    profile: z
      .object(toldShape(serverProfile))
      .describe(
        'What the server can do and its habits, as the engine goes by them, each with who says so: an administrator, before what was learned of the server, before the template.',
      )
      .meta({ id: 'ServerProfile' }),
    quarantineReason: z.string().nullable(),
    quarantinedAt: z
      .date()
      .nullable()
      .describe('Of an active connection: it is tried again, and the next full cycle decides whether that is over.'),
    schedule: z
      .object({
        nextTryAt: z.date(),
        attempt: z.number().int().describe('Which try that is, from 1.'),
        attempts: z.number().int(),
        endsAt: z.date().describe('From then on, a try that fails is the last: the connection is paused.'),
      })
      .nullable()
      .describe('When it is tried again by itself; null where it is not quarantined.'),
    heldAt: z
      .date()
      .nullable()
      .describe(
        'Since when nothing is sent because many accounts disappeared at once: see `listMissing`, `confirmMissing`.',
      ),
    restingUntil: z.date().nullable().describe('Nothing is sent before: unreachable, or asked to wait.'),
    failures: z.number().int().describe('Of the connection as a whole, in a row.'),
    lastSuccessAt: z.date().nullable(),
    activatedAt: z.date().nullable(),
    lastCycle: cycleSummary.optional().describe('The latest cycle, which may be under way.'),
    nextCycleAt: z.date().nullable().describe('Null while a cycle runs, and where none will.'),
    version: z.number().int(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Integration' });

const step = z
  .object({
    id: z.string(),
    label: z.string(),
    state: z.enum(['ok', 'failed', 'skipped', 'warning']),
    durationMs: z.number().int(),
    message: z.string().optional().describe('What happened.'),
    hint: z.string().optional().describe('How to mend it.'),
  })
  .meta({ id: 'ConnectionStep' });

const missingRow = z
  .object({
    linkId: z.uuid(),
    kind: z.enum(['account', 'group']),
    id: z.uuid().describe('Of the person or the user group.'),
    name: z.string(),
    remoteId: z.string().describe('The id in the application by which it is asked for.'),
    answer: z
      .enum(['unasked', 'gone', 'there', 'untold'])
      .describe(
        'What the application said. `unasked`: not asked for yet; `untold`: it does not tell of one by its id.',
      ),
    confirmedAt: z.date().nullable().describe('When somebody said that it may be gone.'),
  })
  .meta({ id: 'MissingAccount' });

const groupIds = listOf(id, 500).default([]);

/** Before there were other ways to authenticate, a bearer token was `token`. */
function earlier(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || !('token' in sent) || 'authentication' in sent) return sent;
  const { token, ...others } = sent;
  return { ...others, authentication: { kind: 'bearer', secret: token } };
}

type Named = { application: string };
/** What every command on the connection has in common. */
const changed = {
  tag,
  params: applicationParams,
  as: { application: 'applicationId' },
  answer: integration,
  show: ({ id: applicationId }: { id: string }) => getIntegration(applicationId),
} as const;

export const identityManagementOperations: Operation[] = [
  defineOperation(
    {
      id: 'getIntegration',
      method: 'GET',
      path,
      tag,
      summary: 'Read the connection of an application',
      description: 'Not found where Identity Management was never configured. Secrets are never answered.',
      permission: 'applications.read',
      params: applicationParams,
      answer: integration,
    },
    ({ params }) => getIntegration(params.application),
  ),
  defineOperation(
    {
      id: 'testConnection',
      method: 'POST',
      path: `${path}/test`,
      tag,
      summary: 'Test a connection',
      description:
        'Saves nothing. Without `authentication`, or without its secret, what is saved is used, where base URL and token endpoint are on the same host. With `write` a test user is created, changed, deactivated and deleted over there, whatever happens; what that teaches of the server of an active connection is kept. A connection that does not work is no error of this request: `ok` is false, and the steps say why.',
      permission: 'integration.write',
      params: applicationParams,
      body: connectionTestSchema.omit({ applicationId: true }),
      earlier,
      answer: z.object({
        ok: z.boolean().describe('No step has failed; warnings are no failures.'),
        steps: z.array(step),
        capabilities: capabilities.optional(),
      }),
    },
    ({ params, body: { write, ...body }, actor }) => {
      const input = { applicationId: params.application, ...body };
      return probeAtOnce(write ? probeByWriting(actor, input) : probeConnection(input));
    },
  ),
  toOperation(activateIntegration, {
    ...changed,
    method: 'POST',
    path: `${path}/activate`,
    earlier,
    summary: 'Activate Identity Management',
    description:
      'Tests the connection, saves it and starts the first cycle. SSO has to be active where the template requires it.',
  }),
  toOperation(updateIntegration, {
    ...changed,
    method: 'PATCH',
    path,
    summary: 'Change an active connection',
    description: 'A new base URL is tested with the saved credentials first, and accounts are matched anew there.',
    present: ({ application }: Named) => presentIntegration(application),
  }),
  toOperation(updateServerProfile, {
    ...changed,
    method: 'PATCH',
    path: `${path}/profile`,
    summary: 'Say what the SCIM server can do',
    description:
      'Goes before what the server says of itself and what it has taught. What is left out stays as it is; null takes back what was set, `forget` what was learned.',
    present: async ({ application }: Named) => ({ version: (await presentIntegration(application)).version }),
  }),
  toOperation(replaceCredentials, {
    ...changed,
    method: 'PUT',
    path: `${path}/credentials`,
    earlierPath: `${path}/token`,
    earlier,
    summary: 'Replace the credentials',
    description:
      'How requests authenticate, of the kinds that the template takes. Tested before it replaces what was. Without a secret the kept one stays, where the kind and the host of the token endpoint do. A quarantined connection becomes active again.',
    present: async ({ application }: Named) => ({ version: (await presentIntegration(application)).version }),
  }),
  toOperation(pauseIntegration, {
    ...changed,
    method: 'POST',
    path: `${path}/pause`,
    summary: 'Pause provisioning',
    description: 'Nothing is sent until it is resumed; nothing is forgotten.',
  }),
  toOperation(resumeIntegration, {
    ...changed,
    method: 'POST',
    path: `${path}/resume`,
    summary: 'Resume provisioning',
    description: 'Starts a full cycle, which catches up.',
  }),
  toOperation(deactivateIntegration, {
    ...changed,
    method: 'POST',
    path: `${path}/deactivate`,
    summary: 'Deactivate Identity Management',
    description:
      'Nothing more is sent; accounts and groups in the application stay as they are. The secret is deleted.',
  }),
  defineOperation(
    {
      id: 'listMissing',
      method: 'GET',
      path: `${path}/missing`,
      tag,
      summary: 'List the accounts and groups that have disappeared',
      description:
        'Linked, and not in the list that the application gave last. Each is asked for by its id before anything is forgotten. Where many disappear at once, `heldAt` of the connection is set and nothing is sent until they are confirmed or found again. Empty where all is well.',
      permission: 'applications.read',
      params: applicationParams,
      query: z.object(pageQuery),
      answer: pageOf(missingRow),
    },
    ({ params, query: { limit, ...query } }) => listMissing(params.application, query, limit),
  ),
  toOperation(confirmMissing, {
    ...changed,
    method: 'POST',
    path: `${path}/missing/confirm`,
    summary: 'Say that the accounts that have disappeared may be gone',
    description:
      'All that `listMissing` lists. The connection becomes active and a full cycle begins: what is still missing then is forgotten, and who is in scope gets a new account.',
  }),
  defineOperation(
    {
      id: 'previewDisassociation',
      method: 'GET',
      path: '/applications/{application}/deprovision-preview',
      tag,
      summary: 'See who would lose access and account by a change of user groups',
      permission: 'applications.read',
      params: applicationParams,
      query: z.object({
        withoutGroupIds: groupIds.describe('Groups that would be disassociated.'),
        withGroupIds: groupIds.describe(
          'Groups that would be associated at the same time, by which some may keep access.',
        ),
      }),
      answer: deprovisionPreview,
    },
    ({ params, query }) => previewDisassociation(params.application, query.withoutGroupIds, query.withGroupIds),
  ),
];

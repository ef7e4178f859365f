import { z } from 'zod';
import { cycleOutcomes, listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { getCycleProgress, listCycles } from '@/lib/provisioning/queries/cycles';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { getAssignment, listLinkOperations } from '@/lib/provisioning/queries/link-detail';
import { countLinkStates, listAssignments } from '@/lib/provisioning/queries/links';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { retryFailed, retryLink } from '@/lib/provisioning/retry-links';
import { runCycleNow } from '@/lib/provisioning/run-now';
import { type LinkStateName, linkStateWords, retryFailedSchema } from '@/lib/provisioning/schema';
import { stopCycle } from '@/lib/provisioning/stop-cycle';
import {
  applicationParams,
  changes,
  id,
  idParams,
  listOf,
  outcomeError,
  pageOf,
  pageQuery,
  searchQuery,
} from '../fields';
import { defineOperation, type Operation } from '../operation';

const tag = 'Provisioning';

const linkState = z
  .enum(Object.keys(linkStateWords) as [LinkStateName, ...LinkStateName[]])
  .describe(
    Object.entries(linkStateWords)
      .map(([state, { help }]) => `\`${state}\`: ${help}`)
      .join(' '),
  )
  .meta({ id: 'LinkState' });

const outcome = z.enum(cycleOutcomes);

const cycleFailure = z.object({ code: z.string(), message: z.string() }).nullable();

const cycleShape = {
  id: z.uuid(),
  applicationId: z.uuid(),
  applicationLabel: z.string(),
  trigger: z.enum(['activation', 'schedule', 'manual', 'settings']),
  stage: z.enum(['reading', 'users', 'groups', 'finished', 'stopped', 'failed']),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
  readAccounts: z.number().int().describe('Accounts that were read over there.'),
  totalUsers: z.number().int().describe('People whose turn comes; known when everything is read.'),
  error: cycleFailure.describe('Why it has failed as a whole.'),
  counts: z
    .object({
      create: z.number().int(),
      update: z.number().int(),
      deactivate: z.number().int(),
      skip: z.number().int(),
      error: z.number().int(),
    })
    .describe('People and groups by the end that they came to.'),
};

export const cycleSummary = z.object(cycleShape).meta({ id: 'Cycle' });

const cycleProgress = z
  .object({
    ...cycleShape,
    doneUsers: z.number().int().describe('People whose turn has come.'),
    final: z.boolean().describe('Nothing more happens.'),
  })
  .meta({ id: 'CycleProgress' });

const cycleRow = z
  .object({
    linkId: z.uuid(),
    kind: z.enum(['user', 'group']),
    id: z.uuid().describe("The person's or the group's."),
    name: z.string(),
    detail: z.string().describe("The person's username; empty for groups."),
    outcome: z.enum([...cycleOutcomes, 'running']),
    action: z.enum(['create', 'update', 'reactivate', 'deactivate', 'delete', 'lookup']).nullable(),
    changes: changes.nullable(),
    error: outcomeError,
    durationMs: z.number().int().nullable(),
  })
  .meta({ id: 'CycleOutcome' });

const assignmentRow = z
  .object({
    userId: z.uuid(),
    displayName: z.string(),
    username: z.string(),
    email: z.string(),
    userStatus: z.enum(['active', 'suspended', 'deleted']),
    groups: z.array(z.string()).describe('Names of the associated user groups that let the person in.'),
    direct: z.boolean().describe('Assigned without a group.'),
    applicationUsername: z.string(),
    typedUsername: z.boolean().describe('Typed for this one person instead of made by the format.'),
    linkId: z.uuid().nullable(),
    state: linkState.nullable().describe('Null: nothing was ever provisioned.'),
    lastError: outcomeError,
    lastChangeAt: z.date().nullable(),
    dueAt: z.date().nullable().describe('When it is tried again by itself.'),
  })
  .meta({ id: 'Assignment' });

const attempt = z
  .object({
    id: z.uuid(),
    action: z.enum(['lookup', 'create', 'update', 'deactivate', 'reactivate', 'delete']),
    state: z.enum(['intent', 'succeeded', 'failed', 'unknown']),
    changes,
    error: outcomeError,
    durationMs: z.number().int().nullable(),
    createdAt: z.date(),
    cycleId: z.uuid().nullable(),
    exchange: z
      .object({
        method: z.string(),
        url: z.string(),
        requestBody: z.string().nullable(),
        status: z.number().int().nullable(),
        responseBody: z.string().nullable(),
      })
      .nullable()
      .describe('What was sent and came back, without secrets; null once its time of keeping is over.'),
  })
  .meta({ id: 'ProvisioningAttempt' });

const assignmentDetail = z
  .object({
    person: z.object({
      id: z.uuid(),
      displayName: z.string(),
      username: z.string(),
      email: z.string(),
      status: z.enum(['active', 'suspended', 'deleted']),
    }),
    grants: z
      .object({ direct: z.boolean(), groups: z.array(z.object({ id: z.uuid(), name: z.string() })) })
      .describe('By what the person is let in.'),
    typedUsername: z.string().nullable(),
    link: z
      .object({
        id: z.uuid(),
        state: linkState,
        remoteId: z.string().nullable().describe("The account's id over there."),
        takenOver: z.boolean().describe('Found there rather than created.'),
        lastError: outcomeError,
        lastChangeAt: z.date().nullable(),
        dueAt: z.date().nullable(),
        attempts: z.number().int(),
      })
      .nullable(),
    next: z
      .object({
        action: z.enum(['create', 'take_over', 'update', 'reactivate', 'deactivate', 'delete', 'none', 'skip']),
        words: z.string(),
        hint: z.string().optional(),
        changes,
      })
      .nullable()
      .describe('What the next cycle would do; null where Identity Management is not active.'),
    operations: z.array(attempt).describe('The latest first; 50 at most.'),
  })
  .meta({ id: 'AssignmentDetail' });

const groupLink = z
  .object({
    groupId: z.uuid(),
    name: z.string(),
    linkId: z.uuid(),
    state: linkState,
    members: z.number().int().describe('Members that Latchkey has put there.'),
    foreignMembers: z.number().int().describe('Members that it does not manage, and leaves alone.'),
    takenOver: z.boolean(),
    lastError: outcomeError,
    lastChangeAt: z.date().nullable(),
  })
  .meta({ id: 'GroupLink' });

const cycleRef = z.object({ cycleId: z.uuid() });

export const provisioningOperations: Operation[] = [
  defineOperation(
    {
      id: 'listAssignments',
      method: 'GET',
      path: '/applications/{application}/assignments',
      tag,
      summary: 'List the people of an application',
      description: 'Everybody who is let in, and everybody who has an account there. By name.',
      permission: 'applications.read',
      params: applicationParams,
      query: z.object({
        q: searchQuery,
        state: listOf(linkState, 20).optional().describe('Several are joined by commas.'),
        cycleId: id.optional().describe('Only whom this cycle was the last to look at.'),
        ...pageQuery,
      }),
      answer: pageOf(assignmentRow),
    },
    ({ params, query: { limit, ...filter } }) => listAssignments(params.application, filter, limit),
  ),
  defineOperation(
    {
      id: 'countAssignments',
      method: 'GET',
      path: '/applications/{application}/assignment-counts',
      tag,
      summary: 'Count the people of an application by state',
      permission: 'applications.read',
      params: applicationParams,
      answer: z
        .record(z.string(), z.number().int())
        .describe('State → people. `none`: let in, but nothing was provisioned yet.'),
    },
    ({ params }) => countLinkStates(params.application),
  ),
  defineOperation(
    {
      id: 'getAssignment',
      method: 'GET',
      path: '/applications/{application}/assignments/{userId}',
      tag,
      summary: 'Read one person in an application',
      description: 'With what the next cycle would do, and the attempts so far.',
      permission: 'provisioning.read',
      params: applicationParams.extend({ userId: id }),
      answer: assignmentDetail,
    },
    ({ params }) => getAssignment(params.application, params.userId),
  ),
  defineOperation(
    {
      id: 'listGroupLinks',
      method: 'GET',
      path: '/applications/{application}/group-links',
      tag,
      summary: 'List the groups that are managed in an application',
      description: 'By name; 500 at most.',
      permission: 'provisioning.read',
      params: applicationParams,
      answer: z.object({ items: z.array(groupLink) }),
    },
    async ({ params }) => ({ items: await listGroupLinks(params.application) }),
  ),
  defineOperation(
    {
      id: 'listLinkOperations',
      method: 'GET',
      path: '/links/{id}/operations',
      tag,
      summary: 'List the attempts on an account or a group',
      description: 'The latest first; 50 at most. The id is that of a link: of a person, or of a group.',
      permission: 'provisioning.read',
      params: idParams,
      answer: z.object({ items: z.array(attempt) }),
    },
    async ({ params }) => ({ items: await listLinkOperations(params.id) }),
  ),
  defineOperation(
    {
      id: 'retryLink',
      method: 'POST',
      path: '/links/{id}/retry',
      tag,
      summary: 'Try an account again now',
      description: 'Provisions one person on demand, too. An open question of outcome is closed by it.',
      permission: 'provisioning.run',
      params: idParams,
    },
    ({ params, actor }) => retryLink(actor, { linkId: params.id }),
  ),
  defineOperation(
    {
      id: 'retryFailed',
      method: 'POST',
      path: '/applications/{application}/links/retry-failed',
      tag,
      summary: 'Try failed accounts again now',
      description: 'Up to 1,000 at once. Without `states`: all that failed, conflict, are unknown or skipped.',
      permission: 'provisioning.run',
      params: applicationParams,
      body: retryFailedSchema.omit({ applicationId: true }),
      answer: z.object({ count: z.number().int().describe('How many are tried.') }),
    },
    async ({ params, body, actor }) => ({
      count: await retryFailed(actor, { applicationId: params.application, ...body }),
    }),
  ),
  defineOperation(
    {
      id: 'releaseLink',
      method: 'POST',
      path: '/links/{id}/release',
      tag,
      summary: 'Stop managing an account',
      description: 'It stays as it is over there, also when the person leaves.',
      permission: 'applications.write',
      params: idParams,
    },
    ({ params, actor }) => releaseLink(actor, { linkId: params.id }),
  ),
  defineOperation(
    {
      id: 'manageLink',
      method: 'POST',
      path: '/links/{id}/manage',
      tag,
      summary: 'Manage a released account again',
      permission: 'applications.write',
      params: idParams,
    },
    ({ params, actor }) => manageLink(actor, { linkId: params.id }),
  ),
  defineOperation(
    {
      id: 'listAllCycles',
      method: 'GET',
      path: '/cycles',
      tag,
      summary: 'List the cycles of all applications',
      description: 'The latest first.',
      permission: 'provisioning.read',
      query: z.object(pageQuery),
      answer: pageOf(cycleSummary),
    },
    ({ query: { limit, cursor } }) => listCycles({ cursor }, limit),
  ),
  defineOperation(
    {
      id: 'listCycles',
      method: 'GET',
      path: '/applications/{application}/cycles',
      tag,
      summary: 'List the cycles of an application',
      description: 'The latest first.',
      permission: 'provisioning.read',
      params: applicationParams,
      query: z.object(pageQuery),
      answer: pageOf(cycleSummary),
    },
    ({ params, query: { limit, cursor } }) => listCycles({ applicationId: params.application, cursor }, limit),
  ),
  defineOperation(
    {
      id: 'runCycleNow',
      method: 'POST',
      path: '/applications/{application}/cycles',
      tag,
      summary: 'Run a full cycle now',
      description: 'One that is under way starts over. Read the cycle until it is `final`.',
      permission: 'provisioning.run',
      params: applicationParams,
      answer: cycleRef,
      status: 202,
      idempotent: true,
      location: ({ cycleId }) => `/cycles/${String(cycleId)}`,
    },
    ({ params, actor }) => runCycleNow(actor, { applicationId: params.application }),
  ),
  defineOperation(
    {
      id: 'stopCycle',
      method: 'POST',
      path: '/applications/{application}/cycles/stop',
      tag,
      summary: 'Stop the cycle that is under way',
      description: 'What it has not come to waits for the next one; changes and deprovisionings go on.',
      permission: 'provisioning.run',
      params: applicationParams,
    },
    ({ params, actor }) => stopCycle(actor, { applicationId: params.application }),
  ),
  defineOperation(
    {
      id: 'getCycle',
      method: 'GET',
      path: '/cycles/{id}',
      tag,
      summary: 'Read a cycle, and how far it is',
      permission: 'provisioning.read',
      params: idParams,
      answer: cycleProgress,
    },
    ({ params }) => getCycleProgress(params.id),
  ),
  defineOperation(
    {
      id: 'listCycleOutcomes',
      method: 'GET',
      path: '/cycles/{id}/outcomes',
      tag,
      summary: 'List what a cycle has done for whom',
      description: 'People and groups, by name.',
      permission: 'provisioning.read',
      params: idParams,
      query: z.object({ outcome: outcome.optional(), q: searchQuery, ...pageQuery }),
      answer: pageOf(cycleRow),
    },
    ({ params, query: { limit, ...filter } }) => listCycleRows({ cycleId: params.id, ...filter }, limit),
  ),
];

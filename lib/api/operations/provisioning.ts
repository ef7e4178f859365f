import { z } from 'zod';
import { listUsernameConflicts } from '@/lib/applications/list-username-conflicts';
import { correctDrift } from '@/lib/provisioning/correct-drift';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { stopCycle } from '@/lib/provisioning/cycles/stop-cycle';
import { allowHeld, rejectHeld } from '@/lib/provisioning/decide-held';
import { linkGroup, manageGroup, unlinkGroup } from '@/lib/provisioning/link-group';
import { listCycleCauses } from '@/lib/provisioning/queries/cycle-causes';
import { cycleOutcomes, listCycleRows } from '@/lib/provisioning/queries/cycle-rows';
import { getCycle, getCycleProgress, listCycles } from '@/lib/provisioning/queries/cycles';
import { previewGroupLink } from '@/lib/provisioning/queries/group-link-preview';
import { listGroupLinks } from '@/lib/provisioning/queries/group-links';
import { listHeld } from '@/lib/provisioning/queries/held';
import { countAssignments } from '@/lib/provisioning/queries/link-counts';
import { getAssignment, listLinkOperations } from '@/lib/provisioning/queries/link-detail';
import { listAssignments } from '@/lib/provisioning/queries/links';
import { listManualTasks } from '@/lib/provisioning/queries/manual-tasks';
import { listPlanned } from '@/lib/provisioning/queries/planned';
import { listRemoteGroups } from '@/lib/provisioning/queries/remote-groups';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { retryCause } from '@/lib/provisioning/retry-cause';
import { retryFailed, retryLink } from '@/lib/provisioning/retry-links';
import { manualTaskFilterSchema, retryCauseSchema } from '@/lib/provisioning/schema';
import { tickOffTasks } from '@/lib/provisioning/tick-off-tasks';
import { applicationParams, flag, id, idParams, listOf, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import {
  assignmentDetail,
  assignmentRow,
  cycleCause,
  cycleProgress,
  cycleRow,
  cycleSummary,
  groupLink,
  groupLinkPreview,
  heldOperation,
  linkOperation,
  linkState,
  manualTask,
  plannedLink,
  remoteGroup,
} from './representations/provisioning';

const tag = 'Provisioning';
const ofApplication = { tag, method: 'POST', params: applicationParams, as: { application: 'applicationId' } } as const;
const decided = {
  answer: z.object({ count: z.number().int().describe('How many were decided about.') }),
  show: ({ changed }: { changed: number }) => ({ count: changed }),
} as const;
const groupParams = applicationParams.extend({ groupId: id });
const ofGroup = { tag, params: groupParams, as: { application: 'applicationId' } } as const;
const ofLink = { tag, method: 'POST', params: idParams, as: { id: 'linkId' } } as const;

export const provisioningOperations: Operation[] = [
  defineOperation(
    {
      id: 'listAssignments',
      method: 'GET',
      path: '/applications/{application}/assignments',
      tag,
      summary: 'List the people of an application',
      description: 'Everybody who has access, and everybody who has an account there. By name.',
      permission: 'applications.read',
      params: applicationParams,
      query: z.object({
        q: searchQuery,
        state: listOf(linkState, 20)
          .optional()
          .describe(`Several are joined by commas: ${linkState.options.join(', ')}.`),
        drift: flag.optional().describe('Only whose account differs in the application and is left so.'),
        cycleId: id.optional().describe('Only whom this cycle was the last to look at.'),
        shared: flag.optional().describe('Only who has an application username that somebody else in scope has too.'),
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
        .describe(
          'State → people; 1,000 means 1,000 or more. `none`: with access, but nothing was provisioned yet; left out where more than 1,000 people have access.',
        ),
    },
    ({ params }) => countAssignments(params.application),
  ),
  defineOperation(
    {
      id: 'listUsernameConflicts',
      method: 'GET',
      path: '/applications/{application}/username-conflicts',
      tag,
      summary: 'List application usernames that several people have',
      description:
        'People in scope. None of them can sign in, and none of their accounts is changed, until it is mended.',
      permission: 'applications.read',
      params: applicationParams,
      answer: z.object({
        items: z.array(
          z
            .object({
              people: z.array(
                z.object({
                  id: z.uuid(),
                  displayName: z.string(),
                  username: z.string(),
                  email: z.string(),
                  applicationUsername: z.string().nullable().describe('As typed; null: by the format.'),
                }),
              ),
            })
            .meta({ id: 'UsernameConflict' }),
        ),
      }),
    },
    async ({ params }) => ({ items: await listUsernameConflicts(params.application) }),
  ),
  defineOperation(
    {
      id: 'getAssignment',
      method: 'GET',
      path: '/applications/{application}/assignments/{userId}',
      tag,
      summary: 'Read one person in an application',
      description:
        'Anybody of the directory, in scope or not: `standing` says why there is an account, or why there is none. With what the next cycle would do, and the operations so far.',
      permission: 'provisioning.read',
      params: applicationParams.extend({ userId: id }),
      answer: assignmentDetail,
    },
    ({ params }) => getAssignment(params.application, params.userId),
  ),
  defineOperation(
    {
      id: 'listPlannedAccounts',
      method: 'GET',
      path: '/applications/{application}/planned-accounts',
      tag,
      summary: 'List what would be done about the accounts of an application',
      description:
        'Everybody who has access, and everybody who has an account there, by name, with what the next cycle would do: planned by the directory, the settings and what was last read. Nothing is sent, and nothing is asked of the application.',
      permission: 'provisioning.read',
      params: applicationParams,
      query: z.object({ q: searchQuery, ...pageQuery }),
      answer: pageOf(plannedLink),
    },
    ({ params, query: { limit, ...filter } }) => listPlanned(params.application, filter, limit),
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
      id: 'listRemoteGroups',
      method: 'GET',
      path: '/applications/{application}/remote-groups',
      tag,
      summary: 'List the groups that an application has',
      description: 'By name, as they were last read: those to which a user group may be linked.',
      permission: 'provisioning.read',
      params: applicationParams,
      query: z.object({ q: searchQuery, ...pageQuery }),
      answer: pageOf(remoteGroup),
    },
    ({ params, query }) => listRemoteGroups(params.application, query),
  ),
  defineOperation(
    {
      id: 'previewGroupLink',
      method: 'GET',
      path: '/applications/{application}/group-links/{groupId}/preview',
      tag,
      summary: 'Say what linking a user group to a group over there would do',
      description: 'By what was last read. Nothing is sent, and nothing is asked of the application.',
      permission: 'provisioning.read',
      params: groupParams,
      query: z.object({ remoteId: z.string().min(1).max(2_000) }),
      answer: groupLinkPreview,
    },
    ({ params, query }) => previewGroupLink(params.application, params.groupId, query.remoteId),
  ),
  toOperation(linkGroup, {
    ...ofGroup,
    method: 'PUT',
    path: '/applications/{application}/group-links/{groupId}',
    summary: 'Link a user group to a group that is there',
    description:
      'Members are added, those that are not managed here stay (unless `exactMembership` of the connection says otherwise), and it is called as the mapping says. Also takes over the `candidate` of a group link.',
  }),
  toOperation(unlinkGroup, {
    ...ofGroup,
    method: 'DELETE',
    path: '/applications/{application}/group-links/{groupId}',
    summary: 'Unlink a user group',
    description: 'The group over there stays as it is, and is left alone.',
  }),
  toOperation(manageGroup, {
    ...ofGroup,
    method: 'POST',
    path: '/applications/{application}/group-links/{groupId}/manage',
    summary: 'Manage a user group again that was unlinked',
    description: 'It is taken over by its name, or created.',
  }),
  defineOperation(
    {
      id: 'listLinkOperations',
      method: 'GET',
      path: '/links/{id}/operations',
      tag,
      summary: 'List the operations on an account or a group',
      description: 'The latest first; 50 at most. The id is the `linkId` of an assignment or of a group link.',
      permission: 'provisioning.read',
      params: idParams,
      answer: z.object({ items: z.array(linkOperation) }),
    },
    async ({ params }) => ({ items: await listLinkOperations(params.id) }),
  ),
  toOperation(retryLink, {
    ...ofLink,
    path: '/links/{id}/retry',
    summary: 'Try an account again now',
    description:
      'Also provisions one person on demand. An operation of unknown outcome is taken to have failed: look into the application before. While the connection is quarantined or paused nothing is sent: it is tried when that ends.',
  }),
  toOperation(retryFailed, {
    ...ofApplication,
    path: '/applications/{application}/links/retry-failed',
    summary: 'Try failed accounts again now',
    description:
      'Up to 1,000 at once. Without `states`: all that failed, conflict, are unknown or skipped. While the connection is quarantined or paused nothing is sent: they are tried when that ends.',
    answer: z.object({ count: z.number().int().describe('How many are tried.') }),
    show: ({ changed }) => ({ count: changed }),
  }),
  toOperation(correctDrift, {
    ...ofApplication,
    path: '/applications/{application}/drift/correct',
    summary: 'Correct accounts that differ in the application',
    description:
      'What was found to differ and is left so (`drift` of an assignment) is sent as the directory has it: changed values, a deactivation, or a new account. 10,000 at once. While the connection is quarantined or paused nothing is sent: they are corrected when that ends.',
    answer: z.object({ count: z.number().int().describe('How many are corrected.') }),
    show: ({ changed }) => ({ count: changed }),
  }),
  toOperation(releaseLink, {
    ...ofLink,
    path: '/links/{id}/release',
    summary: 'Stop managing an account',
    description: 'It stays as it is in the application, also when the person leaves.',
  }),
  toOperation(manageLink, { ...ofLink, path: '/links/{id}/manage', summary: 'Manage a released account again' }),
  defineOperation(
    {
      id: 'listHeld',
      method: 'GET',
      path: '/applications/{application}/held-operations',
      tag,
      summary: 'List the operations that are held',
      description:
        'Planned, and not sent before somebody allows them: deactivations and deletions (see `guardEnabled` and `holdDeprovisioning` of the connection), and whatever is not as in the dry run that is carried out. The oldest first. What is not planned any more is not in the list.',
      permission: 'provisioning.read',
      params: applicationParams,
      query: z.object(pageQuery),
      answer: pageOf(heldOperation).extend({
        seenAt: z.date().describe('When it was read. Sent back, all that is decided about is what was there by then.'),
      }),
    },
    ({ params, query: { limit, cursor } }) => listHeld(params.application, { cursor }, limit),
  ),
  toOperation(allowHeld, {
    ...ofApplication,
    path: '/applications/{application}/held-operations/allow',
    summary: 'Allow operations that are held',
    description:
      'Those that are named, or all that were held at `seenAt`: of very many the first at once, and the rest in the background. Each is planned once more before it is sent: whoever is to keep the account by now keeps it. What was rejected can be allowed after all: `rejected`.',
    ...decided,
  }),
  toOperation(rejectHeld, {
    ...ofApplication,
    path: '/applications/{application}/held-operations/reject',
    summary: 'Reject operations that are held',
    description:
      'Those that are named, or all that were held at `seenAt`: of very many the first at once, and the rest in the background. The accounts and groups stay as they are, and nobody is asked again until something else is planned for them.',
    ...decided,
  }),
  defineOperation(
    {
      id: 'listManualTasks',
      method: 'GET',
      path: '/applications/{application}/manual-tasks',
      tag,
      summary: 'List what somebody has to do in the application',
      description: 'What no request can do: reset the password of a service account, say. The oldest first.',
      permission: 'provisioning.read',
      params: applicationParams,
      query: manualTaskFilterSchema.extend(pageQuery),
      answer: pageOf(manualTask),
    },
    ({ params, query: { limit, ...query } }) => listManualTasks(params.application, query, limit),
  ),
  toOperation(tickOffTasks, {
    ...ofApplication,
    path: '/applications/{application}/manual-tasks',
    summary: 'Tick manual tasks off, or open them again',
    answer: z.object({ count: z.number().int().describe('How many were changed.') }),
    show: decided.show,
  }),
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
  toOperation(runCycleNow, {
    ...ofApplication,
    path: '/applications/{application}/cycles',
    summary: 'Run a full cycle now',
    description:
      'One that is under way starts over. Read the cycle by its id until it is `final`. A quarantined connection becomes active by it: all that waited is sent, deprovisioning included; if it still fails, it is quarantined again.',
    answer: z.object({ id: z.uuid() }),
    show: ({ cycleId }) => ({ id: cycleId }),
    status: 202,
    idempotent: true,
    location: ({ id: cycleId }) => `/cycles/${cycleId}`,
  }),
  toOperation(stopCycle, {
    ...ofApplication,
    path: '/applications/{application}/cycles/stop',
    summary: 'Stop the cycle that is under way',
    description: 'What it has not reached waits for the next one; changes and deprovisioning go on.',
  }),
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
      query: z.object({
        outcome: z.enum(cycleOutcomes).optional(),
        drift: flag
          .optional()
          .describe('Only whose account differed in the application although nobody changed the person.'),
        cause: retryCauseSchema.shape.cause.optional().describe('As `listCycleCauses` tells it.'),
        q: searchQuery,
        ...pageQuery,
      }),
      answer: pageOf(cycleRow),
    },
    ({ params, query: { limit, ...filter } }) => listCycleRows({ cycleId: params.id, ...filter }, limit),
  ),
  defineOperation(
    {
      id: 'listCycleCauses',
      method: 'GET',
      path: '/cycles/{id}/causes',
      tag,
      summary: 'List why a cycle did not go well, by cause',
      description:
        'What failed, was skipped or is held for the same reason is one cause, whoever it was. Those of most first; 20 at most.',
      permission: 'provisioning.read',
      params: idParams,
      answer: z.object({ items: z.array(cycleCause) }),
    },
    async ({ params }) => {
      await getCycle(params.id);
      return { items: await listCycleCauses(params.id) };
    },
  ),
  toOperation(retryCause, {
    tag,
    method: 'POST',
    params: idParams.extend({ cause: retryCauseSchema.shape.cause }),
    as: { id: 'cycleId' },
    path: '/cycles/{id}/causes/{cause}/retry',
    summary: 'Try everybody of a cause again now',
    description:
      'People and groups, up to 10,000 at once; who has gone well since is left alone. While the connection is quarantined or paused nothing is sent: they are tried when that ends.',
    answer: z.object({ count: z.number().int().describe('How many are tried.') }),
    show: ({ changed }) => ({ count: changed }),
  }),
];

import { z } from 'zod';
import { dryRunStages } from '@/lib/core/states';
import { activateDryRun } from '@/lib/provisioning/activate-integration';
import { applyDryRun } from '@/lib/provisioning/dry-runs/apply-dry-run';
import { dryRunComparisons, dryRunFilterSchema, dryRunKinds } from '@/lib/provisioning/dry-runs/schema';
import { cancelDryRun, startActivationDryRun, startDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import { listDryRunRows } from '@/lib/provisioning/queries/dry-run-rows';
import { getDryRun, listDryRuns } from '@/lib/provisioning/queries/dry-runs';
import { applicationParams, idParams, outcomeError, pageOf, pageQuery, searchQuery } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { plannedLink } from './representations/provisioning';

const tag = 'Provisioning';
const permission = 'provisioning.read';
const count = z.number().int();

const dryRun = z
  .object({
    id: z.uuid(),
    applicationId: z.uuid(),
    stage: z.enum(dryRunStages).describe('Over with `finished`, `cancelled` and `failed`.'),
    startedByName: z.string(),
    startedAt: z.date(),
    finishedAt: z.date().nullable(),
    readAccounts: count.describe('Accounts that were read so far.'),
    total: count.describe('People and groups.'),
    planned: count.describe('How many of them are planned.'),
    counts: z
      .partialRecord(z.enum([...dryRunKinds, ...dryRunComparisons]), count)
      .describe('Rows of each kind, and how many are not as in the run before; none is left out.'),
    complete: z.boolean().describe('The list of accounts was read as a whole.'),
    gone: count.describe('Linked accounts that are not there any more.'),
    guard: z
      .object({
        losing: count.describe(
          'Who would lose an active account by it and can wait; suspended people are not among them.',
        ),
        counted: count.describe('With those who lost theirs within the window, and with suspended people.'),
        threshold: count.describe('As many may.'),
        holds: z.boolean().describe('They are more than that: all who would lose theirs would wait.'),
      })
      .nullable()
      .describe('What the guard would do if it was carried out; null: it has not finished.'),
    error: outcomeError.describe('Why it has failed, or who cancelled it.'),
    isOfActivation: z.boolean().describe('Of a connection that was not active when it began.'),
    baseUrl: z.string(),
    previousId: z.uuid().nullable().describe('The finished run before, which it is compared with.'),
  })
  .meta({ id: 'DryRun' });

const dryRunDetail = dryRun
  .extend({
    keepsConnection: z.boolean().describe('The connection that it was made with can be activated from here.'),
    cycleId: z.uuid().nullable().describe('The last cycle that carries it out.'),
  })
  .meta({ id: 'DryRunDetail' });

const names = z.array(z.string());
const dryRunRow = z
  .object({
    id: z.uuid().describe('Of the person or the user group.'),
    subject: z.enum(['user', 'group']),
    name: z.string(),
    kind: z.enum(dryRunKinds),
    compared: z.enum(dryRunComparisons).nullable().describe('Compared with the run before; null: as it was.'),
    plan: plannedLink.nullable().describe('Without the request; null: not in the directory any more.'),
    members: z
      .object({ added: names, removed: names })
      .nullable()
      .describe('Of a group: names of the first who would come and go, 100 each.'),
  })
  .meta({ id: 'DryRunRow' });

export const dryRunOperations: Operation[] = [
  defineOperation(
    {
      id: 'listDryRuns',
      method: 'GET',
      path: '/applications/{application}/dry-runs',
      tag,
      summary: 'List the dry runs of an application',
      description: 'The latest first. Five that have finished are kept.',
      permission,
      params: applicationParams,
      answer: z.object({ items: z.array(dryRun) }),
    },
    async ({ params }) => ({ items: await listDryRuns(params.application) }),
  ),
  toOperation(startDryRun, {
    tag,
    method: 'POST',
    params: applicationParams,
    as: { application: 'applicationId' },
    path: '/applications/{application}/dry-runs',
    summary: 'Start a dry run',
    description:
      'Reads the accounts and groups of the application and keeps what a full cycle would do. Nothing is written there. Read it by its id until its stage is one of those that are over.',
    answer: z.object({ id: z.uuid() }),
    show: ({ id }) => ({ id }),
    status: 202,
    idempotent: true,
    location: ({ id }) => `/dry-runs/${id}`,
  }),
  defineOperation(
    {
      id: 'getDryRun',
      method: 'GET',
      path: '/dry-runs/{id}',
      tag,
      summary: 'Read a dry run, and how far it is',
      permission,
      params: idParams,
      answer: dryRunDetail,
    },
    ({ params }) => getDryRun(params.id),
  ),
  defineOperation(
    {
      id: 'listDryRunRows',
      method: 'GET',
      path: '/dry-runs/{id}/rows',
      tag,
      summary: 'List what a dry run has found',
      description: 'People and groups, by name. Without `kind` and `compared`: all that are not as they are to be.',
      permission,
      params: idParams,
      query: dryRunFilterSchema.extend({ q: searchQuery, ...pageQuery }),
      answer: pageOf(dryRunRow),
    },
    ({ params, query: { limit, ...filter } }) => listDryRunRows(params.id, filter, limit),
  ),
  toOperation(startActivationDryRun, {
    tag,
    method: 'POST',
    params: applicationParams,
    as: { application: 'applicationId' },
    path: '/applications/{application}/identity-management/dry-run',
    summary: 'Start a dry run of a connection that is not active',
    description:
      'Tests the connection, keeps its credentials with the run, and finds out what activating it would do. It can then be activated from the run.',
    answer: z.object({ id: z.uuid() }),
    show: ({ id }) => ({ id }),
    status: 202,
    location: ({ id }) => `/dry-runs/${id}`,
  }),
  toOperation(activateDryRun, {
    tag,
    method: 'POST',
    params: idParams,
    as: { id: 'runId' },
    path: '/dry-runs/{id}/activate',
    summary: 'Activate the connection of a dry run',
    description:
      'The first cycle carries out what was reviewed. What is planned otherwise by now is held: see `listHeld`.',
  }),
  toOperation(applyDryRun, {
    tag,
    method: 'POST',
    params: idParams,
    as: { id: 'runId' },
    path: '/dry-runs/{id}/apply',
    summary: 'Carry out a dry run as it was reviewed',
    description:
      'A full cycle plans everybody anew and sends what is planned as it was in the run: all of it, or the rows that are named or that the filters leave. What is planned otherwise by now, or was not chosen, is held: see `listHeld`. Applied once more with other rows, those wait no more. A paused connection goes on with it.',
    answer: z.object({ id: z.uuid().describe('Of the cycle.') }),
    show: ({ cycleId }) => ({ id: cycleId }),
    status: 202,
    location: ({ id }) => `/cycles/${id}`,
  }),
  toOperation(cancelDryRun, {
    tag,
    method: 'POST',
    params: idParams,
    as: { id: 'runId' },
    path: '/dry-runs/{id}/cancel',
    summary: 'Cancel a dry run that is under way',
    description: 'Nothing of it is kept.',
  }),
];

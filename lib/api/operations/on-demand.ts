import { z } from 'zod';
import { previewOnDemand } from '@/lib/provisioning/on-demand/preview-on-demand';
import { provisionOnDemand } from '@/lib/provisioning/on-demand/provision-on-demand';
import { onDemandOutcomes, onDemandSchema } from '@/lib/provisioning/on-demand/schema';
import { stepNames, stepStates } from '@/lib/provisioning/on-demand/steps';
import { getAttempt, listOnDemandRuns } from '@/lib/provisioning/queries/attempt';
import { applicationParams, changes, idParams, together } from '../fields';
import { defineOperation, type Operation } from '../operation';
import { toOperation } from '../to-operation';
import { plannedLink } from './representations/provisioning';

const tag = 'Provisioning';
const permission = 'provisioning.read';
const subject = z.object({ type: z.enum(['user', 'group']), id: z.uuid(), name: z.string() });

const attemptStep = z
  .object({
    name: z.enum(stepNames),
    state: z.enum(stepStates),
    words: z.string(),
    hint: z.string().nullable(),
    changes,
    exchanges: z
      .array(
        z.object({
          method: z.string(),
          url: z.string(),
          requestBody: z.string().nullable(),
          status: z.number().int().nullable(),
          responseBody: z.string().nullable().describe('Or why there is none.'),
          durationMs: z.number().int().nullable(),
          together: together.optional(),
        }),
      )
      .describe('Requests of this step with their answers, without secrets; 20 at most.'),
  })
  .meta({ id: 'AttemptStep' });

const attempt = z
  .object({
    id: z.uuid(),
    applicationId: z.uuid(),
    subject,
    startedByName: z.string().nullable().describe('Who asked for it on demand; null: nobody did.'),
    startedAt: z.date(),
    finishedAt: z.date().nullable(),
    cycleId: z.uuid().nullable(),
    operationId: z.uuid().nullable(),
    final: z.boolean().describe('Nothing more happens by itself.'),
    held: z.boolean().describe('It waits until somebody allows it: see `listHeld`.'),
    steps: z.array(attemptStep).describe('Connection, find, scope, match, action.'),
  })
  .meta({ id: 'Attempt' });

export const onDemandOperations: Operation[] = [
  defineOperation(
    {
      id: 'previewOnDemand',
      method: 'GET',
      path: '/applications/{application}/on-demand/preview',
      tag,
      summary: 'Preview what provisioning one person or group would do',
      description:
        'Anybody, and any user group, in scope or not. Planned by the directory, the settings and what was last read: nothing is sent, and nothing is asked of the application.',
      permission,
      params: applicationParams,
      query: onDemandSchema.omit({ applicationId: true }),
      answer: plannedLink,
    },
    async ({ params, query }) => (await previewOnDemand({ applicationId: params.application, ...query })).plan,
  ),
  toOperation(provisionOnDemand, {
    tag,
    method: 'POST',
    params: applicationParams,
    as: { application: 'applicationId' },
    path: '/applications/{application}/on-demand',
    summary: 'Provision one person or user group now',
    description:
      'Before everything else. It is looked up over there, planned and sent; each step is kept with its requests: read it by its id until it is `final`. One that is under way is answered instead of another one. What the guard or a setting holds is held; while the connection is paused or quarantined it waits.',
    answer: z.object({ id: z.uuid() }),
    show: ({ id }) => ({ id }),
    status: 202,
    location: ({ id }) => `/attempts/${id}`,
  }),
  defineOperation(
    {
      id: 'listOnDemandRuns',
      method: 'GET',
      path: '/applications/{application}/on-demand',
      tag,
      summary: 'List who was provisioned on demand of late',
      description: 'The latest first; ten at most.',
      permission,
      params: applicationParams,
      answer: z.object({
        items: z.array(
          z
            .object({
              id: z.uuid(),
              subject,
              startedByName: z.string(),
              startedAt: z.date(),
              outcome: z.enum(onDemandOutcomes).nullable().describe('Null while it is under way.'),
            })
            .meta({ id: 'OnDemandRun' }),
        ),
      }),
    },
    async ({ params }) => ({ items: await listOnDemandRuns(params.application) }),
  ),
  defineOperation(
    {
      id: 'getAttempt',
      method: 'GET',
      path: '/attempts/{id}',
      tag,
      summary: 'Read an attempt step by step',
      description:
        'On demand, or any other: the id is of a run on demand, or the `operationId` of an event, an outcome of a cycle or a `ProvisioningOperation`.',
      permission,
      params: idParams,
      answer: attempt,
    },
    ({ params }) => getAttempt(params.id),
  ),
];

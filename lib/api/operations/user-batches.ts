import { z } from 'zod';
import { getUserBatch, listUserBatches, listUserBatchRows, previewSelection } from '@/lib/batches/queries';
import { selectionSchema } from '@/lib/batches/schema';
import { startUserBatch, undoUserBatch } from '@/lib/batches/start-batch';
import { importUserFile, mapUserFile, readUserFile } from '@/lib/batches/user-file';
import { batchRowStates, batchStates } from '@/lib/core/states';
import { BatchAction } from '@/lib/db/generated/enums';
import { deprovisionPreview, idParams, pageOf, pageQuery } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';

const tag = 'Users';
const actions = Object.values(BatchAction) as [keyof typeof BatchAction, ...(keyof typeof BatchAction)[]];

const started = z.object({
  id: z.uuid(),
  version: z.number().int(),
  changed: z.number().int().describe('How many people it is about.'),
});

const batch = z
  .object({
    id: z.uuid(),
    action: z.enum(actions),
    state: z.enum(batchStates),
    group: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    undoesId: z.uuid().nullable(),
    undoneById: z.uuid().nullable(),
    startedById: z.uuid().nullable(),
    startedByName: z.string(),
    startedAt: z.date(),
    finishedAt: z.date().nullable(),
    version: z.number().int(),
    total: z.number().int(),
    counts: z.object(Object.fromEntries(batchRowStates.map((state) => [state, z.number().int()]))),
    canUndo: z.boolean(),
    file: z
      .object({
        name: z.string(),
        header: z.array(z.string()),
        columns: z.array(z.string()).describe('What each column is taken for; empty: it is left out.'),
      })
      .nullable(),
    planned: z
      .object({ create: z.number().int(), update: z.number().int(), same: z.number().int() })
      .nullable()
      .describe('Of a file in review.'),
  })
  .meta({ id: 'UserBatch' });

const row = z
  .object({
    no: z.number().int().describe('Of a file, the line.'),
    userId: z.uuid().nullable(),
    name: z.string(),
    state: z.enum(batchRowStates),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
    plan: z
      .object({
        kind: z.enum(['create', 'update', 'same']),
        changes: z.record(z.string(), z.object({ from: z.string().nullable(), to: z.string().nullable() })),
      })
      .nullable()
      .describe('Of a file: what is to be done.'),
  })
  .meta({ id: 'UserBatchRow' });

const summary = z
  .object({
    id: z.uuid(),
    action: z.enum(actions),
    state: z.enum(batchStates),
    groupName: z.string().nullable(),
    fileName: z.string().nullable(),
    startedByName: z.string(),
    startedAt: z.date(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'UserBatchSummary' });

export const userBatchOperations = [
  defineOperation(
    {
      id: 'listUserBatches',
      method: 'GET',
      path: '/user-batches',
      tag,
      summary: 'List what was done to many people, newest first',
      permission: 'users.read',
      query: z.object(pageQuery),
      answer: pageOf(summary),
    },
    ({ query: { limit, ...query } }) => listUserBatches(query, limit),
  ),
  toOperation(startUserBatch, {
    method: 'POST',
    path: '/user-batches',
    tag,
    summary: 'Do the same to many people',
    description:
      'To those who are named, or to all that a filter finds. It goes on in the background, one person after the other; who could not be done says why. Nobody shuts themselves or the last administrator out.',
    answer: started,
    status: 201,
    idempotent: true,
    location: (answer) => `/user-batches/${answer.id}`,
  }),
  defineOperation(
    {
      id: 'previewUserBatch',
      method: 'POST',
      path: '/user-batches/preview',
      tag,
      summary: 'See how many people a selection means, and which accounts would be taken away',
      permission: 'users.read',
      body: selectionSchema.extend({
        suspends: z.boolean().default(false).describe('If they were suspended; otherwise, deleted.'),
      }),
      answer: deprovisionPreview.extend({ people: z.number().int() }),
    },
    ({ body: { suspends, ...selection } }) => previewSelection(selection, suspends),
  ),
  defineOperation(
    {
      id: 'getUserBatch',
      method: 'GET',
      path: '/user-batches/{id}',
      tag,
      summary: 'See how far it has come',
      permission: 'users.read',
      params: idParams,
      answer: batch,
    },
    ({ params }) => getUserBatch(params.id),
  ),
  defineOperation(
    {
      id: 'listUserBatchRows',
      method: 'GET',
      path: '/user-batches/{id}/rows',
      tag,
      summary: 'List the people of it, and why somebody could not be done',
      permission: 'users.read',
      params: idParams,
      query: z.object({
        state: z.enum(batchRowStates).optional(),
        kind: z.enum(['create', 'update', 'same']).optional().describe('Of a file: what is planned.'),
        ...pageQuery,
      }),
      answer: pageOf(row),
    },
    async ({ params, query: { limit, ...query } }) => {
      await getUserBatch(params.id);
      return listUserBatchRows(params.id, query, limit);
    },
  ),
  toOperation(readUserFile, {
    method: 'POST',
    path: '/user-files',
    tag,
    summary: 'Read a file of people, and see what importing it would do',
    description:
      'CSV with commas, semicolons or tabs; 20,000 lines at most. What the columns are is guessed by their heads. Nobody is changed before it is imported. The rows say of each line what it would do, or why it is refused.',
    answer: started,
    status: 201,
    location: (answer) => `/user-batches/${answer.id}`,
  }),
  toOperation(mapUserFile, {
    method: 'PUT',
    path: '/user-batches/{id}/columns',
    tag,
    summary: 'Say what the columns of a file are',
    params: idParams,
    present: async ({ id }) => ({ version: (await getUserBatch(id)).version }),
    answer: z.object({ id: z.uuid(), version: z.number().int() }),
  }),
  toOperation(importUserFile, {
    method: 'POST',
    path: '/user-batches/{id}/import',
    tag,
    summary: 'Import a file that was reviewed',
    description: 'What is refused stays so, and what means something else by then than was reviewed fails.',
    params: idParams,
    present: async ({ id }) => ({ version: (await getUserBatch(id)).version }),
    answer: started,
  }),
  toOperation(undoUserBatch, {
    method: 'POST',
    path: '/user-batches/{id}/undo',
    tag,
    summary: 'Undo it, for whom it was done',
    description:
      'Who was suspended is reactivated, who was deleted restored, who was added to a group removed, and the reverse.',
    params: idParams,
    answer: started,
    status: 201,
  }),
];

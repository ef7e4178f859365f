import { z } from 'zod';
import { batchRowStates } from '@/lib/core/states';
import { singleLine } from '@/lib/core/text';
import { roleSchema, userStatuses } from '@/lib/directory/schema';

/** What can be done to many people at once; `import` makes them of a file. */
export const batchActions = [
  'suspend',
  'reactivate',
  'delete',
  'restore',
  'add_to_group',
  'remove_from_group',
  'send_activation',
] as const;
export type BatchActionName = (typeof batchActions)[number] | 'import';

/** People in one batch. */
export const mostPeople = 100_000;
/** Up to so many are done while whoever asked waits. */
export const atOnce = 100;

const id = z.uuid().toLowerCase();

/** As the list of people is filtered; what is nonsense is refused, where the list would leave it out and find everybody. */
export const batchFilterSchema = z
  .strictObject({
    q: z.string().trim().max(200),
    status: z.enum(userStatuses),
    role: roleSchema,
    department: singleLine('Department').max(200),
    groupId: id,
    names: z.enum(['contested']),
  })
  .partial()
  .describe('As of the list of people, where nobody is named: everybody whom it finds.');
export type BatchFilter = z.output<typeof batchFilterSchema>;

export const selectionSchema = z.object({
  userIds: z.array(id).max(1000, 'At most 1,000 people by their ids.').optional(),
  filter: batchFilterSchema.optional(),
});
export type Selection = z.output<typeof selectionSchema>;

export const startUserBatchSchema = selectionSchema.extend({
  action: z.enum(batchActions),
  groupId: id.optional().describe('Of `add_to_group` and `remove_from_group`.'),
  expected: z
    .number()
    .int()
    .optional()
    .describe('How many people it is meant for: refused where the filter finds another number by now.'),
});

export const userBatchIdSchema = z.object({ id });

/** Rows of a batch as its page lists them. */
export const batchRowsSchema = z.object({
  state: z.enum(batchRowStates).optional().catch(undefined),
  /** Of a file that is reviewed: what is planned. */
  kind: z.enum(['create', 'update', 'same']).optional().catch(undefined),
  cursor: z.string().max(200).optional().catch(undefined),
});

/** What each undoes. */
export const undoneBy: Readonly<Partial<Record<BatchActionName, BatchActionName>>> = {
  suspend: 'reactivate',
  reactivate: 'suspend',
  delete: 'restore',
  restore: 'delete',
  add_to_group: 'remove_from_group',
  remove_from_group: 'add_to_group',
};

/** As titles and buttons say it. */
export const batchWords: Readonly<Record<BatchActionName, { verb: string; done: string }>> = {
  suspend: { verb: 'Suspend', done: 'suspended' },
  reactivate: { verb: 'Reactivate', done: 'reactivated' },
  delete: { verb: 'Delete', done: 'deleted' },
  restore: { verb: 'Restore', done: 'restored' },
  add_to_group: { verb: 'Add to a group', done: 'added' },
  remove_from_group: { verb: 'Remove from a group', done: 'removed' },
  send_activation: { verb: 'Send activation links', done: 'sent an activation link' },
  import: { verb: 'Import', done: 'imported' },
};

/** Why a row was not done. */
export interface RowError {
  code: string;
  message: string;
  hint?: string;
}

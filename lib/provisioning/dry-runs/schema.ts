import { z } from 'zod';
import { isOneOf } from '@/lib/core/states';
import type { PlannedLink } from '../plan/planned-link';

/** What a dry run has found for a person or a group; each is a count that is a filter. */
export const dryRunKinds = [
  'create',
  'take_over',
  'update',
  'reactivate',
  'deactivate',
  'delete',
  'held',
  'conflict',
  'rule',
  'skip',
  'none',
] as const;
export type DryRunKind = (typeof dryRunKinds)[number];

/** Kinds of which something is sent. */
export const dryRunKindsSent = [
  'create',
  'take_over',
  'update',
  'reactivate',
  'deactivate',
  'delete',
] as const satisfies readonly DryRunKind[];

/** How a row compares with the same in the run before. */
export const dryRunComparisons = ['new', 'changed', 'gone'] as const;
export type DryRunComparison = (typeof dryRunComparisons)[number];

export type DryRunCounts = Partial<Record<DryRunKind | DryRunComparison, number>>;

/** Names of the first members who would come and go. */
export interface MemberNames {
  added: string[];
  removed: string[];
}

const id = z.uuid();
export const dryRunRefSchema = z.object({ runId: id });

/** Which rows of a run are carried out: these, or all that a filter leaves; without: all of them. */
export const applyDryRunSchema = dryRunRefSchema.extend({
  rows: z
    .array(id.toLowerCase())
    .min(1)
    .max(1_000)
    .optional()
    .describe('Ids of people and groups, as `listDryRunRows` tells them. Without: all that the filters leave.'),
  kind: z.enum(dryRunKinds).optional(),
  compared: z.enum(dryRunComparisons).optional(),
  of: z.enum(['user', 'group']).optional(),
});
export type AppliedRows = Omit<z.output<typeof applyDryRunSchema>, 'runId'>;

/** Filters of the rows. */
export const dryRunFilterSchema = z.object({
  kind: z.enum(dryRunKinds).optional(),
  compared: z.enum(dryRunComparisons).optional(),
  of: z.enum(['user', 'group']).optional(),
  q: z.string().trim().max(200).optional(),
});
export type DryRunFilter = z.output<typeof dryRunFilterSchema>;

/** Reasons that it is not clear which account is meant, or whose it is. */
const conflicts = ['DuplicateSourceEntries', 'DuplicateTargetEntries', 'UsernameDiffers'] as const;

/** Under which count a plan is told. */
export function kindOf({ action, waits, takesOver, reason }: PlannedLink): DryRunKind {
  if (action === 'skip') {
    if (isOneOf(conflicts, reason?.code)) return 'conflict';
    return reason?.code === 'ApplicationRule' ? 'rule' : 'skip';
  }
  if (waits) return 'held';
  return takesOver && (action === 'update' || action === 'none') ? 'take_over' : action;
}

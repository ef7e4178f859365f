import { z } from 'zod';
import { importRowStates } from '@/lib/core/states';
import { importIdSchema } from '../schema';

/** `none`: new; `name`: a user group of the directory has the name; `linked`: one is pushed to it; `kept`: it is here already. */
export const importGroupMatches = ['none', 'name', 'linked', 'kept'] as const;
export const importGroupDecisions = ['keep', 'link', 'turn', 'ignore'] as const;
export type ImportGroupDecision = (typeof importGroupDecisions)[number];

const remoteId = z.string().min(1).max(1000);
const remoteIds = z.array(remoteId).min(1).max(1000);

/** Filters of an import's groups, as they stand in the URL. */
export const importGroupFilterSchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  groups: z
    .enum(['undecided', ...importGroupMatches])
    .optional()
    .catch(undefined),
  result: z.enum(importRowStates).optional().catch(undefined),
  cursor: z.string().max(2000).optional().catch(undefined),
});
export type ImportGroupFilter = z.output<typeof importGroupFilterSchema>;

/** `groupId`: which one each is linked to; only with one group and `link`. Left out: the one that has its name. */
export const decideImportGroupsSchema = importIdSchema.extend({
  remoteIds,
  decision: z.enum(importGroupDecisions),
  groupId: z.uuid().optional(),
});

/** `remoteIds`: these; left out: all for which it is decided what to do. */
export const confirmImportGroupsSchema = importIdSchema.extend({ remoteIds: remoteIds.optional() });

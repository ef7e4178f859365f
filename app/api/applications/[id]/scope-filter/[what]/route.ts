import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { askScopeFilter, listFilterChanges, previewScopeFilter } from '@/lib/provisioning/queries/filter-preview';
import { askedFilterSchema, filterChangesSchema } from '@/lib/provisioning/schema';

const rows = 20;

/** What a filter as it is being edited would change: counted, listed, or of one person or group. Saves nothing; POST because of its size. */
export const POST = defineRoute(
  {
    permission: 'applications.read',
    params: z.object({ id: z.uuid(), what: z.enum(['preview', 'changes', 'ask']) }),
    body: askedFilterSchema.omit({ applicationId: true }).extend({
      ...filterChangesSchema.shape,
      cursor: z.string().max(4000).optional(),
      subjectId: z.uuid().optional(),
    }),
  },
  ({ params: { id, what }, body: { subjectId, objectType, groups, ...query } }) => {
    const asked = { applicationId: id, objectType, groups };
    if (what === 'preview') return previewScopeFilter(asked);
    if (what === 'changes') return listFilterChanges(asked, query, rows);
    return askScopeFilter(asked, z.uuid().parse(subjectId));
  },
);

import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import {
  previewGroupDeletion,
  previewMembersRemoval,
  previewUnnesting,
} from '@/lib/provisioning/queries/deprovision-preview';

const ids = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.uuid()).max(200));

/**
 * Who would lose access and accounts, per application: if this group were deleted, if these direct members (ids joined
 * by commas) were taken out of it, or if this nested group were.
 */
export const GET = defineRoute(
  {
    permission: 'groups.read',
    params: z.object({ id: z.uuid() }),
    query: z.object({ members: ids.optional(), nested: z.uuid().optional() }),
  },
  ({ params, query }) => {
    if (query.members) return previewMembersRemoval(params.id, query.members);
    return query.nested ? previewUnnesting(params.id, query.nested) : previewGroupDeletion(params.id);
  },
);

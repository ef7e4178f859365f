import { z } from 'zod';
import { mappingDraftSchema } from '@/lib/applications/schema';
import { defineRoute } from '@/lib/auth/define-route';
import { previewDisassociation } from '@/lib/provisioning/queries/deprovision-preview';
import { previewMappingDeprovision } from '@/lib/provisioning/queries/mapping-deprovision-preview';

const ids = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter(Boolean))
  .pipe(z.array(z.uuid()).max(500));

/** `?withoutGroupIds=a,b&withGroupIds=c`: who would lose access and account by this change of associations. */
export const GET = defineRoute(
  {
    permission: 'applications.read',
    params: z.object({ id: z.uuid() }),
    query: z.object({ withoutGroupIds: ids, withGroupIds: ids }),
  },
  ({ params, query }) => previewDisassociation(params.id, query.withoutGroupIds, query.withGroupIds),
);

/**
 * Whose account would be deactivated by another mapping table of users: as it is typed, of the history, or the template's.
 * Saves nothing; POST because of its size.
 */
export const POST = defineRoute(
  {
    permission: 'applications.read',
    params: z.object({ id: z.uuid() }),
    body: z.union([
      z.object({ mappings: z.array(mappingDraftSchema).max(200) }),
      z.object({ revision: z.number().int().min(1) }),
      z.object({ template: z.literal(true) }),
    ]),
  },
  ({ params, body }) => previewMappingDeprovision({ applicationId: params.id, table: body }),
);

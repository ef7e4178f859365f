import { z } from 'zod';
import { mappingDraftSchema } from '@/lib/applications/schema';
import { defineRoute } from '@/lib/auth/define-route';
import { objectTypeSchema } from '@/lib/mappings/schema';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';

/** What a mapping table as it is being edited gives for one person or group. Saves nothing; POST because of its size. */
export const POST = defineRoute(
  {
    permission: 'applications.read',
    params: z.object({ id: z.uuid() }),
    body: z.object({
      objectType: objectTypeSchema,
      subjectId: z.uuid(),
      // While somebody types, a target may be empty: everything else is previewed all the same.
      mappings: z.array(mappingDraftSchema.extend({ target: z.string().max(512) })).max(200),
    }),
  },
  ({ params, body }) =>
    previewMapping({
      ...body,
      applicationId: params.id,
      mappings: body.mappings.filter((mapping) => mapping.target.trim() !== ''),
    }),
);

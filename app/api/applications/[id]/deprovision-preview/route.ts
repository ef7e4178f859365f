import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewDisassociation } from '@/lib/provisioning/queries/deprovision-preview';

/** `?withoutGroupIds=a,b`: who would lose access and account if these groups were disassociated. */
const query = z.object({
  withoutGroupIds: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.uuid()).max(500)),
});

export const GET = defineRoute(
  { permission: 'applications.read', params: z.object({ id: z.uuid() }), query },
  ({ params, query: { withoutGroupIds } }) => previewDisassociation(params.id, withoutGroupIds),
);

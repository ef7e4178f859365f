import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewUserDeprovision } from '@/lib/provisioning/queries/deprovision-preview';

/** `?suspends=true`: which accounts would be taken away if this person were suspended; otherwise, deleted. */
export const GET = defineRoute(
  {
    permission: 'users.read',
    params: z.object({ id: z.uuid() }),
    query: z.object({ suspends: z.stringbool().default(false) }),
  },
  ({ params, query }) => previewUserDeprovision(params.id, query.suspends),
);

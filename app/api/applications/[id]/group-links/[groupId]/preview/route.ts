import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { previewGroupLink } from '@/lib/provisioning/queries/group-link-preview';

/** `?remoteId=…`: what linking a user group to that group would send. */
export const GET = defineRoute(
  {
    permission: 'provisioning.read',
    params: z.object({ id: z.uuid(), groupId: z.uuid() }),
    query: z.object({ remoteId: z.string().min(1).max(2_000) }),
  },
  ({ params, query }) => previewGroupLink(params.id, params.groupId, query.remoteId),
);

import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { listRemoteGroups } from '@/lib/provisioning/queries/remote-groups';
import { remoteGroupFilterSchema } from '@/lib/provisioning/schema';

/** The first groups of an application that match, as last read: one of them is chosen by hand. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), query: remoteGroupFilterSchema },
  ({ params, query }) => listRemoteGroups(params.id, query),
);

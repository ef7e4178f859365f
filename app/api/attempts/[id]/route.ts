import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { getAttempt } from '@/lib/provisioning/queries/attempt';

/** How far an attempt is: polled by the live screen until nothing more happens by itself. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), live: true },
  ({ params }) => getAttempt(params.id),
);

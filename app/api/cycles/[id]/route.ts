import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { getCycleProgress } from '@/lib/provisioning/queries/cycles';

/** How far a cycle is: polled by live screens until its stage is final. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), live: true },
  ({ params }) => getCycleProgress(params.id),
);

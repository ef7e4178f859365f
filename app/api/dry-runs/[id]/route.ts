import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { getDryRun } from '@/lib/provisioning/queries/dry-runs';

/** How far a dry run is: polled by live screens until its stage is final. */
export const GET = defineRoute(
  { permission: 'provisioning.read', params: z.object({ id: z.uuid() }), live: true },
  ({ params }) => getDryRun(params.id),
);

import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { getMove } from '@/lib/moves/queries';

/** How far a migration is: polled by its page while accounts are read, and while the new instance catches up. */
export const GET = defineRoute(
  { permission: 'applications.read', params: z.object({ id: z.uuid() }), live: true },
  ({ params }) => getMove(params.id),
);

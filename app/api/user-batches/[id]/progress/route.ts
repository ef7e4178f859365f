import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { getUserBatch } from '@/lib/batches/queries';

/** How far it has come, for a page that is open. */
export const GET = defineRoute(
  { permission: 'users.read', params: z.object({ id: z.uuid() }), live: true },
  async ({ params }) => {
    const { state, counts, total } = await getUserBatch(params.id);
    return { state, counts, total };
  },
);

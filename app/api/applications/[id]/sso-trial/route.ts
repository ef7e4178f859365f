import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { findTrial } from '@/lib/sso/sign-in-trials/trials';

/** How far the sign-in is that whoever asks tries, for the page that waits for it. */
export const GET = defineRoute(
  { permission: 'applications.read', params: z.object({ id: z.uuid() }), live: true },
  async ({ params, session }) => ({ trial: (await findTrial(params.id, session.user.id)) ?? null }),
);

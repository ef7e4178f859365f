import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { searchEverything } from '@/lib/home/search';

/** What the command palette finds besides pages: people, user groups, applications. */
export const GET = defineRoute(
  { permission: 'console.use', query: z.object({ q: z.string().max(200).default('') }) },
  ({ query }) => searchEverything(query.q),
);

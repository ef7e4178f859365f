import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { searchGroups } from '@/lib/directory/list-groups';

const flag = z
  .literal('true')
  .optional()
  .transform((word) => word !== undefined);

/** The first user groups that match, for fields in which one is chosen. */
export const GET = defineRoute(
  {
    permission: 'groups.read',
    query: z.object({ q: z.string().max(200).default(''), nestableUnder: z.uuid().optional(), own: flag }),
  },
  ({ query: { q, nestableUnder, own } }) => searchGroups(q, { own, ...(nestableUnder ? { nestableUnder } : {}) }),
);

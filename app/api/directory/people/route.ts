import { z } from 'zod';
import { defineRoute } from '@/lib/auth/define-route';
import { searchPeople } from '@/lib/directory/list-users';

/** The first people that match, for fields in which somebody is chosen. */
export const GET = defineRoute(
  {
    permission: 'users.read',
    query: z.object({ q: z.string().max(200).default(''), notInGroup: z.uuid().optional() }),
  },
  ({ query }) => searchPeople(query.q, query.notInGroup ? { notInGroup: query.notInGroup } : {}),
);

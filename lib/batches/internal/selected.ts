import { Prisma } from '@/lib/db/generated/client';
import { userConditions } from '@/lib/directory/list-users';
import { mostPeople, type Selection } from '../schema';

/** SQL over `users u`: whom a selection means. Nobody where it names nobody. */
export function isSelected({ userIds, filter }: Selection): Prisma.Sql {
  if (userIds) return Prisma.sql`u.id = ANY (${userIds}::uuid[]) AND u.purged_at IS NULL`;
  return filter ? userConditions(filter) : Prisma.sql`false`;
}

/** SQL: `id, display_name` of the same, in the order of the list, one more than can be done at once. */
export const selectedPeople = (selection: Selection): Prisma.Sql => Prisma.sql`
  SELECT u.id, u.display_name FROM users u WHERE ${isSelected(selection)}
  ORDER BY lower(u.lastname || ' ' || u.firstname) COLLATE "C", u.id LIMIT ${mostPeople + 1}`;

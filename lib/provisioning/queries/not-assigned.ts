import { isGranted } from '@/lib/applications/scope';
import { search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyed } from '@/lib/db/keyset';
import { personNames } from '@/lib/directory/person-sql';
import { personKey } from './sql';

/** Somebody of the directory who has no place in an application. */
export interface NotAssignedPerson {
  userId: string;
  displayName: string;
  email: string;
  userStatus: 'active' | 'suspended' | 'deleted';
}

/** The list is for people who are looked for by name: who is not among the first is found by more of it. */
const most = 5;
/** People whom the search finds and who are looked at, by name: where nearly everybody is let in, the rest would be all of them. */
const lookedAt = 50;

/**
 * The first people, by name, whom a search finds and the application does not have: neither let in nor with an account, of the
 * first {@link lookedAt} whom it finds at all. Each has a page that says why. Nobody without a search.
 */
export async function findNotAssigned(applicationId: string, q: string | undefined): Promise<NotAssignedPerson[]> {
  if (!q?.trim()) return [];
  const granted = isGranted(applicationId);
  const { items } = await search(
    db,
    { ...everybody, q },
    { cursor: undefined, limit: lookedAt },
    ({ key, from, order }) => db.$queryRaw<(NotAssignedPerson & Keyed & { isOutside: boolean })[]>`
      SELECT u.id AS "userId", u.display_name AS "displayName", u.email,
        CASE WHEN u.deleted_at IS NOT NULL THEN 'deleted' ELSE u.status::text END AS "userStatus",
        (u.deleted_at IS NOT NULL OR NOT ${granted}) AND (SELECT true FROM user_links l
          WHERE l.application_id = ${applicationId}::uuid AND l.user_id = u.id AND l.state <> 'deleted') IS NULL AS "isOutside", ${key}
      FROM ${from} ORDER BY ${order}`,
  );
  return items.flatMap(({ isOutside, ...person }) => (isOutside ? [person] : [])).slice(0, most);
}

/** Deleted people as well, by name. */
const everybody = {
  select: Prisma.sql`SELECT u.* FROM users u`,
  as: Prisma.sql`u`,
  where: Prisma.sql`u.purged_at IS NULL`,
  words: personNames,
  columns: [
    { sql: personKey, type: 'text' },
    { sql: Prisma.sql`u.id`, type: 'uuid' },
  ],
  sample: { table: 'users', column: 'names' },
} as const;

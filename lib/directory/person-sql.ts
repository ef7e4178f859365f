import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn } from '@/lib/db/keyset';
import { startingWith } from '@/lib/db/search';

/**
 * SQL over `users u`, as the indexes of migration 0014 have it: an expression that is written another way is answered by
 * none of them.
 */
export const personKeys = {
  /** Family name first; what lists of people are ordered by. */
  name: { sql: Prisma.sql`(lower(u.lastname || ' ' || u.firstname) COLLATE "C")`, type: 'text' },
  displayName: { sql: Prisma.sql`(lower(u.display_name) COLLATE "C")`, type: 'text' },
  username: { sql: Prisma.sql`u.username_folded`, type: 'text' },
  email: { sql: Prisma.sql`u.email_folded`, type: 'text' },
  department: { sql: Prisma.sql`(lower(coalesce(u.department, '')) COLLATE "C")`, type: 'text' },
  created: { sql: Prisma.sql`u.created_at`, type: 'timestamptz' },
  id: { sql: Prisma.sql`u.id`, type: 'uuid' },
} as const satisfies Record<string, KeyColumn>;

/** Everything that words are searched in, in lower case; kept by the database (migration 0023), with an index of trigrams. */
export const personWords = Prisma.sql`u.words`;

/** Names, username and e-mail address alone; kept, and with an index, as well. */
export const personNames = Prisma.sql`u.names`;

/** One of: active, pending (no password yet), suspended, deleted, purged. */
export const personStanding = Prisma.sql`(CASE WHEN u.purged_at IS NOT NULL THEN 'purged' WHEN u.deleted_at IS NOT NULL THEN 'deleted' WHEN u.status = 'suspended' THEN 'suspended'
  WHEN u.password_hash IS NULL THEN 'pending' ELSE 'active' END)`;

/**
 * What begins with the whole of a search, best first, each with the order in which an index has it: the name as it is shown,
 * the family name, the username, the e-mail address.
 */
export function personBeginnings(q: string): { where: Prisma.Sql; key: KeyColumn }[] {
  return [personKeys.displayName, personKeys.name, personKeys.username, personKeys.email].map((key) => ({
    where: startingWith(key.sql, q),
    key,
  }));
}

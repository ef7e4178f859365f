import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn } from '@/lib/db/keyset';
import { startingWith } from '@/lib/db/search';
import type { UserStatus } from './schema';

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

/** Who has which status, each as the indexes of migration 0024 have it. Somebody who was erased is none of them. */
export const personStandings = {
  active: Prisma.sql`u.deleted_at IS NULL AND u.status = 'active' AND u.password_hash IS NOT NULL`,
  /** No password yet. */
  pending: Prisma.sql`u.deleted_at IS NULL AND u.status = 'active' AND u.password_hash IS NULL`,
  suspended: Prisma.sql`u.deleted_at IS NULL AND u.status = 'suspended'`,
  deleted: Prisma.sql`u.deleted_at IS NOT NULL AND u.purged_at IS NULL`,
} as const satisfies Record<UserStatus, Prisma.Sql>;

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

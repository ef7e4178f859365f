import { decodeCursor, encodeCursor, type Page } from '@/lib/core/pagination';
import { Prisma } from '@/lib/db/generated/client';

/** SQL over `user_links l`: there is an account, it is active as far as we know, and it is ours to deactivate. */
export const managesAccount = Prisma.sql`
  (l.remote_id IS NOT NULL AND l.state NOT IN ('deactivated', 'deleted', 'released')
    AND NOT (l.state = 'pending' AND l.taken_over AND l.last_sent IS NULL))`;

/** SQL: states of a link in which a person has to do something. */
export const failingStates = Prisma.sql`('error', 'conflict', 'outcome_unknown')`;

/** SQL: the sort key of people in lists. */
export const personKey = Prisma.sql`lower(u.lastname || ' ' || u.firstname || ' ' || u.display_name) COLLATE "C"`;

/** SQL: every word is found in a person's names. */
export function matchesPerson(q: string | undefined): Prisma.Sql {
  const words = q?.split(/\s+/).filter(Boolean).slice(0, 8) ?? [];
  if (words.length === 0) return Prisma.sql`true`;
  const text = Prisma.sql`lower(concat_ws(' ', u.display_name, u.firstname, u.lastname, u.username, u.email))`;
  return Prisma.join(
    words.map((word) => Prisma.sql`${text} LIKE ${likePattern(word)}`),
    ' AND ',
  );
}

/** Text that LIKE takes literally. */
export function likePattern(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** SQL: rows after the cursor, ascending by (key, id). @param key SQL of a text that is never null */
export function after(key: Prisma.Sql, id: Prisma.Sql, cursor: string | undefined): Prisma.Sql {
  const [last, lastId] = (cursor && decodeCursor(cursor, 2)) || [];
  if (last === undefined || !lastId || !uuid.test(lastId)) return Prisma.sql`true`;
  return Prisma.sql`(${key}, ${id}) > (${last}, ${lastId}::uuid)`;
}

/** Cuts one row more than is shown into a page. Rows carry their sort key and id as `key` and `keyId`. */
export function toPage<T extends { key: string; keyId: string }>(
  rows: T[],
  limit: number,
): Page<Omit<T, 'key' | 'keyId'>> {
  const last = rows[limit - 1];
  const nextCursor = rows.length > limit && last ? encodeCursor([last.key, last.keyId]) : undefined;
  const items = rows.slice(0, limit).map(({ key: _key, keyId: _keyId, ...item }) => item);
  return { items, ...(nextCursor ? { nextCursor } : {}) };
}

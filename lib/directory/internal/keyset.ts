import { decodeKeyCursor, encodeCursor, type Page } from '@/lib/core/pagination';
import { Prisma } from '@/lib/db/generated/client';

/**
 * SQL of a list that is read by key: order by an expression (text) and the id, from after the cursor.
 * @param expression never null, or rows would be lost; never from outside
 */
export function keyset(options: {
  expression: Prisma.Sql;
  id: Prisma.Sql;
  descending: boolean;
  cursor: string | undefined;
}): { after: Prisma.Sql; order: Prisma.Sql } {
  const { expression, id, descending } = options;
  const last = decodeKeyCursor(options.cursor);
  const comparison = descending ? Prisma.sql`<` : Prisma.sql`>`;
  return {
    after: last ? Prisma.sql`(${expression}, ${id}) ${comparison} (${last[0]}, ${last[1]}::uuid)` : Prisma.sql`true`,
    order: descending ? Prisma.sql`${expression} DESC, ${id} DESC` : Prisma.sql`${expression}, ${id}`,
  };
}

/** Cuts one row more than was shown into a page. Rows carry their sort key as `key`. */
export function toPage<T extends { id: string; key: string }>(rows: T[], limit: number): Page<Omit<T, 'key'>> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor([last.key, last.id]) : undefined;
  return { items: items.map(({ key: _key, ...item }) => item), ...(nextCursor ? { nextCursor } : {}) };
}

import { decodeCursor, encodeCursor, type Page } from '@/lib/core/pagination';
import { Prisma } from '@/lib/db/generated/client';

/** Text that LIKE takes literally. */
function likePattern(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, (char) => `\\${char}`)}%`;
}

/** Every word of a search is wanted in an expression, which is in lower case. At most 8 words are looked at. */
export function containing(expression: Prisma.Sql, q: string | undefined): Prisma.Sql[] {
  const words = q?.split(/\s+/).filter(Boolean).slice(0, 8) ?? [];
  return words.map((word) => Prisma.sql`${expression} LIKE ${likePattern(word)}`);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
  const parts = options.cursor ? decodeCursor(options.cursor, 2) : undefined;
  const [key, lastId] = parts ?? [];
  const usable = lastId !== undefined && uuid.test(lastId);
  const comparison = descending ? Prisma.sql`<` : Prisma.sql`>`;
  return {
    after: usable ? Prisma.sql`(${expression}, ${id}) ${comparison} (${key}, ${lastId}::uuid)` : Prisma.sql`true`,
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

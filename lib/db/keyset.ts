import { isUuid } from '@/lib/core/ids';
import { decodeCursor, encodeCursor, type Page } from '@/lib/core/pagination';
import { Prisma } from '@/lib/db/generated/client';

/** Values of a key travel as text; this is what they are in PostgreSQL. `timestamptz` to the millisecond. */
export type KeyType = 'text' | 'int' | 'bigint' | 'uuid' | 'timestamptz';

/** What a list is ordered by: SQL that is never null (or rows would be lost) and never from outside. */
export interface KeyColumn {
  sql: Prisma.Sql;
  type: KeyType;
}

/** A stretch of a list that has an order of its own. */
export interface Part {
  /** Which rows are in it; the parts of a list have no row in common. */
  where: Prisma.Sql;
  /** The last of them is unique. An index over just these, in this order, answers a page without sorting. */
  columns: readonly KeyColumn[];
  /** All columns go the same way, so that a page begins with one comparison of rows. */
  descending?: boolean;
}

/** What a statement of a list needs: `SELECT …, ${key} … WHERE ${after} … ORDER BY ${order} LIMIT ${take}`. */
export interface Keyset {
  /** A column; {@link readPage} takes it off again. */
  key: Prisma.Sql;
  /** The rows of this part that come after the cursor. */
  after: Prisma.Sql;
  order: Prisma.Sql;
  /** One row more than is shown tells whether there is another page. */
  take: number;
}

export interface Keyed {
  pageKey: string[];
}

/**
 * A page of a list that is read by key: what there is of `part` after the cursor, or of several parts, one after the other
 * (`[begins with the words, contains them]`, `[has a date, has none]`), each of which is its own statement and has its own index.
 * A cursor that is none of this list's is the beginning.
 * @param limit rows at most
 * @param read one statement, made of what it is given; asked once more only where a part ends within the page
 */
export async function readPage<Row extends Keyed>(
  parts: Part | readonly Part[],
  { cursor, limit }: { cursor: string | undefined; limit: number },
  read: (keyset: Keyset) => Promise<Row[]>,
): Promise<Page<Omit<Row, 'pageKey'>>> {
  const list = 'where' in parts ? [parts] : parts;
  const begin = positionOf(list, cursor);
  const found: { part: number; row: Row }[] = [];
  for (let part = begin.part; part < list.length && found.length <= limit; part += 1) {
    const current = list[part];
    if (!current) break;
    const rows = await read(
      keysetOf(current, part === begin.part ? begin.values : undefined, limit + 1 - found.length),
    );
    for (const row of rows) found.push({ part, row });
  }
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    items: found.slice(0, limit).map(({ row: { pageKey: _pageKey, ...item } }) => item),
    ...(last ? { nextCursor: cursorAfter(list, last.part, last.row.pageKey) } : {}),
  };
}

/** Where a list has one part, its cursors do not name it. */
export function cursorAfter(list: readonly Part[], part: number, values: readonly string[]): string {
  return encodeCursor(list.length > 1 ? [String(part), ...values] : values);
}

/** The part that a cursor is in, and what it goes on after; a cursor that is none of this list's is the beginning. */
export function positionOf(list: readonly Part[], cursor: string | undefined): { part: number; values?: string[] } {
  const beginning = { part: 0 };
  const decoded = decodeCursor(cursor);
  if (!decoded) return beginning;
  const [place, values] = list.length > 1 ? [decoded[0] ?? '', decoded.slice(1)] : ['0', decoded];
  const part = /^\d$/.test(place) ? Number(place) : -1;
  const columns = list[part]?.columns;
  if (!columns || columns.length !== values.length) return beginning;
  return columns.every(({ type }, index) => isValue[type](values[index] ?? '')) ? { part, values } : beginning;
}

/** @param values what the page before ended with */
export function keysetOf(
  { where, columns, descending }: Part,
  values: readonly string[] | undefined,
  take: number,
): Keyset {
  const expressions = Prisma.join(columns.map(({ sql }) => sql));
  const comparison = descending ? Prisma.sql`<` : Prisma.sql`>`;
  const last = values && Prisma.join(columns.map(({ type }, index) => parameter(type, values[index] ?? '')));
  return {
    key: Prisma.sql`${keyAsText(columns)} AS "pageKey"`,
    after: last ? Prisma.sql`${where} AND (${expressions}) ${comparison} (${last})` : where,
    order: descending ? Prisma.join(columns.map(({ sql }) => Prisma.sql`${sql} DESC`)) : expressions,
    take,
  };
}

/** SQL: what a cursor is made of. */
export function keyAsText(columns: readonly KeyColumn[]): Prisma.Sql {
  return Prisma.sql`ARRAY[${Prisma.join(columns.map(asText))}]`;
}

function asText({ sql, type }: KeyColumn): Prisma.Sql {
  return type === 'timestamptz'
    ? Prisma.sql`to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : Prisma.sql`(${sql})::text`;
}

function parameter(type: KeyType, value: string): Prisma.Sql {
  return Prisma.sql`${value}::${Prisma.raw(type)}`;
}

const isBetween = (lowest: bigint, highest: bigint) => (text: string) =>
  /^-?\d{1,19}$/.test(text) && BigInt(text) >= lowest && BigInt(text) <= highest;

/** Whether PostgreSQL takes a text for a value of the type; somebody may have written the cursor themselves. */
const isValue: Readonly<Record<KeyType, (text: string) => boolean>> = {
  text: () => true,
  int: isBetween(-(2n ** 31n), 2n ** 31n - 1n),
  bigint: isBetween(-(2n ** 63n), 2n ** 63n - 1n),
  uuid: isUuid,
  // PostgreSQL knows no year 0: moments before 1970 are none of ours. Only what comes back as it was is a day of the calendar.
  timestamptz: (text) => {
    const at = new Date(text);
    return at.getTime() >= 0 && at.toISOString() === text;
  },
};

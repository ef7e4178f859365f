import { searchedRows } from '@/lib/core/pagination';
import { search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyed } from '@/lib/db/keyset';
import { startingWith } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import type { ImportFilter } from '../schema';
import {
  accountsLookedAt,
  columnsOf,
  filteredRows,
  isDescending,
  isFiltered,
  keptCounts,
  ofClass,
  rowClass,
  rowOrders,
  rowWords,
} from './rows-sql';

/** The rows of an import by words: what begins with them comes first where the order is by a name. */
export async function searchedImport(importId: string, { q, ...filter }: ImportFilter): Promise<SearchedList> {
  const all = Prisma.sql`r.import_id = ${importId}::uuid`;
  const matching = filteredRows(importId, filter);
  const few = isFiltered(filter) ? await fewClasses(matching) : undefined;
  const list = {
    q,
    select: Prisma.sql`SELECT r.* FROM import_rows r`,
    as: Prisma.sql`r`,
    ...(few ? { where: Prisma.sql`${all} AND ${ofClass(few)} AND ${matching}` } : { where: all, filter: matching }),
    words: rowWords,
    sample: { table: 'import_rows', column: 'words', of: { column: 'import_id', id: importId } },
    columns: columnsOf(filter),
    descending: isDescending(filter),
  };
  const by = filter.sort.replace('-', '') as keyof typeof rowOrders;
  if (!q || by === 'match') return list;
  const keys = filter.sort === 'name' ? [rowOrders.name, rowOrders.username, rowOrders.email] : [rowOrders[by]];
  return { ...list, beginnings: keys.map((key) => ({ where: startingWith(key.sql, q), key })), within: all };
}

/** The classes of rows that a filter lets through, unless they have more rows than a search looks at. */
async function fewClasses(matching: Prisma.Sql): Promise<number[] | undefined> {
  const found = await db.$queryRaw<{ class: number; rows: number }[]>`
    SELECT ${rowClass} AS class, sum(rows)::int AS rows FROM ${keptCounts} AS r WHERE r.rows > 0 AND ${matching} GROUP BY 1`;
  const rows = found.reduce((sum, one) => sum + one.rows, 0);
  return found.length > 0 && rows <= searchedRows ? found.map((one) => one.class) : undefined;
}

/** The first rows that the words of a filter match, whatever else it says; as many as are looked at one by one. */
export async function lookThrough(
  importId: string,
  { q }: ImportFilter,
): Promise<{ remoteIds: string[]; isAll: boolean }> {
  const { items, nextCursor } = await search(
    db,
    await searchedImport(importId, { q, sort: 'username' }),
    { cursor: undefined, limit: accountsLookedAt },
    ({ key, from, order }) => db.$queryRaw<(Keyed & { remoteId: string })[]>`
      SELECT r.remote_id AS "remoteId", ${key} FROM ${from} ORDER BY ${order}`,
  );
  return { remoteIds: items.map(({ remoteId }) => remoteId), isAll: nextCursor === undefined };
}

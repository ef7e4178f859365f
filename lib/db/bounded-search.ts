import { type Page, searchedRows } from '@/lib/core/pagination';
import type { Tx } from './client';
import { Prisma } from './generated/client';
import {
  cursorAfter,
  type KeyColumn,
  type Keyed,
  type Keyset,
  keyAsText,
  keysetOf,
  type Part,
  positionOf,
  readPage,
} from './keyset';
import { containing, wordsOf } from './search';

/** A word that a larger share of those rows has is one of which too many rows would be collected. */
const rareShare = 1 / 100;
/** Rows with a rare word that are collected by its trigrams; as many answers are complete, wherever in the list they stand. */
const collectedRows = 500;

/** A list that is searched by words. */
export interface SearchedList {
  /** Without words, a page of the list is read as it is. */
  q: string | undefined;
  /** SQL: `SELECT … FROM …`, whose rows are called `as` inside and outside, and have the columns that everything else is made of. */
  select: Prisma.Sql;
  as: Prisma.Sql;
  /** What has to hold besides the words. An index answers it in the order of the list, or it holds for few rows. */
  where: Prisma.Sql;
  /** What is asked besides of a row that is looked at, and no index answers. */
  filter?: Prisma.Sql;
  /** SQL: what words are searched in, in lower case, as an index of trigrams has it. */
  words: Prisma.Sql;
  /** The order of what contains the words. Rows are found by `where` and the last column, which is unique. */
  columns: Part['columns'];
  descending?: boolean;
  /** What begins with the search and so comes first, best first, each in an order of its own, in the direction of the list. */
  beginnings?: readonly { where: Prisma.Sql; key: KeyColumn }[];
  /** What the indexes of the beginnings have of `where`; absent: all of it. */
  within?: Prisma.Sql;
  /** Rows that are looked at for a page; absent: {@link searchedRows}. */
  most?: number;
  /** Where a list is put together from several indexes: its rows that `after` leaves, in order, as many as are taken; absent: of `select`. */
  walk?: (keyset: Omit<Keyset, 'key'>) => Prisma.Sql;
  /** Where no index has `words`: a query of the last column of all rows in which other indexes find a word. */
  collect?: (has: (words: Prisma.Sql) => Prisma.Sql) => Prisma.Sql;
}

/** What is known of a search before a page of it is read. */
export interface Looked {
  /** How many match, of those that were looked at. */
  total: number;
  /** False: there are rows that were not looked at. */
  totalIsExact: boolean;
  /** The rows that match, where they were collected. */
  ids?: readonly string[];
}

export interface FoundPage<Item> extends Page<Item> {
  /** Of those that were looked at; absent without words. */
  total?: number;
  totalIsExact?: boolean;
  /** The bound ended the page, not its length or the end of the list; `nextCursor` looks on from there. */
  partial: boolean;
}

/** What a statement of a search needs: `SELECT …, ${key} FROM ${from} … ORDER BY ${order}`. */
export interface FoundRows extends Pick<Keyset, 'key' | 'order'> {
  /** The rows of the page under their name; joined with what they are shown with, each once. */
  from: Prisma.Sql;
}

/**
 * Looks at the first rows of a list ({@link SearchedList.most}) to tell how a search is answered. If these are all, they are the answer.
 * Otherwise a word that few of them have is collected by its trigrams, in the whole list; and of words that many have, each
 * page is put together walking the list in its order. A statement, or two.
 */
export async function lookFor(tx: Tx, list: SearchedList): Promise<Looked> {
  const words = wordsOf(list.q);
  const named = containing(list.words, list.q).map((has, index) => Prisma.sql`${has} AS ${nameOf(index)}`);
  const all = Prisma.join(
    words.map((_, index) => nameOf(index)),
    ' AND ',
  );
  const most = mostOf(list);
  const first = walked(list, keysetOf(listPart(list), undefined, most + 1));
  const [row] = await tx.$queryRaw<{ looked: number; total: number; hits: number[] }[]>`
    SELECT count(*)::int AS looked, count(*) FILTER (WHERE ${all} AND besides)::int AS total,
      ARRAY[${Prisma.join(words.map((_, index) => Prisma.sql`count(*) FILTER (WHERE ${nameOf(index)})`))}]::int[] AS hits
    FROM (SELECT ${Prisma.join(named)}, ${list.filter ?? Prisma.sql`true`} AS besides FROM (${first}) AS ${list.as}) AS looked`;
  const { looked = 0, total = 0, hits = [] } = row ?? {};
  if (looked <= most) return { total, totalIsExact: true };
  const rarest = words
    .map((word, index) => ({ word, hits: hits[index] ?? 0 }))
    .toSorted((one, other) => one.hits - other.hits || other.word.length - one.word.length)[0];
  const ids = rarest && rarest.hits <= most * rareShare ? await collect(tx, list, rarest.word) : undefined;
  return ids ? { total: ids.length, totalIsExact: true, ids } : { total, totalIsExact: false };
}

/** @returns the ids of all that match; undefined where too many have the word */
async function collect(tx: Tx, list: SearchedList, word: string): Promise<string[] | undefined> {
  const { select, as, where, words } = list;
  const has = (expression: Prisma.Sql) => Prisma.join(containing(expression, word), ' AND ');
  const id = idOf(list);
  const most = collectedRows + 1;
  // Planned as if all were wanted, which keeps it with the trigrams; LIMIT ends it all the same.
  const found = list.collect
    ? Prisma.sql`WITH ids AS MATERIALIZED (${list.collect(has)}), found AS (${select} WHERE ${where} AND ${id.sql} IN (SELECT * FROM ids LIMIT ${most}))`
    : Prisma.sql`WITH found AS MATERIALIZED (${select} WHERE ${where} AND ${has(words)})`;
  const rows = await tx.$queryRaw<{ id: string; matches: boolean }[]>`
    ${found} SELECT ${id.sql}::text AS id, ${matching(list)} AS matches FROM (SELECT * FROM found LIMIT ${most}) AS ${as}`;
  return rows.length > collectedRows ? undefined : rows.flatMap((row) => (row.matches ? [row.id] : []));
}

/**
 * A page of a search: what begins with it, then what contains its words. It looks at {@link SearchedList.most} of each of these at
 * most, or says that it is `partial`: shorter than it might be, and with a cursor from where it stopped.
 * @param looked what {@link lookFor} answered
 * @param limit rows at most
 * @param read one statement, made of what it is given
 */
export async function readFound<Row extends Keyed>(
  list: SearchedList,
  looked: Looked,
  { cursor, limit }: { cursor: string | undefined; limit: number },
  read: (rows: FoundRows) => Promise<Row[]>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  const parts = partsOf(list);
  const begin = positionOf(parts, cursor);
  const places = parts.map((_, place) => place).slice(begin.part);
  // Of what was found, all parts at once. Of a list that is walked, one after the other: most pages end in the first.
  const steps = looked.totalIsExact ? [places] : places.map((place) => [place]);
  const items: { row: Omit<Row, 'pageKey'>; cursor: string }[] = [];
  for (const step of steps) {
    const take = limit + 1 - items.length;
    const queries = step.flatMap((place) => {
      const part = parts[place];
      return part
        ? [rowsOf(list, looked, { part, place, take, after: place === begin.part ? begin.values : undefined })]
        : [];
    });
    const rows = await read({
      key: Prisma.sql`${list.as}.page_key AS "pageKey"`,
      from: Prisma.sql`(${foundRows(list, looked)} SELECT * FROM (${Prisma.join(queries, ' UNION ALL ')}) AS ${list.as} LIMIT ${take}) AS ${list.as}`,
      order: Prisma.sql`${list.as}.part, ${list.as}.place`,
    });
    for (const { pageKey, ...row } of rows) {
      const [place, isShown, isBound] = pageKey.slice(-3);
      const next = cursorAfter(parts, Number(place), pageKey.slice(0, -3));
      if (isShown === 'true') items.push({ row, cursor: next });
      if (isBound === 'true' && items.length <= limit) {
        return { ...counted(looked), items: items.map((item) => item.row), nextCursor: next, partial: true };
      }
    }
    if (items.length > limit) break;
  }
  const last = items.length > limit ? items[limit - 1] : undefined;
  return {
    ...counted(looked),
    items: items.slice(0, limit).map((item) => item.row),
    ...(last ? { nextCursor: last.cursor } : {}),
    partial: false,
  };
}

const counted = ({ total, totalIsExact }: Looked) => ({ total, totalIsExact });

/** A page of a list, with its words or, where there are none, as it is. @param limit rows at most @param read see {@link readFound} */
export async function search<Row extends Keyed>(
  tx: Tx,
  list: SearchedList,
  page: { cursor: string | undefined; limit: number },
  read: (rows: FoundRows) => Promise<Row[]>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  if (wordsOf(list.q).length > 0) return readFound(list, await lookFor(tx, list), page, read);
  const whole = await readPage(listPart(list), page, (keyset) =>
    read({ key: keyset.key, order: keyset.order, from: Prisma.sql`(${walked(list, keyset)}) AS ${list.as}` }),
  );
  return { ...whole, partial: false };
}

/** A part of the list, with what tells whether a row that was walked over is shown. */
interface SearchedPart extends Part {
  shown: Prisma.Sql;
}

function partsOf(list: SearchedList): SearchedPart[] {
  const beginnings = list.beginnings ?? [];
  const isBefore = (index: number) => beginnings.slice(0, index).map((one) => Prisma.sql`NOT ${one.where}`);
  const id = idOf(list);
  const first = beginnings.map(({ where, key }, index) => ({
    where: Prisma.sql`${list.within ?? list.where} AND ${where}`,
    columns: [key, id],
    descending: list.descending === true,
    shown: Prisma.join([list.where, list.filter ?? Prisma.sql`true`, where, ...isBefore(index)], ' AND '),
  }));
  const shown = Prisma.join([matching(list), ...isBefore(beginnings.length)], ' AND ');
  return [...first, { ...listPart(list), shown }];
}

/** SQL before a page of a list of which all that match are known: they, under the name `found`. */
function foundRows(list: SearchedList, { totalIsExact, ids }: Looked): Prisma.Sql {
  if (!totalIsExact) return Prisma.empty;
  const { select, as, where } = list;
  // LIMIT keeps the words apart from what else has to hold: by their trigrams, they would be collected in the whole table.
  const found = ids
    ? Prisma.sql`${select} WHERE ${where} AND ${isOneOf(idOf(list), ids)}`
    : Prisma.sql`SELECT * FROM (${walked(list, keysetOf(listPart(list), undefined, mostOf(list)))}) AS ${as} WHERE ${matching(list)}`;
  return Prisma.sql`WITH found AS MATERIALIZED (${found})`;
}

/** SQL: the rows of a part, each with its key, whether it is shown, and whether the bound is at it. */
function rowsOf(
  list: SearchedList,
  { totalIsExact }: Looked,
  {
    part,
    place,
    after,
    take,
  }: { part: SearchedPart; place: number; after: readonly string[] | undefined; take: number },
): Prisma.Sql {
  const { as } = list;
  const { columns, where, shown } = part;
  const keyset = keysetOf({ ...part, where: totalIsExact ? shown : where }, after, 0);
  const [rows, isShown, isBound] = totalIsExact
    ? [
        Prisma.sql`SELECT * FROM found AS ${as} WHERE ${keyset.after} ORDER BY ${keyset.order} LIMIT ${take}`,
        Prisma.sql`true`,
        Prisma.sql`false`,
      ]
    : [walked(list, { ...keyset, take: mostOf(list) }), shown, Prisma.sql`${as}.place = ${mostOf(list)}`];
  return Prisma.sql`
    (SELECT *, ${place}::int AS part, ${keyAsText(columns)} || ARRAY[${String(place)}, (${isShown})::text, (${isBound})::text] AS page_key
     FROM (SELECT *, row_number() OVER () AS place FROM (${rows}) AS ${as}) AS ${as} WHERE ${isShown} OR ${isBound} LIMIT ${take})`;
}

const mostOf = ({ most = searchedRows }: SearchedList) => most;

/** SQL: rows of a list in its order. */
const walked = ({ select, walk }: SearchedList, { after, order, take }: Omit<Keyset, 'key'>) =>
  walk ? walk({ after, order, take }) : Prisma.sql`${select} WHERE ${after} ORDER BY ${order} LIMIT ${take}`;

const nameOf = (index: number) => Prisma.raw(`has_${index}`);
const listPart = ({ where, columns, descending }: SearchedList): Part => ({
  where,
  columns,
  descending: descending === true,
});
const matching = ({ words, q, filter }: SearchedList) =>
  Prisma.join([...containing(words, q), ...(filter ? [filter] : [])], ' AND ');

function idOf({ columns }: SearchedList): KeyColumn {
  const id = columns.at(-1);
  if (!id) throw new Error('A list has an order.');
  return id;
}

const isOneOf = ({ sql, type }: KeyColumn, values: readonly string[]) =>
  Prisma.sql`${sql} = ANY (${[...values]}::${Prisma.raw(type)}[])`;

import type { Page } from '@/lib/core/pagination';
import type { Tx } from './client';
import { type Likely, likelyRows } from './column-sample';
import { Prisma } from './generated/client';
import { cursorAfter, type Keyed, type Keyset, positionOf, readPage } from './keyset';
import { wordsOf } from './search';
import {
  collectedRows,
  firstRows,
  foundRows,
  listPart,
  lookedAt,
  lookedThrough,
  mostCollected,
  mostOf,
  partsOf,
  rareOf,
  type SearchedList,
  walked,
  walkedRows,
} from './searched-list';

/** What is known of a search before a page of it is read. */
interface Looked {
  /** How many match, of those that were looked at. */
  total: number;
  /** All rows were looked at. */
  isAll: boolean;
  /** A word that few have, of those that were looked at. */
  rare?: string | undefined;
}

/** What is known of a search before any row is looked at. */
interface Expected {
  likely: Likely | undefined;
  /** A word that few of all rows have, which are more than may be collected. */
  rare: string | undefined;
}

/** How many match; `totalIsExact`: false where that is of those that were looked at. */
interface Known {
  total: number;
  totalIsExact: boolean;
}

export interface FoundPage<Item> extends Page<Item> {
  /** Of those that were looked at; absent without words. */
  total?: number;
  totalIsExact?: boolean;
  /** The bound ended the page, not its length or the end of the list; `nextCursor` looks on from there. */
  partial: boolean;
}

interface AskedPage {
  cursor: string | undefined;
  /** Rows at most. */
  limit: number;
}

/** One statement, made of what it is given. */
type Read<Row extends Keyed> = (rows: FoundRows) => Promise<Row[]>;

/** What a statement of a search needs: `SELECT …, ${key} FROM ${from} … ORDER BY ${order}`. */
export interface FoundRows extends Pick<Keyset, 'key' | 'order'> {
  /**
   * The rows of the page under their name, or one row of nulls where there are none: what they are shown with is joined by LEFT JOIN,
   * each once.
   */
  from: Prisma.Sql;
}

/**
 * A page of a list, with its words or, where there are none, as it is.
 *
 * A word that few of all rows are likely to have ({@link SearchedList.sample}) is collected by its trigrams, in the whole list. Otherwise a
 * search looks at the first rows of the list ({@link SearchedList.most}) to tell how it is answered. If these are all, they are the
 * answer. If not, a word that few of them have is collected; and of words that many have, the page is put together walking what begins
 * with them, and then the list, in order: as many rows of each at most, or it says that it is `partial`: shorter than it might be, and
 * with a cursor from where it stopped.
 */
export async function search<Row extends Keyed>(
  tx: Tx,
  list: SearchedList,
  page: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  if (wordsOf(list.q).length === 0) {
    const whole = await readPage(listPart(list), page, (keyset) =>
      read({ key: keyset.key, order: keyset.order, from: Prisma.sql`(${walked(list, keyset)}) AS ${list.as}` }),
    );
    return { ...whole, partial: false };
  }
  const expected = await expectedOf(list);
  const atOnce = expected.rare === undefined ? undefined : await readCollected(list, expected.rare, page, read);
  if (atOnce) return atOnce;
  if (list.collect && !list.beginnings && !page.cursor) return searchFirst(list, expected, page, read);
  const { total, isAll, rare } = await lookFor(tx, list, expected);
  if (isAll) {
    const from = Prisma.sql`(${firstRows(list)} ${foundRows(list, positionOf(partsOf(list), page.cursor), page.limit + 1)}) AS ${list.as}`;
    return pageOf(list, await read({ from, ...inPlace(list) }), { total, totalIsExact: true }, page.limit);
  }
  const collected = rare === undefined ? undefined : await readCollected(list, rare, page, read);
  return collected ?? readWalked(list, total, page, read);
}

/** How many rows a search finds, as its pages say it. */
export async function countFound(tx: Tx, list: SearchedList): Promise<Known> {
  const { total, isAll, rare } = await lookFor(tx, list, await expectedOf(list));
  if (rare !== undefined) {
    const [known] = await tx.$queryRaw<{ total: number; few: boolean }[]>`
      ${collectedRows(list, rare)} SELECT total, few FROM known`;
    if (known?.few) return { total: known.total, totalIsExact: true };
  }
  return { total, totalIsExact: isAll };
}

/** The first page of a list whose rows are looked up one by one: what is looked at to tell how it is answered is the page as well. */
async function searchFirst<Row extends Keyed>(
  list: SearchedList,
  expected: Expected,
  page: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  const rows = await read({
    ...inPlace(list),
    key: Prisma.sql`${list.as}.found_key AS "pageKey"`,
    from: Prisma.sql`(${lookedThrough(list, page.limit + 1)}) AS ${list.as}`,
  });
  const { total, isAll, rare } = lookedOf(
    list,
    JSON.parse(rows[0]?.pageKey.at(-1) ?? '{}') as Partial<LookedRow>,
    expected,
  );
  const walkedOver = rows.map((row) => ({ ...row, pageKey: row.pageKey.slice(0, -1) }));
  if (isAll) return pageOf(list, walkedOver.filter(isShown).map(notBound), { total, totalIsExact: true }, page.limit);
  const collected = rare === undefined ? undefined : await readCollected(list, rare, page, read);
  return collected ?? pageOf(list, walkedOver, { total, totalIsExact: false }, page.limit);
}

interface LookedRow {
  looked: number;
  total: number;
  hits: number[];
}

async function lookFor(tx: Tx, list: SearchedList, expected: Expected): Promise<Looked> {
  const [row] = await tx.$queryRaw<LookedRow[]>(lookedAt(list));
  return lookedOf(list, row ?? {}, expected);
}

function lookedOf(list: SearchedList, row: Partial<LookedRow>, { likely, rare }: Expected): Looked {
  const { looked = 0, total = 0, hits = [] } = row;
  if (looked <= mostOf(list)) return { total, isAll: true };
  const [rarest] = collectable(list.q, (_, index) => hits[index] ?? 0);
  const isRare =
    rarest &&
    rarest.rows <= rareOf(list) &&
    // That was tried.
    rarest.word !== rare &&
    (likely?.having(rarest.word) ?? 0) <= 2 * mostCollected;
  return { total, isAll: false, rare: isRare ? rarest.word : undefined };
}

async function expectedOf(list: SearchedList): Promise<Expected> {
  const likely = list.sample && (await likelyRows(list.sample));
  if (!likely || likely.rows <= mostCollected) return { likely, rare: undefined };
  const [rarest] = collectable(list.q, likely.having);
  return { likely, rare: rarest && rarest.rows <= mostCollected ? rarest.word : undefined };
}

/**
 * The words of a search, that which the fewest rows have first. A letter or a digit alone begins some part of an address or a name in
 * nearly every row: its trigrams leave all of them.
 */
function collectable(q: string | undefined, rowsOf: (word: string, index: number) => number) {
  return wordsOf(q)
    .map((word, index) => ({ word, rows: rowsOf(word, index) }))
    .filter(({ word }) => !/^\w$/.test(word))
    .toSorted((one, other) => one.rows - other.rows || other.word.length - one.word.length);
}

/** A page of what a word collects; undefined where that is more than may be collected. */
async function readCollected<Row extends Keyed>(
  list: SearchedList,
  word: string,
  { cursor, limit }: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>> | undefined> {
  const page = foundRows(list, positionOf(partsOf(list), cursor), limit + 1);
  const rows = await read({
    ...inPlace(list),
    key: Prisma.sql`${list.as}.found_key AS "pageKey"`,
    from: Prisma.sql`(
      ${collectedRows(list, word)} SELECT page.*, coalesce(page.page_key, '{}') || ARRAY[known.total::text, known.few::text] AS found_key
      FROM known LEFT JOIN (${page}) AS page ON true) AS ${list.as}`,
  });
  const [total, few] = (rows[0]?.pageKey ?? []).slice(-2);
  if (few !== 'true') return undefined;
  const found = rows.map((row) => ({ ...row, pageKey: row.pageKey.slice(0, -2) }));
  const isRow = ({ pageKey }: Keyed) => pageKey.length > 0;
  return pageOf(list, found.filter(isRow), { total: Number(total), totalIsExact: true }, limit);
}

/** A page of a list that is walked, one part after the other: most pages end in the first. */
async function readWalked<Row extends Keyed>(
  list: SearchedList,
  total: number,
  { cursor, limit }: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  const parts = partsOf(list);
  const begin = positionOf(parts, cursor);
  const rows: Row[] = [];
  for (const [place, part] of parts.entries()) {
    if (place < begin.part) continue;
    const after = place === begin.part ? begin.values : undefined;
    const from = Prisma.sql`(${walkedRows(list, { part, place, after, take: limit + 1 - rows.length })}) AS ${list.as}`;
    rows.push(...(await read({ from, ...inPlace(list) })));
    if (rows.length > limit || rows.some(isBound)) break;
  }
  return pageOf(list, rows, { total, totalIsExact: false }, limit);
}

const inPlace = ({ as }: SearchedList) => ({
  key: Prisma.sql`${as}.page_key AS "pageKey"`,
  order: Prisma.sql`${as}.part, ${as}.place`,
});

/** Rows say behind their keys: in which part they are, whether they are shown, and whether the bound is at them. */
const isBound = ({ pageKey }: Keyed) => pageKey.at(-1) === 'true';
const isShown = ({ pageKey }: Keyed) => pageKey.at(-2) === 'true';
const notBound = <Row extends Keyed>(row: Row): Row => ({ ...row, pageKey: [...row.pageKey.slice(0, -1), 'false'] });

/** @param rows one more than the page has, where there are as many, or up to where the bound is */
function pageOf<Row extends Keyed>(
  list: SearchedList,
  rows: readonly Row[],
  known: Known,
  limit: number,
): FoundPage<Omit<Row, 'pageKey'>> {
  const parts = partsOf(list);
  const after = ({ pageKey }: Keyed) => cursorAfter(parts, Number(pageKey.at(-3)), pageKey.slice(0, -3));
  const shown = rows.filter(isShown);
  const items = shown.slice(0, limit).map(({ pageKey: _pageKey, ...item }) => item);
  const bound = rows.find(isBound);
  if (bound && shown.length <= limit) return { ...known, items, nextCursor: after(bound), partial: true };
  const last = shown.length > limit ? shown[limit - 1] : undefined;
  return { ...known, items, ...(last ? { nextCursor: after(last) } : {}), partial: false };
}

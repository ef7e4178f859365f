import type { Page } from '@/lib/core/pagination';
import { boundedBy, type Counted, foundLimit } from './bounded-count';
import type { Tx } from './client';
import { Prisma } from './generated/client';
import { cursorAfter, type Keyed, type Keyset, positionOf, readPage } from './keyset';
import { wordsOf } from './search';
import {
  type Collected,
  type Expected,
  expectedOf,
  isSmall,
  type Looked,
  type LookedRow,
  lookedOf,
} from './search-expectation';
import {
  collectedRows,
  firstRows,
  foundRows,
  listPart,
  lookedAt,
  lookedAtOnce,
  lookedThrough,
  partsOf,
  type SearchedList,
  walked,
  walkedRows,
} from './searched-list';

export interface FoundPage<Item> extends Page<Item> {
  /**
   * How many match, up to {@link foundLimit} or as many as the page may have. It costs nothing: it is what is known once the page is
   * read. Absent without words.
   */
  total?: number;
  /** False: there may be more than `total`. */
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
 * Of words that are likely to fill the page with the first of all rows, the list is walked. What begins with the words and fills the page is the page, and nothing else is looked at: how many match is said no further than a page has
 * them. Words that few of all rows are likely to have ({@link SearchedList.sample}) are collected by their trigrams, in the whole list. Where
 * many are likely to have them, a page that the walk fills needs no look. Otherwise a search looks at the first rows of the list ({@link SearchedList.most}) to tell how it is answered. If these are all, they are the
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
  const expected = await expectedOf(list, page.limit);
  if (expected.isDense) {
    const dense = await readWalked(list, undefined, page, read);
    // Where what begins with the words is walked, what else is asked for may be what leaves nearly nothing of that.
    if (!dense.partial || !list.beginnings) return dense;
  }
  const mayBegin = mayBeginWith(list, expected, page);
  const begun = mayBegin ? await readFull(list, page, read) : undefined;
  if (begun) return begun;
  const atOnce = expected.rare === undefined ? undefined : await readCollected(list, expected.rare, page, read);
  if (atOnce) return atOnce;
  if (isLookedUp(list) && !list.beginnings && !page.cursor) return searchFirst(list, expected, page, read);
  if (isSmall(list, expected)) return searchSmall(list, expected, page, read);
  const full = expected.isCommon && !mayBegin ? await readFull(list, page, read) : undefined;
  return full ?? searchLooked(list, await lookFor(tx, list, expected), page, read);
}

/** A page by what is known once the first rows have been looked at. */
async function searchLooked<Row extends Keyed>(
  list: SearchedList,
  { total, isAll, rare }: Looked,
  page: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  if (isAll) {
    const from = Prisma.sql`(${firstRows(list)} ${foundRows(list, positionOf(partsOf(list), page.cursor), page.limit + 1)}) AS ${list.as}`;
    return pageOf(list, await read({ from, ...inPlace(list) }), { total, totalIsExact: true }, page.limit);
  }
  const collected = rare === undefined ? undefined : await readCollected(list, rare, page, read);
  return collected ?? readWalked(list, total, page, read);
}

/** What begins with the words may fill the page: the page is not behind that, and so many are likely to have them. */
const mayBeginWith = (list: SearchedList, { likely }: Expected, { cursor, limit }: AskedPage) =>
  positionOf(partsOf(list), cursor).part < (list.beginnings?.length ?? 0) &&
  (likely === undefined || likely.having(...wordsOf(list.q)) > limit);

/** To look at a row of it costs more than to read it: there are others to look at for each, or all that is said of it is searched in. */
const isLookedUp = ({ collect, dictionary }: SearchedList) => Boolean(collect ?? dictionary);

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
  const { total, isAll, rare } = lookedOf(list, knownBehind(rows), expected);
  const walkedOver = withoutLast(rows);
  if (isAll) return pageOf(list, walkedOver.filter(isShown).map(notBound), { total, totalIsExact: true }, page.limit);
  const collected = rare === undefined ? undefined : await readCollected(list, rare, page, read);
  return collected ?? pageOf(list, walkedOver, { total, totalIsExact: false }, page.limit);
}

/** A page of a list that is likely to be looked at as a whole: by one statement, where it is. */
async function searchSmall<Row extends Keyed>(
  list: SearchedList,
  expected: Expected,
  page: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>>> {
  const rows = await read({
    ...inPlace(list),
    key: Prisma.sql`${list.as}.found_key AS "pageKey"`,
    from: Prisma.sql`(${lookedAtOnce(list, positionOf(partsOf(list), page.cursor), page.limit + 1)}) AS ${list.as}`,
  });
  const looked = lookedOf(list, knownBehind(rows), expected);
  if (!looked.isAll) return searchLooked(list, looked, page, read);
  return pageOf(list, withoutLast(rows).filter(isRow), { total: looked.total, totalIsExact: true }, page.limit);
}

/** A page that the first part of the walk fills, or ends within its bound; undefined where it does neither. */
async function readFull<Row extends Keyed>(
  list: SearchedList,
  { cursor, limit }: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>> | undefined> {
  const parts = partsOf(list);
  const { part: place, values: after } = positionOf(parts, cursor);
  const part = parts[place];
  if (!part) return undefined;
  const from = Prisma.sql`(${walkedRows(list, { part, place, after, take: limit + 1 })}) AS ${list.as}`;
  const rows = await read({ from, ...inPlace(list) });
  const total = rows.filter(isShown).length;
  const isOver = total > limit || (place === parts.length - 1 && rows.some(isBound));
  return isOver ? pageOf(list, rows, { total: Math.min(total, limit), totalIsExact: false }, limit) : undefined;
}

async function lookFor(tx: Tx, list: SearchedList, expected: Expected): Promise<Looked> {
  const [row] = await tx.$queryRaw<LookedRow[]>(lookedAt(list));
  return lookedOf(list, row ?? {}, expected);
}

/** A page of what is collected; undefined where that is more than may be collected. */
async function readCollected<Row extends Keyed>(
  list: SearchedList,
  { by }: Collected,
  { cursor, limit }: AskedPage,
  read: Read<Row>,
): Promise<FoundPage<Omit<Row, 'pageKey'>> | undefined> {
  const page = foundRows(list, positionOf(partsOf(list), cursor), limit + 1);
  const rows = await read({
    ...inPlace(list),
    key: Prisma.sql`${list.as}.found_key AS "pageKey"`,
    from: Prisma.sql`(
      ${collectedRows(list, by)} SELECT page.*, coalesce(page.page_key, '{}') || ARRAY[known.total::text, known.few::text] AS found_key
      FROM known LEFT JOIN (${page}) AS page ON true) AS ${list.as}`,
  });
  const [total, few] = (rows[0]?.pageKey ?? []).slice(-2);
  if (few !== 'true') return undefined;
  const found = rows.map((row) => ({ ...row, pageKey: row.pageKey.slice(0, -2) }));
  return pageOf(list, found.filter(isRow), { total: Number(total), totalIsExact: true }, limit);
}

/** A page of a list that is walked, one part after the other: most pages end in the first. @param total of those that were looked at; undefined: nobody has */
async function readWalked<Row extends Keyed>(
  list: SearchedList,
  total: number | undefined,
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
  const known = total ?? Math.min(rows.filter(isShown).length, limit);
  return pageOf(list, rows, { total: known, totalIsExact: false }, limit);
}

/** What is known, which each row has as JSON behind its key. */
const knownBehind = (rows: readonly Keyed[]) => JSON.parse(rows[0]?.pageKey.at(-1) ?? '{}') as Partial<LookedRow>;
const withoutLast = <Row extends Keyed>(rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, pageKey: row.pageKey.slice(0, -1) }));

const inPlace = ({ as }: SearchedList) => ({
  key: Prisma.sql`${as}.page_key AS "pageKey"`,
  order: Prisma.sql`${as}.part, ${as}.place`,
});

/** Rows say behind their keys: in which part they are, whether they are shown, and whether the bound is at them. */
const isBound = ({ pageKey }: Keyed) => pageKey.at(-1) === 'true';
/** Not the one row of nulls that stands for none. */
const isRow = ({ pageKey }: Keyed) => pageKey.length > 0;
const isShown = ({ pageKey }: Keyed) => pageKey.at(-2) === 'true';
const notBound = <Row extends Keyed>(row: Row): Row => ({ ...row, pageKey: [...row.pageKey.slice(0, -1), 'false'] });

/** @param rows one more than the page has, where there are as many, or up to where the bound is */
function pageOf<Row extends Keyed>(
  list: SearchedList,
  rows: readonly Row[],
  found: Counted,
  limit: number,
): FoundPage<Omit<Row, 'pageKey'>> {
  const counted = boundedBy(found.total, Math.max(foundLimit, limit));
  const known = { total: counted.total, totalIsExact: counted.totalIsExact && found.totalIsExact };
  const parts = partsOf(list);
  const after = ({ pageKey }: Keyed) => cursorAfter(parts, Number(pageKey.at(-3)), pageKey.slice(0, -3));
  const shown = rows.filter(isShown);
  const items = shown.slice(0, limit).map(({ pageKey: _pageKey, ...item }) => item);
  const bound = rows.find(isBound);
  if (bound && shown.length <= limit) return { ...known, items, nextCursor: after(bound), partial: true };
  const last = shown.length > limit ? shown[limit - 1] : undefined;
  return { ...known, items, ...(last ? { nextCursor: after(last) } : {}), partial: false };
}

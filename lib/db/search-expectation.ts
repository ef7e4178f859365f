import { type Likely, likelyRows } from './column-sample';
import { wordsOf } from './search';
import { collectedBy, mostCollected, mostOf, rareOf, type SearchedList } from './searched-list';

/** What is known of a search before a page of it is read. */
export interface Looked {
  /** How many match, of those that were looked at. */
  total: number;
  /** All rows were looked at. */
  isAll: boolean;
  /** A word that few have, of those that were looked at. */
  rare?: string | undefined;
}

/** What is known of a search before any row is looked at. */
export interface Expected {
  likely: Likely | undefined;
  /** A word that few of all rows have, which are more than may be collected. */
  rare?: string | undefined;
  /** Far more rows have the words than may be collected, whatever is looked at. */
  isCommon: boolean;
}

/** What follows from the planner's sample. */
export async function expectedOf(list: SearchedList): Promise<Expected> {
  const likely = list.sample && (await likelyRows(list.sample));
  if (!likely || likely.rows <= mostCollected) return { likely, isCommon: false };
  const [rarest] = collectable(list.q, (word) => likely.having(word));
  const together = rarest ? likely.having(...collectedBy(list, rarest.word)) : likely.rows;
  // The index goes through those that have the one word, and reads those that have all of them.
  const isRare = rarest && rarest.rows <= 2 * mostCollected && together <= mostCollected;
  return { likely, rare: isRare ? rarest.word : undefined, isCommon: together > 2 * mostCollected };
}

/** No more rows are likely to be there than are looked at. */
export const isSmall = (list: SearchedList, { likely }: Expected) =>
  !list.collect && likely !== undefined && likely.rows <= mostOf(list);

/** The first rows of a list, counted: all that were looked at, what matches, and what has each of the words. */
export interface LookedRow {
  looked: number;
  total: number;
  hits: number[];
}

/** What follows from the first rows of a list. */
export function lookedOf(list: SearchedList, row: Partial<LookedRow>, { likely, rare }: Expected): Looked {
  const { looked = 0, total = 0, hits = [] } = row;
  if (looked <= mostOf(list)) return { total, isAll: true };
  const [rarest] = collectable(list.q, (_, index) => hits[index] ?? 0);
  const isRare =
    rarest &&
    rarest.rows <= rareOf(list) &&
    // That was tried.
    rarest.word !== rare &&
    (likely?.having(...collectedBy(list, rarest.word)) ?? 0) <= 2 * mostCollected;
  return { total, isAll: false, rare: isRare ? rarest.word : undefined };
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

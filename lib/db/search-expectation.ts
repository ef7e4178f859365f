import { type Likely, likelyRows } from './column-sample';
import { wordsOf } from './search';
import { collectedAtMost, mostCollected, mostOf, rareOf, type SearchedList } from './searched-list';

/** What is known of a search before a page of it is read. */
export interface Looked {
  /** How many match, of those that were looked at. */
  total: number;
  /** All rows were looked at. */
  isAll: boolean;
  /** A word that few have, of those that were looked at. */
  rare?: Collected | undefined;
}

/** A word that few have, and by what of the search rows with it are collected. */
export interface Collected {
  word: string;
  by: string[];
}

/** What is known of a search before any row is looked at. */
export interface Expected {
  likely: Likely | undefined;
  /** A word that few of all rows have, which are more than may be collected. */
  rare?: Collected | undefined;
  /** Far more rows have the words than may be collected, whatever is looked at. */
  isCommon: boolean;
  /** So many of all rows have them that a page is filled by the first that are looked at, twice over. */
  isDense: boolean;
}

/** What follows from the planner's sample. @param limit rows of a page */
export async function expectedOf(list: SearchedList, limit: number): Promise<Expected> {
  const likely = list.sample && (await likelyRows(list.sample));
  if (!likely || likely.rows <= mostCollected) return { likely, isCommon: false, isDense: false };
  const words = collectable(list.q, (word) => likely.having(word));
  const [rarest] = words;
  const isDense = likely.having(...wordsOf(list.q)) * mostOf(list) > 2 * limit * likely.rows;
  if (!rarest) return { likely, isCommon: likely.rows > 2 * mostCollected, isDense };
  const by = collectedBy(list, words, likely);
  const collected = likely.having(...by);
  const isRare = rarest.rows <= 4 * mostCollected && collected <= collectedAtMost(list);
  return {
    likely,
    rare: isRare ? { word: rarest.word, by } : undefined,
    isCommon: collected > 2 * mostCollected,
    isDense,
  };
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
  const words = collectable(list.q, (_, index) => hits[index] ?? 0);
  const [rarest] = words;
  // What was expected to be rare was tried.
  if (!rarest || rarest.rows > rareOf(list) || rarest.word === rare?.word) return { total, isAll: false };
  const by = collectedBy(list, words, likely);
  const collected = likely?.having(...by) ?? (rarest.rows / looked) * (list.dictionary?.total ?? 0);
  const isRare = collected <= 2 * mostCollected;
  return { total, isAll: false, rare: isRare ? { word: rarest.word, by } : undefined };
}

/** Rows with a word are few enough to be read, whatever else is asked of them. */
const fewRows = mostCollected / 2;

/**
 * By what of a search an index of trigrams is asked for rows. It goes through all rows that have any of them, so what most rows have
 * (the domain of an address) costs more than it leaves out: of a word with dots and the like, the part that the fewest have, and of further
 * words a trigram, where these are not few. Where nothing is known of them, all words that trigrams tell.
 * @param words that which the fewest have first
 */
function collectedBy(
  { dictionary }: Pick<SearchedList, 'dictionary'>,
  words: readonly { word: string }[],
  likely: Likely | undefined,
): string[] {
  const [first, ...others] = words.map(({ word }) => word);
  if (first === undefined) return [];
  if (dictionary) return [first];
  const further = others.filter(hasTrigrams);
  if (!likely) return [first, ...further];
  const by = [rarestPart(first, likely)];
  for (const word of further) {
    if (likely.having(...by) <= fewRows) break;
    by.push(rarestTrigram(rarestPart(word, likely), likely));
  }
  return by;
}

/** The part of a word that the fewest rows have; all of it, where its parts are in too many. */
function rarestPart(word: string, likely: Likely): string {
  const [rarest] = word
    .split(/[^\p{L}\p{N}]+/u)
    .filter(hasTrigrams)
    .map((part) => ({ part, rows: likely.having(part) }))
    .toSorted((one, other) => one.rows - other.rows || other.part.length - one.part.length);
  return rarest && rarest.rows <= mostCollected ? rarest.part : word;
}

/** One of the trigrams of a further word tells nearly as much as all of them, and the index goes through the rows that have it alone. */
function rarestTrigram(word: string, likely: Likely): string {
  const letters = Array.from(word);
  const [rarest] = letters
    .slice(0, -2)
    .map((_, from) => letters.slice(from, from + 3).join(''))
    .map((part) => ({ part, rows: likely.having(part) }))
    .toSorted((one, other) => one.rows - other.rows);
  return rarest?.part ?? word;
}

/** So long is what trigrams tell wherever it stands. */
const hasTrigrams = (word: string) => Array.from(word).length >= 3;

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

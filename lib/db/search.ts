import { Prisma } from '@/lib/db/generated/client';

/** More would make a query slow, and a search no better. */
const mostWords = 8;
/** Fewer characters than a trigram has: such a word is found where a word begins, and nowhere else. */
const shortWord = 2;

/** The words of a search, the first 8. */
export function wordsOf(q: string | undefined): string[] {
  return q?.split(/\s+/).filter(Boolean).slice(0, mostWords) ?? [];
}

/** Text that LIKE takes literally; `contains` of Prisma is a LIKE, and escapes nothing by itself. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (char) => `\\${char}`);
}

/** The pattern by which LIKE finds a text anywhere in a value that is in lower case. */
export function likePattern(text: string): string {
  return `%${escapeLike(text.toLowerCase())}%`;
}

/**
 * SQL: every word of a search is found in an expression, which is in lower case. A condition for each of the words. An index
 * of trigrams over the expression answers all of them; words of one or two characters are found at the beginning of the
 * expression or behind a space. @param asSql how a pattern is written; absent: as a parameter, which is planned for
 */
export function containing(expression: Prisma.Sql, q: string | undefined, asSql = asPlanned): Prisma.Sql[] {
  return wordsOf(q).map((word) => {
    const [first = '', ...others] = patternsOf(word).map((pattern) => Prisma.sql`${expression} LIKE ${asSql(pattern)}`);
    return others.length > 0 ? Prisma.sql`(${Prisma.join([first, ...others], ' OR ')})` : Prisma.sql`${first}`;
  });
}

const asPlanned = (pattern: string) => Prisma.sql`${pattern}`;

/**
 * SQL: a pattern that is not planned for. The planner compares a pattern with each of the thousand values that it knows of a column of
 * words, which takes it longer than the statement does; where it has no choice to make, that is in vain.
 */
export const unplanned = (pattern: string): Prisma.Sql => Prisma.sql`(SELECT ${pattern}::text)`;

/** The patterns by one of which LIKE finds a word as a search does. */
function patternsOf(word: string): string[] {
  if (!isShort(word)) return [likePattern(word)];
  const beginning = `${escapeLike(word.toLowerCase())}%`;
  return [beginning, `% ${beginning}`];
}

const isShort = (word: string) => Array.from(word).length <= shortWord;

/** Whether a value, which is in lower case, has a word as {@link containing} finds it. */
export function likeAny(word: string): (value: string) => boolean {
  const folded = word.toLowerCase();
  if (!isShort(word)) return (value) => value.includes(folded);
  return (value) => value.startsWith(folded) || value.includes(` ${folded}`);
}

/** SQL: an expression that is in lower case begins with the whole of a search. In COLLATE "C", its index answers that. */
export function startingWith(expression: Prisma.Sql, q: string): Prisma.Sql {
  return Prisma.sql`${expression} LIKE ${`${escapeLike(wordsOf(q).join(' ').toLowerCase())}%`}`;
}

import { searchedRows } from '@/lib/core/pagination';
import type { Sampled } from './column-sample';
import { Prisma } from './generated/client';
import { type KeyColumn, type Keyset, keyAsText, keysetOf, type Part } from './keyset';
import { containing, unplanned, wordsOf } from './search';

/** A word that a larger share of those rows has is one of which too many rows would be collected. */
const rareShare = 1 / 100;
/** As many rows with the words of a search are collected by their trigrams where so many are expected. */
export const mostCollected = 500;

/** As many are collected at most; as many answers are complete, wherever in the list they stand. Twice as many where no row is looked up elsewhere. */
export const collectedAtMost = ({ collect, dictionary }: SearchedList) =>
  (collect || dictionary ? 1 : 2) * mostCollected;

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
  /**
   * What begins with the search and so comes first, best first, each in an order of its own, in the direction of the list. The list
   * itself is then ordered by one text before its last column.
   */
  beginnings?: readonly { where: Prisma.Sql; key: KeyColumn }[];
  /** What the indexes of the beginnings have of `where`; absent: all of it. */
  within?: Prisma.Sql;
  /** Rows that are looked at for a page; absent: {@link searchedRows}. */
  most?: number;
  /**
   * Where a list is put together from several indexes: its rows that `after` leaves, in order, as many as are taken, with the columns of
   * `select`, in their order; absent: of `select`.
   */
  walk?: (keyset: Omit<Keyset, 'key'>) => Prisma.Sql;
  /** The column that indexes of trigrams have: how many of all rows are likely to have a word is known before any is looked at. */
  sample?: Sampled;
  /** Where no index has `words`. Each row that is looked at is looked up then, so the first page is taken from these. */
  collect?: {
    /** A query of an id of everything in which other indexes find a word. */
    ids: (has: (words: Prisma.Sql) => Prisma.Sql) => Prisma.Sql;
    /** SQL: which rows have one of these ids, an array; absent: it is the last column of theirs. */
    rows?: (ids: Prisma.Sql) => Prisma.Sql;
  };
  /** Where the index of trigrams has each word once, however many rows have it. */
  dictionary?: {
    /** How many rows the table is likely to have. */
    total: number | undefined;
    /** A query of an id of every word in which that index finds a part. */
    ids: (has: (words: Prisma.Sql) => Prisma.Sql) => Prisma.Sql;
    /** SQL: which rows have the word with this id, by another index. */
    rows: (id: Prisma.Sql) => Prisma.Sql;
  };
}

/** A part of the list, with what tells whether a row that was walked over is shown. */
export interface SearchedPart extends Part {
  shown: Prisma.Sql;
}

export function partsOf(list: SearchedList): SearchedPart[] {
  const { beginnings = [], filter = Prisma.sql`true` } = list;
  const id = idOf(list);
  const first = beginnings.map(({ where, key }, index) => ({
    where: Prisma.sql`${list.within ?? list.where} AND ${where}`,
    columns: [key, id],
    descending: list.descending === true,
    shown: Prisma.join([list.where, filter, where, ...notBeginning(list, index)], ' AND '),
  }));
  const shown = Prisma.join([...containing(list.words, list.q, unplanned), filter, ...notBeginning(list)], ' AND ');
  return [...first, { ...listPart(list), shown }];
}

/** SQL over the first rows of a list with {@link hasWords}: how many they are, how many match, and how many have each of the words. */
function knownOf(list: SearchedList): Prisma.Sql {
  const names = wordsOf(list.q).map((_, index) => nameOf(index));
  const hits = names.map((name) => Prisma.sql`count(*) FILTER (WHERE ${name})`);
  return Prisma.sql`count(*)::int AS looked, count(*) FILTER (WHERE ${Prisma.join(names, ' AND ')} AND besides)::int AS total, ARRAY[${Prisma.join(hits)}]::int[] AS hits`;
}

/** SQL: columns that say of a row which of the words it has, and what is asked besides. */
function hasWords({ words, q, filter }: SearchedList): Prisma.Sql {
  const named = containing(words, q, unplanned).map((has, index) => Prisma.sql`${has} AS ${nameOf(index)}`);
  return Prisma.sql`${Prisma.join(named)}, ${filter ?? Prisma.sql`true`} AS besides`;
}

/** SQL: a row with {@link hasWords} is shown. */
function hasAll({ q }: SearchedList): Prisma.Sql {
  const names = wordsOf(q).map((_, index) => nameOf(index));
  return Prisma.sql`(${Prisma.join(names, ' AND ')} AND besides)`;
}

/** SQL: the first rows of a list, and one more than are looked at. */
const firstOf = (list: SearchedList) => walked(list, keysetOf(listPart(list), undefined, mostOf(list) + 1));

/** SQL: what is known of the first rows of a list ({@link knownOf}). */
export function lookedAt(list: SearchedList): Prisma.Sql {
  return Prisma.sql`
    SELECT ${knownOf(list)} FROM (SELECT ${hasWords(list)} FROM (${firstOf(list)}) AS ${list.as}) AS looked`;
}

/**
 * SQL: the same, and the first page of a list without beginnings, which is taken from them: rows as {@link walkedRows} has them, with what
 * is known as JSON behind their keys, or one row of nulls with that alone.
 */
export function lookedThrough(list: SearchedList, take: number): Prisma.Sql {
  const { as } = list;
  const shown = hasAll(list);
  const isBound = Prisma.sql`${as}.place = ${mostOf(list)}`;
  return Prisma.sql`
    WITH looked AS MATERIALIZED (
      SELECT *, ${hasWords(list)}, 0 AS part, row_number() OVER () AS place FROM (${firstOf(list)}) AS ${as}),
    known AS MATERIALIZED (SELECT ${knownOf(list)} FROM looked)
    SELECT page.*, coalesce(page.page_key, '{}') || to_json(known)::text AS found_key FROM known LEFT JOIN (
      SELECT *, ${keyAsText(list.columns)} || ARRAY['0', ${shown}::text, (${isBound})::text] AS page_key
      FROM looked AS ${as} WHERE ${as}.place <= ${mostOf(list)} AND (${shown} OR ${isBound}) ORDER BY ${as}.place LIMIT ${take}) AS page ON true`;
}

/**
 * SQL: the same, and a page of what matches, where the first rows are all: rows as {@link foundRows} has them, with what is known as JSON
 * behind their keys, or one row of nulls with that alone.
 */
export function lookedAtOnce(list: SearchedList, begin: { part: number; values?: string[] }, take: number): Prisma.Sql {
  const { as } = list;
  return Prisma.sql`
    WITH looked AS MATERIALIZED (SELECT *, ${hasWords(list)} FROM (${firstOf(list)}) AS ${as}),
    known AS MATERIALIZED (SELECT ${knownOf(list)} FROM looked),
    found AS MATERIALIZED (SELECT * FROM looked AS ${as} WHERE ${hasAll(list)})
    SELECT page.*, coalesce(page.page_key, '{}') || to_json(known)::text AS found_key
    FROM known LEFT JOIN (${foundRows(list, begin, take)}) AS page ON known.looked <= ${mostOf(list)}`;
}

/** SQL before a statement: `found`, of a list of which the first rows are all, those that match. */
export function firstRows(list: SearchedList): Prisma.Sql {
  // LIMIT keeps the words apart from what else has to hold: by their trigrams, they would be collected in the whole table.
  return Prisma.sql`WITH found AS MATERIALIZED (
    SELECT * FROM (${walked(list, keysetOf(listPart(list), undefined, mostOf(list)))}) AS ${list.as} WHERE ${matching(list)})`;
}

/**
 * SQL before a statement: `found`, the rows that match, collected in the whole list by what of the search few have; none where
 * more are collected than may be. `known` says in one row which of these it is, and `total`.
 */
export function collectedRows(list: SearchedList, parts: readonly string[]): Prisma.Sql {
  const { select, as, where, words, collect, dictionary } = list;
  const has = (expression: Prisma.Sql) => Prisma.join(containing(expression, parts.join(' '), unplanned), ' AND ');
  const [most, id] = [collectedAtMost(list) + 1, idOf(list).sql];
  // Planned as if all were wanted, which keeps it with the trigrams; LIMIT ends it all the same.
  const first = (name: string, all: Prisma.Sql) =>
    Prisma.sql`all_${Prisma.raw(name)} AS MATERIALIZED (${all}), ${Prisma.raw(name)} AS MATERIALIZED (SELECT * FROM all_${Prisma.raw(name)} LIMIT ${most})`;
  const isFew = (name: string) => Prisma.sql`(SELECT count(*) FROM ${Prisma.raw(name)}) < ${most}`;
  const ids = dictionary?.ids(has) ?? collect?.ids(has);
  if (!ids) {
    return Prisma.sql`
      WITH ${first('rows', Prisma.sql`${select} WHERE ${where} AND ${has(words)}`)},
      ${foundOf(list, Prisma.sql`SELECT * FROM rows WHERE ${isFew('rows')}`)}, ${knownIf(isFew('rows'))}`;
  }
  if (dictionary) {
    // Word by word, so that it ends where they are too many. Who has several of them comes several times.
    const all = Prisma.sql`
      SELECT ${as}.* FROM (SELECT DISTINCT id FROM ids AS word(id) WHERE ${isFew('ids')}) AS word
      CROSS JOIN LATERAL (${select} WHERE ${where} AND ${dictionary.rows(Prisma.sql`word.id`)} OFFSET 0) AS ${as}`;
    return Prisma.sql`
      WITH ${first('ids', ids)}, ${first('rows', all)},
      ${foundOf(list, Prisma.sql`SELECT DISTINCT ON (${id}) ${as}.* FROM rows AS ${as} WHERE ${isFew('rows')}`)}, ${knownIf(Prisma.sql`${isFew('ids')} AND ${isFew('rows')}`)}`;
  }
  const isOfThese = collect?.rows ?? ((these: Prisma.Sql) => Prisma.sql`${id} = ANY (${these})`);
  return Prisma.sql`
    WITH ${first('ids', ids)},
    ${foundOf(list, Prisma.sql`${select} WHERE ${isFew('ids')} AND ${where} AND ${isOfThese(Prisma.sql`ARRAY(SELECT * FROM ids)`)}`)}, ${knownIf(isFew('ids'))}`;
}

const foundOf = (list: SearchedList, rows: Prisma.Sql) =>
  Prisma.sql`found AS MATERIALIZED (SELECT * FROM (${rows}) AS ${list.as} WHERE ${matching(list)})`;

const knownIf = (few: Prisma.Sql) =>
  Prisma.sql`known AS MATERIALIZED (SELECT (SELECT count(*) FROM found)::int AS total, ${few} AS few)`;

/** SQL: the rows of a page, of `found`, with their key. */
export function foundRows(list: SearchedList, begin: { part: number; values?: string[] }, take: number): Prisma.Sql {
  const { as, beginnings = [] } = list;
  const whole = listPart(list);
  const isBefore = beginnings.map(({ where }, place) => Prisma.sql`WHEN ${where} THEN ${place}::int`);
  const last = Prisma.sql`${beginnings.length}::int`;
  const part = isBefore.length > 0 ? Prisma.sql`CASE ${Prisma.join(isBefore, ' ')} ELSE ${last} END` : last;
  const columns = beginnings.length > 0 ? [oneKey(list), idOf(list)] : whole.columns;
  const { after, order } = keysetOf(
    { ...whole, where: Prisma.sql`${as}.part = ${begin.part}::int`, columns },
    begin.values,
    take,
  );
  return Prisma.sql`
    SELECT *, ${keyAsText(columns)} || ARRAY[${as}.part::text, 'true', 'false'] AS page_key, row_number() OVER (ORDER BY ${as}.part, ${order}) AS place
    FROM (SELECT *, ${part} AS part FROM found AS ${as}) AS ${as}
    WHERE ${as}.part > ${begin.part}::int OR (${after}) ORDER BY place LIMIT ${take}`;
}

/** SQL: the rows of a part of a list that is walked, each with its key, whether it is shown, and whether the bound is at it. */
export function walkedRows(
  list: SearchedList,
  {
    part,
    place,
    after,
    take,
  }: { part: SearchedPart; place: number; after: readonly string[] | undefined; take: number },
): Prisma.Sql {
  const { as } = list;
  const isBound = Prisma.sql`${as}.place = ${mostOf(list)}`;
  return Prisma.sql`
    SELECT *, ${keyAsText(part.columns)} || ARRAY[${String(place)}, (${part.shown})::text, (${isBound})::text] AS page_key
    FROM (SELECT *, ${place}::int AS part, row_number() OVER () AS place
      FROM (${walked(list, keysetOf(part, after, mostOf(list)))}) AS ${as}) AS ${as} WHERE ${part.shown} OR ${isBound} LIMIT ${take}`;
}

/** SQL: what the parts of a list are ordered by, as one column. */
function oneKey({ as, beginnings = [], columns }: SearchedList): KeyColumn {
  const keys = beginnings.map(({ key }, place) => Prisma.sql`WHEN ${place}::int THEN ${key.sql}`);
  const [first, ...others] = columns;
  if (!first || others.length !== 1)
    throw new Error('A list with beginnings is ordered by one text and its last column.');
  return {
    sql: Prisma.sql`(CASE ${as}.part ${Prisma.join(keys, ' ')} ELSE ${first.sql} END COLLATE "C")`,
    type: 'text',
  };
}

export const mostOf = ({ most = searchedRows }: SearchedList) => most;

/** As many of the first rows have a word that few have. */
export const rareOf = (list: SearchedList) => mostOf(list) * rareShare;

/** SQL: rows of a list in its order. */
export const walked = ({ select, walk }: SearchedList, { after, order, take }: Omit<Keyset, 'key'>) =>
  walk ? walk({ after, order, take }) : Prisma.sql`${select} WHERE ${after} ORDER BY ${order} LIMIT ${take}`;

const nameOf = (index: number) => Prisma.raw(`has_${index}`);

const matching = ({ words, q, filter }: SearchedList) =>
  Prisma.join([...containing(words, q, unplanned), ...(filter ? [filter] : [])], ' AND ');

const notBeginning = ({ beginnings = [] }: SearchedList, before = beginnings.length) =>
  beginnings.slice(0, before).map(({ where }) => Prisma.sql`NOT ${where}`);

export const listPart = ({ where, columns, descending }: SearchedList): Part => ({
  where,
  columns,
  descending: descending === true,
});

function idOf({ columns }: SearchedList): KeyColumn {
  const id = columns.at(-1);
  if (!id) throw new Error('A list has an order.');
  return id;
}

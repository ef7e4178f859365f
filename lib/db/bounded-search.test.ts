import { beforeAll, expect, test, vi } from 'vitest';

// One connection, so that what it has read is counted before anybody asks.
vi.hoisted(() => {
  process.env.DATABASE_POOL_SIZE = '1';
});

import { searchedRows } from '@/lib/core/pagination';
import { foundLimit } from './bounded-count';
import { search } from './bounded-search';
import { db } from './client';
import { Prisma } from './generated/client';
import type { Keyed } from './keyset';
import { startingWith } from './search';
import { expectedOf } from './search-expectation';
import type { SearchedList } from './searched-list';
import { countStatements } from './testing/count-statements';

const rows = 8 * searchedRows;

/** `common` is everywhere, `odd` in every second, `middling` in one of 60, `rare` in three, which stand at the end. */
beforeAll(async () => {
  await db.$executeRaw`CREATE EXTENSION IF NOT EXISTS pg_trgm`;
  await db.$executeRaw`CREATE TABLE found (id int PRIMARY KEY, name text COLLATE "C" NOT NULL, kind int NOT NULL, words text NOT NULL)`;
  await db.$executeRaw`
    INSERT INTO found SELECT n, lpad(n::text, 6, '0'), n % 2, 'common ' || CASE WHEN n % 2 = 1 THEN 'odd ' ELSE 'even ' END
      || CASE WHEN n % 60 = 0 THEN 'middling ' ELSE '' END || CASE WHEN n > ${rows / 2}::int THEN 'late ' ELSE '' END || CASE WHEN n > ${rows - 3} THEN 'rare ' ELSE '' END
      || CASE WHEN n % 11 = 0 THEN 'jubilee ' ELSE '' END || CASE WHEN n > ${rows - 700} THEN 'end ' ELSE '' END
      -- As in an address: it begins a part, not a word.
      || 'mail.quick'
    FROM generate_series(1, ${rows}::int) AS n`;
  // What begins with "z" stands last by name.
  await db.$executeRaw`UPDATE found SET name = 'zed ' || name, words = words || ' zed' WHERE id % 3 = 0`;
  await db.$executeRaw`UPDATE found SET words = words || ' zed' WHERE id % 7 = 0 AND id % 3 > 0`;
  await db.$executeRaw`CREATE INDEX ON found (name, id)`;
  await db.$executeRaw`CREATE INDEX ON found USING gin (words gin_trgm_ops)`;
  await db.$executeRaw`VACUUM ANALYZE found`;
});

const name = { sql: Prisma.sql`f.name`, type: 'text' } as const;

function listOf(q: string, more: Partial<SearchedList> = {}): SearchedList {
  return {
    q,
    select: Prisma.sql`SELECT f.* FROM found f`,
    as: Prisma.sql`f`,
    where: Prisma.sql`true`,
    words: Prisma.sql`f.words`,
    columns: [name, { sql: Prisma.sql`f.id`, type: 'int' }],
    ...more,
  };
}

const find = (list: SearchedList, cursor?: string, limit = 50) =>
  search(
    db,
    list,
    { cursor, limit },
    ({ key, from, order }) =>
      db.$queryRaw<(Keyed & { id: number })[]>`SELECT f.id, ${key} FROM ${from} ORDER BY ${order}`,
  );

async function everything(list: SearchedList) {
  const ids: number[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await find(list, cursor);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor && pages < 1_000);
  return { ids, pages };
}

async function expected(where: Prisma.Sql) {
  const found = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM found f WHERE ${where} ORDER BY name LIKE 'zed%' AND ${where.sql.includes('zed')} DESC, name, id`;
  return found.map(({ id }) => id);
}

/** Rows and entries of indexes that a read looks at. */
async function readBy(work: () => Promise<unknown>): Promise<number> {
  const so = async () => {
    await db.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
    const [row] = await db.$queryRaw<{ read: number }[]>`
      SELECT (idx_tup_fetch + seq_tup_read)::int AS read FROM pg_stat_user_tables WHERE relname = 'found'`;
    return row?.read ?? 0;
  };
  const before = await so();
  await work();
  return (await so()) - before;
}

const sample = { table: 'found', column: 'words' };
/** As where other rows have the words. */
const collect = {
  ids: (has: (words: Prisma.Sql) => Prisma.Sql) =>
    Prisma.sql`SELECT f.id FROM found f WHERE ${has(Prisma.sql`f.words`)}`,
};

const beginning = (q: string) => ({ beginnings: [{ where: startingWith(name.sql, q), key: name }] });

test.each(['common', 'odd', 'middling', 'rare', 'odd even', 'common rare', 'zzyzx', 'o mid', 'zed', 'q', 'common q'])(
  'a page of "%s" looks at a fixed number of rows, whatever the size',
  async (q) => {
    for (const list of [listOf(q), listOf(q, beginning(q)), listOf(q, { descending: true })]) {
      await find(list);
      expect(await readBy(() => find(list))).toBeLessThan(3.5 * searchedRows);
    }
  },
);

test.each([
  ['common', Prisma.sql`true`],
  ['odd', Prisma.sql`kind = 1`],
  ['middling', Prisma.sql`id % 60 = 0`],
  ['rare', Prisma.sql`id > ${rows - 3}`],
  ['late', Prisma.sql`id > ${rows / 2}`],
  ['odd even', Prisma.sql`false`],
])('the pages of "%s", whichever of them the bound ends, are everything once, in order', async (q, where) => {
  for (const more of [{}, { sample, collect }]) {
    expect((await everything(listOf(q, more))).ids).toEqual(await expected(where));
  }
});

test('a word that none of the first rows have is not collected where many of all have it', async () => {
  const late = listOf('late', { sample });
  expect(await find(late)).toMatchObject({ items: [], partial: true });
  // Looked at, and walked.
  expect(await readBy(() => find(late))).toBeLessThan(2 * searchedRows + 20);
  expect(await find(listOf('rare', { sample }))).toMatchObject({ total: 3, totalIsExact: true, partial: false });
});

test('what few of all rows are likely to have is collected at once: one statement, planned without its words, reads those rows alone', async () => {
  for (const more of [{ sample }, { sample, collect }, { sample, ...beginning('rare') }]) {
    const list = listOf('common rare', more);
    expect(await find(list)).toMatchObject({ items: { length: 3 }, total: 3, totalIsExact: true, partial: false });
    expect(await countStatements(() => find(list))).toBe(1);
    expect(await countStatements(() => find(list), isPlannedWithWords)).toBe(0);
    expect(await readBy(() => find(list))).toBeLessThan(20);
  }
});

test('words that few have together are collected by all of them, though more have each than may be collected', async () => {
  const both = await expected(Prisma.sql`id % 11 = 0 AND id > ${rows / 2}`);
  for (const more of [{ sample }, { sample, collect }]) {
    const list = listOf('jubilee late', more);
    expect(await find(list)).toMatchObject({ items: { length: 50 }, partial: false });
    expect(await countStatements(() => find(list))).toBe(1);
    expect(await readBy(() => find(list))).toBeLessThan(both.length * (more.collect ? 2 : 1) + 20);
    expect((await everything(list)).ids).toEqual(both);
  }
});

test('of a search, the index is asked for what few have alone: the part of an address that is not everybody’s, and no common word beside it', async () => {
  for (const [q, by] of [
    ['rare.common@mail.quick', ['rare']],
    ['common rare mail.quick', ['rare']],
    ['rare', ['rare']],
  ] as const) {
    expect((await expectedOf(listOf(q, { sample }), 50)).rare?.by).toEqual(by);
  }
  // As a whole it is in nobody's words, whatever the index has found.
  expect(await find(listOf('rare.common@mail.quick', { sample }))).toMatchObject({ items: [], totalIsExact: true });
});

test('up to 1,000 rows are collected where none of them is looked up elsewhere', async () => {
  expect(await find(listOf('end', { sample }))).toMatchObject({ items: { length: 50 }, partial: false });
  expect((await everything(listOf('end', { sample }))).ids).toEqual(await expected(Prisma.sql`id > ${rows - 700}`));
});

test.each([
  ['common', {}],
  ['odd', {}],
  ['zed', beginning('zed')],
])('a page of "%s", which many have, is walked without a look before it, and reads what it shows', async (q, more) => {
  const list = listOf(q, { sample, ...more });
  expect(await countStatements(() => find(list))).toBe(1);
  expect(await readBy(() => find(list))).toBeLessThan(2 * 50 + 20);
  const { items, nextCursor, ...known } = await find(list);
  expect(known).toEqual({ total: 50, totalIsExact: false, partial: false });
  const looked = await find(listOf(q, more));
  expect({ items, nextCursor }).toEqual({ items: looked.items, nextCursor: looked.nextCursor });
  expect((await everything(list)).ids).toEqual((await everything(listOf(q, more))).ids);
});

test('a list that is likely to be looked at as a whole is, by one statement; where it has grown meanwhile, it is searched as a longer one', async () => {
  await db.$executeRaw`CREATE TABLE short AS SELECT * FROM found WHERE id <= ${searchedRows}`;
  await db.$executeRaw`ANALYZE short`;
  const short = (q: string) =>
    listOf(q, { sample: { table: 'short', column: 'words' }, select: Prisma.sql`SELECT f.* FROM short f` });
  const odd = () => find(short('odd'));
  expect(await odd()).toMatchObject({ items: { length: 50 }, partial: false });
  expect(await countStatements(odd)).toBe(1);
  expect((await everything(short('odd'))).ids).toEqual(await expected(Prisma.sql`kind = 1 AND id <= ${searchedRows}`));
  expect(await find(short('odd even'))).toEqual({ items: [], total: 0, totalIsExact: true, partial: false });
  await db.$executeRaw`INSERT INTO short SELECT * FROM found WHERE id > ${searchedRows}`;
  expect((await everything(short('odd'))).ids).toEqual(await expected(Prisma.sql`kind = 1`));
});

const isPlannedWithWords = (text: string) => /words LIKE \$/.test(text);

test.each(['common', 'odd', 'odd even', 'late', 'q'])(
  'where each row is looked up, the first page of "%s" is taken from those that were looked at, by one statement',
  async (q) => {
    const list = listOf(q, { sample, collect });
    expect(await countStatements(() => find(list))).toBe(1);
    expect(await readBy(() => find(list))).toBeLessThan(searchedRows + 20);
    // As where they are looked at first, and read after that.
    const { items, nextCursor, partial } = await find(listOf(q));
    expect(await find(list)).toMatchObject({ items, partial, ...(nextCursor ? { nextCursor } : {}) });
  },
);

test('where each row is looked up and no more are there than are looked at, every answer is complete', async () => {
  const list = listOf('odd', { sample, collect, where: Prisma.sql`f.id <= ${searchedRows}` });
  expect(await find(list, undefined, searchedRows)).toMatchObject({
    total: searchedRows / 2,
    totalIsExact: true,
    partial: false,
  });
  const last = listOf('even', { sample, collect, where: Prisma.sql`f.id <= ${searchedRows}`, most: searchedRows });
  expect((await everything(last)).ids).toHaveLength(searchedRows / 2);
  const nobody = listOf('odd even', { sample, collect, where: Prisma.sql`f.id <= ${searchedRows}` });
  expect(await find(nobody)).toEqual({ items: [], total: 0, totalIsExact: true, partial: false });
});

test('what begins with the search comes first, through all pages', async () => {
  const list = listOf('zed', beginning('zed'));
  expect((await find(list)).items[0]).toEqual({ id: 3 });
  expect((await everything(list)).ids).toEqual(await expected(Prisma.sql`f.words LIKE '%zed%'`));
});

test('what few have is found wherever it stands, counted, and complete', async () => {
  expect(await find(listOf('common rare'))).toMatchObject({ total: 3, totalIsExact: true, partial: false });
});

test('a page that the bound ends says so, and goes on from there', async () => {
  const page = await find(listOf('odd even'));
  expect(page).toMatchObject({ items: [], partial: true, total: 0, totalIsExact: false });
  expect(page.nextCursor).toBeDefined();
  expect((await everything(listOf('odd even'))).pages).toBe(Math.ceil(rows / searchedRows) + 1);
});

test('a page that is full is not partial', async () => {
  expect(await find(listOf('odd'))).toMatchObject({ partial: false, totalIsExact: false });
});

test('where no more rows are than a search looks at, every answer is complete', async () => {
  const list = (q: string) => listOf(q, { where: Prisma.sql`f.id <= ${searchedRows}`, ...beginning(q) });
  expect(await find(list('odd even'))).toEqual({ items: [], total: 0, totalIsExact: true, partial: false });
  expect(await find(list('odd'), undefined, searchedRows)).toMatchObject({
    total: searchedRows / 2,
    totalIsExact: true,
    partial: false,
  });
  expect((await everything(list('middling'))).ids).toEqual(
    await expected(Prisma.sql`id <= ${searchedRows} AND id % 60 = 0`),
  );
});

test('what is asked besides is asked of the rows that were looked at', async () => {
  const list = listOf('common', { filter: Prisma.sql`f.kind = 0` });
  expect((await everything(list)).ids).toEqual(await expected(Prisma.sql`kind = 0`));
  expect((await everything(listOf('rare', { filter: Prisma.sql`f.kind = 0` }))).ids).toHaveLength(rows % 2 ? 1 : 2);
});

test('a cursor of another list is the beginning', async () => {
  const first = await find(listOf('odd'));
  expect(await find(listOf('odd', beginning('odd')), first.nextCursor)).toMatchObject({ items: { length: 50 } });
});

test('what begins with the words is all that is looked at if it fills the page; a page behind it goes on with the rest', async () => {
  const list = listOf('zed', { sample, ...beginning('zed') });
  for (const cursor of [undefined, (await find(list)).nextCursor]) {
    expect(await countStatements(() => find(list, cursor))).toBe(1);
    expect(await readBy(() => find(list, cursor))).toBeLessThan(2 * 50 + 20);
  }
  expect(await find(listOf('rare', beginning('rare')))).toMatchObject({ items: { length: 3 }, total: 3 });
});

test('how many match is said up to 100, or as many as the page may have, however it is known', async () => {
  for (const more of [{}, { sample }, { sample, collect }]) {
    const list = (q: string) => listOf(q, { ...more, where: Prisma.sql`f.id > ${rows - 700}` });
    for (const q of ['end', 'odd']) expect(await find(list(q))).toMatchObject({ totalIsExact: false });
    expect((await find(list('end'))).total).toBeLessThanOrEqual(foundLimit);
    expect(await find(list('rare'))).toMatchObject({ total: 3, totalIsExact: true });
  }
  const all = listOf('end', { sample });
  expect(await find(all)).toMatchObject({ total: foundLimit, totalIsExact: false });
  expect(await find(all, undefined, 699)).toMatchObject({ total: 699, totalIsExact: false });
  expect(await find(all, undefined, 700)).toMatchObject({ total: 700, totalIsExact: true });
});

import { expect, test } from 'vitest';
import { encodeCursor } from '@/lib/core/pagination';
import { db } from './client';
import { Prisma } from './generated/client';
import { type KeyColumn, type Keyed, type Part, readPage } from './keyset';

/** Everything a key may be: ties, other scripts, the ends of each type. */
const rows = Prisma.sql`(
  SELECT n, CASE n % 4 WHEN 0 THEN 'Ärzte "(1,2)"' WHEN 1 THEN 'ana' WHEN 2 THEN 'Ωmega\\' ELSE '' END AS words,
    (n % 3) - 1 AS small, 9007199254740993 + n % 2 AS big, timestamptz '2026-03-29 01:59:59.999+01' + n % 5 * interval '1 ms' AS at,
    CASE WHEN n % 3 > 0 THEN n % 7 END AS perhaps,
    ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid AS id
  FROM generate_series(1, 60) AS n) AS r`;

const id: KeyColumn = { sql: Prisma.sql`r.id`, type: 'uuid' };
const all = Prisma.sql`true`;

const read = (parts: Part | readonly Part[], cursor: string | undefined, limit: number) =>
  readPage(
    parts,
    { cursor, limit },
    ({ key, after, order, take }) => db.$queryRaw<({ n: number } & Keyed)[]>`
    SELECT n, ${key} FROM ${rows} WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );

async function readAll(parts: Part | readonly Part[], limit: number): Promise<number[]> {
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(parts, cursor, limit);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items.map(({ n }) => n));
    cursor = page.nextCursor;
  } while (cursor);
  return seen;
}

const keys: KeyColumn[] = [
  { sql: Prisma.sql`r.words`, type: 'text' },
  { sql: Prisma.sql`r.small`, type: 'int' },
  { sql: Prisma.sql`r.big`, type: 'bigint' },
  { sql: Prisma.sql`r.at`, type: 'timestamptz' },
];

test.each([...keys.map((key) => [key]), keys])(
  'a list gives every row once, in order, whatever its key is',
  async (...columns) => {
    const order = Prisma.join([...columns, id].map(({ sql }) => sql));
    const expected = (await db.$queryRaw<{ n: number }[]>`SELECT n FROM ${rows} ORDER BY ${order}`).map(({ n }) => n);
    for (const limit of [1, 7, 60]) {
      const part = { where: all, columns: [...columns, id] };
      expect(await readAll(part, limit)).toEqual(expected);
      expect(await readAll({ ...part, descending: true }, limit)).toEqual(expected.toReversed());
    }
  },
);

test('parts follow one another, also within a page: those without a value come last', async () => {
  const parts: Part[] = [
    { where: Prisma.sql`r.perhaps IS NOT NULL`, columns: [{ sql: Prisma.sql`r.perhaps`, type: 'int' }, id] },
    { where: Prisma.sql`r.perhaps IS NULL`, columns: [id] },
  ];
  const expected = await db.$queryRaw<{ n: number }[]>`SELECT n FROM ${rows} ORDER BY perhaps NULLS LAST, id`;
  for (const limit of [1, 39, 40, 41, 60]) {
    expect(await readAll(parts, limit), `${limit} a page`).toEqual(expected.map(({ n }) => n));
  }
});

test('a cursor that is none of the list is its beginning', async () => {
  const parts = { where: all, columns: [...keys, id] };
  const good = ['ana', '0', '9007199254740993', '2026-03-29T00:59:59.999Z', '00000000-0000-4000-8000-000000000001'];
  const wrong: string[][] = [
    [],
    good.slice(1),
    ...['', 'x', '1.5', '2147483648', '99999999999999999999'].map((text) => good.with(1, text)),
    ...['x', '9223372036854775808'].map((text) => good.with(2, text)),
    ...['', '2026-02-31T00:00:00.000Z', '1969-12-31T23:59:59.999Z', 'infinity'].map((text) => good.with(3, text)),
    good.with(4, '1'),
    good.with(0, 'a\0b'),
  ];
  const first = await read(parts, undefined, 3);
  expect((await read(parts, encodeCursor(good), 3)).items).not.toEqual(first.items);
  for (const cursor of ['', 'nonsense', 'e30', ...wrong.map(encodeCursor)]) {
    expect(await read(parts, cursor, 3), cursor).toEqual(first);
  }
});

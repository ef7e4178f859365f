import { beforeAll, expect, test } from 'vitest';
import { db } from './client';
import { likelyRows } from './column-sample';
import { countStatements } from './testing/count-statements';

const [things, one, other] = [
  { table: 'things', column: 'words' },
  '00000000-0000-7000-8000-000000000001',
  '00000000-0000-7000-8000-000000000002',
];

/** In no order: `half` is in every second row, `twice` one value in a tenth of them, `once` in one; nine of ten are of the one thing. */
beforeAll(async () => {
  await db.$executeRaw`CREATE TABLE things (words text NOT NULL, owner uuid NOT NULL)`;
  await db.$executeRaw`CREATE TABLE never_looked_at (words text NOT NULL)`;
  await db.$executeRaw`
    INSERT INTO things SELECT CASE WHEN n % 10 = 9 THEN 'twice' ELSE concat(md5(n::text), CASE WHEN n % 2 = 0 THEN ' half' END, CASE WHEN n = 5000 THEN ' once' END, ' a%b') END,
      CASE WHEN n % 10 = 0 THEN ${other} ELSE ${one} END::uuid FROM generate_series(1, 10000) AS n`;
  await db.$executeRaw`ANALYZE things`;
});

test('how many rows are likely to have a word is reckoned from the values that many have and a sample of the others', async () => {
  const likely = await likelyRows(things);
  expect(likely?.rows).toBe(10_000);
  for (const [word, rows] of Object.entries({
    half: 5_000,
    HALF: 5_000,
    twice: 1_000,
    'a%b': 9_000,
    a_b: 0,
    once: 0,
  })) {
    expect(Math.abs((likely?.having(word) ?? Number.NaN) - rows)).toBeLessThan(600);
  }
  // Short words begin something.
  expect(likely?.having('ha')).toBeGreaterThan(4_000);
  expect(likely?.having('al')).toBe(0);
});

test('of those that are one thing’s, it is their share', async () => {
  const of = (id: string) => likelyRows({ ...things, of: { column: 'owner', id } });
  expect((await of(one))?.rows).toBeCloseTo(9_000, -3);
  expect((await of(other))?.having('half')).toBeCloseTo(500, -3);
  expect(await of('00000000-0000-7000-8000-000000000003')).toBeUndefined();
});

test('nothing is reckoned of a table that the database has not looked at, and nothing is asked again within a minute', async () => {
  expect(await likelyRows({ table: 'never_looked_at', column: 'words' })).toBeUndefined();
  expect(await countStatements(() => likelyRows(things))).toBe(0);
});

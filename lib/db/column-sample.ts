import { likeAny } from './search';
import { runStatement } from './statement';

/** What the planner knows of a column is read again after this long, in milliseconds of real time; ANALYZE comes no oftener. */
const keptMs = 60_000;

/** A column of a table, as the planner's sample has it. */
interface ColumnSample {
  /** Of the table, when it was last looked at; -1: it never was. */
  rows: number;
  /** Values that many rows have, and the share of the rows that has each. */
  common: { value: string; share: number }[];
  /** Of all other values, as many from everywhere in their order; together they are what is left of the rows. */
  others: string[];
  /** The share of the rows that has one of the others. */
  othersShare: number;
}

interface RawSample {
  rows: number;
  empty: number;
  values: string[];
  shares: number[];
  others: string[];
}

const statement = {
  name: 'column-sample',
  text: `
    SELECT c.reltuples::float8 AS rows, coalesce(s.null_frac, 0)::float8 AS empty, coalesce(s.most_common_vals::text::text[], '{}') AS values,
      coalesce(s.most_common_freqs, '{}')::float8[] AS shares, coalesce(s.histogram_bounds::text::text[], '{}') AS others
    FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname AND s.attname = $2
    WHERE c.oid = $1::text::regclass`,
};

const kept = new Map<string, { readAt: number; sample: Promise<ColumnSample> }>();

/** @throws what the database refuses */
function sampleOf(table: string, column: string): Promise<ColumnSample> {
  const key = `${table}.${column}`;
  const before = kept.get(key);
  if (before && performance.now() - before.readAt < keptMs) return before.sample;
  const sample = readSample(table, column);
  kept.set(key, { readAt: performance.now(), sample });
  sample.catch(() => kept.delete(key));
  return sample;
}

async function readSample(table: string, column: string): Promise<ColumnSample> {
  const [raw] = await runStatement<RawSample & Record<string, unknown>>(statement, [table, column]);
  const { rows = -1, empty = 0, values = [], shares = [], others = [] } = raw ?? {};
  const common = values.map((value, index) => ({ value, share: shares[index] ?? 0 }));
  return { rows, common, others, othersShare: Math.max(0, 1 - empty - sumOf(common)) };
}

const sumOf = (common: ColumnSample['common']) => common.reduce((sum, { share }) => sum + share, 0);

/** Where words are searched, and which of the rows of that table are: those of one thing (`of`), or all. */
export interface Sampled {
  table: string;
  column: string;
  of?: { column: string; id: string };
}

/** How many rows a table has, as of when the planner last looked at it; undefined where it never has. @param column any of them */
export async function likelyTotal({ table, column }: Sampled): Promise<number | undefined> {
  const { rows } = await sampleOf(table, column);
  return rows < 0 ? undefined : rows;
}

/** How many rows there are in all, and of them, how many have a word, or all of several; each is of the last sample of the planner. */
export interface Likely {
  rows: number;
  having: (...words: string[]) => number;
}

/**
 * How many rows are likely to have a word, in one look at a sample that is kept for a minute: no statement is planned or run for it.
 * @returns undefined where PostgreSQL has not looked at the table yet, or knows nothing of the one thing that rows are asked of
 */
export async function likelyRows({ table, column, of }: Sampled): Promise<Likely | undefined> {
  const { rows: all, common, others, othersShare } = await sampleOf(table, column);
  const share = of ? (await sampleOf(table, of.column)).common.find(({ value }) => value === of.id)?.share : 1;
  if (share === undefined || all < 0 || common.length + others.length === 0) return undefined;
  const rows = all * share;
  return {
    rows,
    having: (...words) => {
      const each = words.map(likeAny);
      const has = (value: string) => each.every((hasWord) => hasWord(value));
      const other = others.length > 0 ? others.filter(has).length / others.length : 0;
      return rows * (sumOf(common.filter(({ value }) => has(value))) + othersShare * other);
    },
  };
}

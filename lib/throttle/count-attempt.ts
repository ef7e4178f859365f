import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Counter } from './counter';
import { rememberedHold, rememberHold } from './remembered-holds';
import { forgotten, left } from './sql';
import { takeBack } from './take-back';

/** How often an attempt is counted again, when others at the same moment used up one of its counters. */
const rounds = 3;

/**
 * Counts an attempt as failed, before it is known whether it is: so parallel guesses do not slip through, and one that was
 * killed in the middle stays counted. Each counter has to have room, or nothing is counted. One statement; none while a
 * refusal is fresh. What succeeded, or was no attempt after all, goes to {@link takeBack}.
 * @returns seconds to wait where a counter is used up; undefined when the attempt is counted and may be made
 */
export async function countAttempt(counters: readonly Counter[]): Promise<number | undefined> {
  const remembered = rememberedHold(counters);
  if (remembered > 0) return Math.ceil(remembered);
  for (let round = 1; round <= rounds; round += 1) {
    const rows = await ask(counters);
    const holds = rows.filter((row) => row.wait !== null);
    if (holds.length > 0) return waitFor(counters, holds);
    if (rows.length === counters.length) return undefined;
    // Others took the last room in one counter between reading and writing: what was counted in the rest goes back.
    await takeBack(counters.filter((counter) => rows.some((row) => isOf(row, counter))));
  }
  return 1;
}

interface Row {
  subject: string;
  source: string;
  /** Seconds until there is room; null: counted. */
  wait: number | null;
}

const isOf = (row: Row, { subject, source }: Counter) => row.subject === subject && row.source === source;

function waitFor(counters: readonly Counter[], holds: readonly Row[]): number {
  for (const counter of counters) {
    const hold = holds.find((row) => isOf(row, counter));
    if (hold) rememberHold(counter, hold.wait ?? 0);
  }
  return Math.max(1, ...holds.map((hold) => Math.ceil(hold.wait ?? 0)));
}

/** Rows are written in one order by everybody, so that no two wait for each other. */
function ask(counters: readonly Counter[]): Promise<Row[]> {
  return db.$queryRaw<Row[]>`
    WITH wanted AS (${wanted(counters)}),
    held AS (
      SELECT t.subject, t.source, t.half_life * ln(${left} / (w.most - 1)) / ln(2::float8) AS wait
      FROM wanted w JOIN throttles t USING (subject, source) WHERE ${left} > w.most - 1),
    taken AS (
      INSERT INTO throttles AS t (subject, source, score, half_life, most, attempts, at)
      SELECT subject, source, 1, half_life, most, 1, now() FROM wanted
      WHERE NOT EXISTS (SELECT FROM held) ORDER BY subject, source
      ON CONFLICT (subject, source) DO UPDATE SET
        score = ${left} + 1, half_life = EXCLUDED.half_life, most = EXCLUDED.most, at = now(),
        attempts = CASE WHEN ${left} < ${forgotten} THEN 1 ELSE t.attempts + 1 END
      WHERE ${left} <= EXCLUDED.most - 1
      RETURNING t.subject, t.source)
    SELECT subject, source, wait FROM held UNION ALL SELECT subject, source, NULL FROM taken`;
}

function wanted(counters: readonly Counter[]): Prisma.Sql {
  const subjects = counters.map(({ subject }) => subject);
  const sources = counters.map(({ source }) => source);
  const mosts = counters.map(({ budget }) => budget.most);
  const halfLives = counters.map(({ budget }) => budget.halfLifeSeconds);
  return Prisma.sql`
    SELECT * FROM unnest(${subjects}::text[], ${sources}::text[], ${mosts}::float8[], ${halfLives}::float8[])
      AS w(subject, source, most, half_life)`;
}

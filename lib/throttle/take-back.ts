import { db } from '@/lib/db/client';
import type { Counter } from './counter';
import { left } from './sql';

/**
 * Takes a counted attempt back: it succeeded, or was none after all.
 * @param cleared of these, every failure is forgotten, because whoever succeeded made them
 */
export async function takeBack(counted: readonly Counter[], cleared: readonly Counter[] = []): Promise<void> {
  const counters = [...counted, ...cleared];
  if (counters.length === 0) return;
  const subjects = counters.map(({ subject }) => subject);
  const sources = counters.map(({ source }) => source);
  const clear = counters.map((counter) => cleared.includes(counter));
  await db.$executeRaw`
    WITH locked AS (
      SELECT subject, source, w.clear FROM throttles t
      JOIN unnest(${subjects}::text[], ${sources}::text[], ${clear}::boolean[]) AS w(subject, source, clear)
        USING (subject, source)
      ORDER BY subject, source FOR UPDATE OF t)
    UPDATE throttles t SET at = now(),
      score = CASE WHEN l.clear THEN 0 ELSE greatest(${left} - 1, 0) END,
      attempts = CASE WHEN l.clear THEN 0 ELSE greatest(t.attempts - 1, 0) END
    FROM locked l WHERE t.subject = l.subject AND t.source = l.source`;
}

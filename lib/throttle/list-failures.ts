import type { Tx } from '@/lib/db/client';
import { forgotten, left } from './sql';

/** Failures about one subject from one source, as far as they have not decayed. */
export interface Failures {
  source: string;
  /** As they were counted. */
  attempts: number;
  /** Seconds until another attempt is let through; 0: now. */
  waitSeconds: number;
}

/** What is held against a subject, of any source. */
export async function listFailures(tx: Tx, subject: string): Promise<Failures[]> {
  return tx.$queryRaw<Failures[]>`
    SELECT t.source, t.attempts,
      CASE WHEN ${left} > t.most - 1 THEN t.half_life * ln(${left} / (t.most - 1)) / ln(2::float8) ELSE 0 END AS "waitSeconds"
    FROM throttles t WHERE t.subject = ${subject} AND ${left} >= ${forgotten} ORDER BY t.source`;
}

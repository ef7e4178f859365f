import { db, type Tx } from '@/lib/db/client';
import { anything } from './counter';
import { forgetHolds } from './remembered-holds';
import { forgotten, left } from './sql';

/** Rows that are kept at most: some 30 MB. Beyond, those go first of which least is left. */
const mostRows = 200_000;

/**
 * Forgets every failure about a subject. @param options `withSources`: and what its sources did otherwise
 */
export async function forgetSubject(tx: Tx, subject: string, options: { withSources?: boolean } = {}): Promise<void> {
  // Locked in the order in which attempts are counted, so that nobody waits for each other.
  await tx.$executeRaw`
    WITH locked AS (
      SELECT subject, source FROM throttles
      WHERE subject = ${subject} OR (${options.withSources ?? false} AND subject = ${anything}
        AND source IN (SELECT source FROM throttles WHERE subject = ${subject}))
      ORDER BY subject, source FOR UPDATE)
    DELETE FROM throttles t USING locked l WHERE t.subject = l.subject AND t.source = l.source`;
  forgetHolds();
}

/**
 * Housekeeping: what has decayed goes, and there is an end however many sources there are.
 * @param most rows that are kept
 */
export async function forgetDecayed(most = mostRows): Promise<void> {
  await db.$executeRaw`
    DELETE FROM throttles WHERE (subject, source) IN (
      SELECT subject, source FROM throttles t WHERE ${left} < ${forgotten} FOR UPDATE SKIP LOCKED)`;
  await db.$executeRaw`
    DELETE FROM throttles WHERE (subject, source) IN (
      SELECT subject, source FROM throttles t ORDER BY ${left} DESC OFFSET ${most} FOR UPDATE SKIP LOCKED)`;
}

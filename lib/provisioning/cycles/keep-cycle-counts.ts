import { db } from '@/lib/db/client';
import { countCycle } from '../queries/cycle-counts';

/** Cycles that are counted in one go; the next go has the next ones. */
const atOnce = 50;

/**
 * Counts the cycles that are over and were not counted at their end, once, and keeps the counts with them: lists, Home and the page of a cycle read them from
 * there, also when the operations behind them are gone. A cycle with a request under way waits for the next time.
 */
export async function keepCycleCounts(): Promise<void> {
  const ended = await db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM cycles c
    WHERE c.finished_at IS NOT NULL AND c.counts IS NULL
      AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.cycle_id = c.id AND o.state = 'intent')
    ORDER BY c.finished_at LIMIT ${atOnce}`;
  for (const { id } of ended) await keepCountsOf(id);
}

/** Counts one cycle that is over, of which nothing is in hand any more, and keeps its counts, once. */
export async function keepCountsOf(cycleId: string): Promise<void> {
  const counts = JSON.stringify(await countCycle(cycleId));
  await db.$executeRaw`UPDATE cycles SET counts = ${counts}::jsonb WHERE id = ${cycleId}::uuid AND counts IS NULL`;
}

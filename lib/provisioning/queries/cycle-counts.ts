import { z } from 'zod';
import { db } from '@/lib/db/client';
import { outcomesOfCycle } from './cycle-outcomes-sql';

/** How many people and groups of a cycle came to which end. */
export interface OutcomeCounts {
  create: number;
  update: number;
  deactivate: number;
  skip: number;
  error: number;
}

/** As they are kept with a cycle that is over. */
export interface CycleCounts extends OutcomeCounts {
  /** Requests that changed something. */
  changes: number;
  /** Requests that failed. */
  failures: number;
}

const count = z.number().int().nonnegative();
const keptSchema = z.object({
  create: count,
  update: count,
  deactivate: count,
  skip: count,
  error: count,
  changes: count,
  failures: count,
});

/** What is kept with a cycle (`cycles.counts`); undefined where nothing is kept yet. */
export function readKeptCounts(kept: unknown): CycleCounts | undefined {
  return keptSchema.safeParse(kept).data;
}

/** Counts everything that a cycle has done: its cost grows with the cycle. */
export async function countCycle(cycleId: string): Promise<CycleCounts> {
  const [[outcomes], [requests]] = await Promise.all([
    db.$queryRaw<OutcomeCounts[]>`
      SELECT count(*) FILTER (WHERE outcome = 'create')::int AS "create",
        count(*) FILTER (WHERE outcome = 'update')::int AS "update",
        count(*) FILTER (WHERE outcome = 'deactivate')::int AS deactivate,
        count(*) FILTER (WHERE outcome = 'skip')::int AS skip,
        count(*) FILTER (WHERE outcome = 'error')::int AS error
      FROM (${outcomesOfCycle(cycleId)}) outcomes`,
    db.$queryRaw<{ changes: number; failures: number }[]>`
      SELECT count(*) FILTER (WHERE state = 'succeeded')::int AS changes,
        count(*) FILTER (WHERE state IN ('failed', 'unknown'))::int AS failures
      FROM operations WHERE cycle_id = ${cycleId}::uuid`,
  ]);
  if (!outcomes || !requests) throw new Error('An aggregate always answers one row.');
  return { ...outcomes, ...requests };
}

/** Of a cycle that is under way, besides: people whose turn has not come. */
export interface RunningCounts extends CycleCounts {
  waiting: number;
}

/** A cycle is counted for a twentieth of the time at most, however many screens ask and however long it takes. */
const restFactor = 20;
const running = new Map<string, { counts: Promise<RunningCounts>; until: number }>();

/**
 * Counts of a cycle that is under way, for screens that poll: whoever asks while it is being counted, or twenty times as
 * long afterwards, gets what the one before got.
 */
export function countRunningCycle(cycleId: string): Promise<RunningCounts> {
  const known = running.get(cycleId);
  if (known && Date.now() <= known.until) return known.counts;
  const begun = Date.now();
  const entry = { counts: countRunning(cycleId), until: Number.POSITIVE_INFINITY };
  running.set(cycleId, entry);
  void entry.counts.then(
    () => {
      entry.until = Date.now() + restFactor * (Date.now() - begun);
    },
    () => running.delete(cycleId),
  );
  return entry.counts;
}

/** A cycle that is over is not asked for by this any more. */
export function forgetRunningCycle(cycleId: string): void {
  running.delete(cycleId);
}

async function countRunning(cycleId: string): Promise<RunningCounts> {
  const [counts, waiting] = await Promise.all([
    countCycle(cycleId),
    // Who has failed waits for a later try, and has had their turn.
    db.userLink.count({ where: { cycleId, dueAt: { not: null }, attempts: 0 } }),
  ]);
  return { ...counts, waiting };
}

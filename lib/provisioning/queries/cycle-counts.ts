import { z } from 'zod';
import { db } from '@/lib/db/client';

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

/** Counts of one cycle as it stands, also while it is under way: they are kept with every outcome, so that nothing is counted. */
export interface RunningCounts extends CycleCounts {
  /** People and groups of whom a request is under way. */
  running: number;
  /** People whose turn has come. */
  doneUsers: number;
}

export async function countCycle(cycleId: string): Promise<RunningCounts> {
  const kept = await db.cycleCounts.findUnique({ where: { cycleId } });
  return {
    create: kept?.created ?? 0,
    update: kept?.updated ?? 0,
    deactivate: kept?.deactivated ?? 0,
    skip: kept?.skipped ?? 0,
    error: kept?.failed ?? 0,
    changes: kept?.changes ?? 0,
    failures: kept?.failures ?? 0,
    running: kept?.running ?? 0,
    doneUsers: kept?.doneUsers ?? 0,
  };
}

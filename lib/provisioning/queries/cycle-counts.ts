import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/** How many people and groups of a cycle came to which end. */
export interface OutcomeCounts {
  create: number;
  update: number;
  deactivate: number;
  skip: number;
  /** What waits until somebody allows it. */
  held: number;
  error: number;
}

/** Counts of one cycle as it stands. They are kept with every outcome, so that nothing is counted, and are final when it is over. */
export interface CycleCounts extends OutcomeCounts {
  /** Requests that changed something. */
  changes: number;
  /** Requests that failed. */
  failures: number;
  /** People whose accounts were found to differ over there although the directory did not change: each is one of the others, too. */
  drift: number;
  /** People and groups of whom a request is under way. */
  running: number;
  /** People whose turn has come. */
  doneUsers: number;
}

/** SQL: the counts as one value, of `LEFT JOIN cycle_counts k`: none are kept before there is something to count. */
export const countsOfCycle = Prisma.sql`jsonb_build_object(
  'create', coalesce(k.created, 0), 'update', coalesce(k.updated, 0), 'deactivate', coalesce(k.deactivated, 0), 'skip', coalesce(k.skipped, 0), 'held', coalesce(k.held, 0),
  'error', coalesce(k.failed, 0), 'changes', coalesce(k.changes, 0), 'failures', coalesce(k.failures, 0), 'running', coalesce(k.running, 0),
  'drift', coalesce(k.drifted, 0),
  'doneUsers', coalesce(k.done_users, 0))`;

/** Counts of nothing where there is no such cycle. */
export async function countCycle(cycleId: string): Promise<CycleCounts> {
  const [row] = await db.$queryRaw<[{ counts: CycleCounts }]>`
    SELECT ${countsOfCycle} AS counts FROM (SELECT ${cycleId}::uuid AS id) c LEFT JOIN cycle_counts k ON k.cycle_id = c.id`;
  return row.counts;
}

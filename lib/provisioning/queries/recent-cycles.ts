import { db } from '@/lib/db/client';
import type { CycleStage } from '@/lib/db/generated/client';
import { type CycleCounts, countsOfCycle } from './cycle-counts';

/** A cycle as one bar of a sparkline. */
export interface RecentCycle {
  id: string;
  applicationId: string;
  stage: CycleStage;
  startedAt: Date;
  /** Requests that changed something. */
  changes: number;
  /** Requests that failed. */
  failures: number;
}

const cyclesShown = 12;

/** The last twelve cycles of each of these applications, the oldest first. */
export async function listRecentCycles(applicationIds: readonly string[]): Promise<Map<string, RecentCycle[]>> {
  const rows = await db.$queryRaw<(Omit<RecentCycle, 'changes' | 'failures'> & { counts: CycleCounts })[]>`
    SELECT c.id, c.application_id AS "applicationId", c.stage::text AS stage, c.started_at AS "startedAt", ${countsOfCycle} AS counts
    FROM unnest(${[...applicationIds]}::uuid[]) AS a(id)
    JOIN LATERAL (SELECT * FROM cycles WHERE application_id = a.id ORDER BY started_at DESC LIMIT ${cyclesShown}) c ON true
    LEFT JOIN cycle_counts k ON k.cycle_id = c.id
    ORDER BY c.started_at, c.id`;
  const found = new Map<string, RecentCycle[]>();
  for (const { counts, ...row } of rows) {
    const { changes, failures } = counts;
    found.set(row.applicationId, [...(found.get(row.applicationId) ?? []), { ...row, changes, failures }]);
  }
  return found;
}

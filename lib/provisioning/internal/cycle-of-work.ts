import { db, type Tx } from '@/lib/db/client';

/** The open cycle of an application that has read everything. */
async function readyCycle(applicationId: string): Promise<string | null> {
  const cycle = await db.cycle.findFirst({
    where: { applicationId, finishedAt: null, stage: { in: ['users', 'groups'] } },
    select: { id: true },
  });
  return cycle?.id ?? null;
}

/**
 * The links as work: with their cycle where it is at work on them, without one otherwise. A link remembers the last cycle that
 * looked at it; what is done once that one is over, or before it looks again, is no doing of it.
 */
export async function withCycleAtWork<Link extends { cycleId: string | null }>(
  applicationId: string,
  links: readonly Link[],
): Promise<Link[]> {
  if (links.every((link) => link.cycleId === null)) return [...links];
  const atWork = await readyCycle(applicationId);
  return links.map((link) => (link.cycleId === atWork ? link : { ...link, cycleId: null }));
}

/** Those of the cycles that are still open; they do not end before the transaction does. */
export async function stillOpen(tx: Tx, cycleIds: readonly (string | null | undefined)[]): Promise<Set<string>> {
  const ids = [...new Set(cycleIds.filter((id) => typeof id === 'string'))];
  if (ids.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM cycles WHERE id = ANY (${ids}::uuid[]) AND finished_at IS NULL FOR SHARE`;
  return new Set(rows.map(({ id }) => id));
}

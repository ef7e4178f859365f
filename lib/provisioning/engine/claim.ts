import { fromRow, runStatement } from '@/lib/db/statement';
import type { Kind, Lane, Link, LinkTable, Settled } from './link';
import { type CycleAtWork, withReviewed } from './reviewed';
import { claim, release } from './statements';

export interface Claim {
  applicationId: string;
  /** Of the task's lane. */
  token: string;
  lane: Lane;
  limit: number;
  /** Ids of links that are under way in this very stretch. */
  inHand?: readonly string[];
}

/**
 * Takes a row lease on up to `limit` links that are due, most urgent first. A lease is void when it has run out or its
 * task is over, so that what a killed worker held is free within seconds. Whose own task was taken for dead gets nothing. @returns the links as work: a link
 * remembers the last cycle that looked at it, but what is done once that one is over, or before it looks again, is no doing of it
 */
export async function claimLinks<S extends Settled>(
  kind: Kind<S>,
  { applicationId, token, lane, limit, inHand = [] }: Claim,
): Promise<S['link'][]> {
  const values = [applicationId, token, limit, inHand];
  const rows = await runStatement<Record<string, unknown>>(claim(kind, lane), values);
  const links = rows.map(({ at_work: cycle, ...row }) => {
    const link = fromRow<S['link']>(row);
    const atWork = cycle as CycleAtWork | null;
    return atWork && link.cycleId === atWork.id ? { link, atWork } : { link: { ...link, cycleId: null }, atWork: null };
  });
  return (await withReviewed(kind, links)).sort((one, other) => urgencyOf(one) - urgencyOf(other));
}

/** Smaller goes first; groups go as they are due. */
export function urgencyOf(link: Link): number {
  return 'priority' in link ? Number(link.priority) : 0;
}

/** Gives leases back without having done anything; the links stay due. What somebody else has taken over stays theirs. */
export async function releaseLinks(kind: LinkTable, links: readonly Pick<Link, 'id' | 'leaseToken'>[]): Promise<void> {
  for (const leaseToken of new Set(links.map((link) => link.leaseToken))) {
    const ids = links.filter((link) => link.leaseToken === leaseToken).map(({ id }) => id);
    if (leaseToken) await runStatement(release(kind), [ids, leaseToken]);
  }
}

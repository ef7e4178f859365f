import { db } from '@/lib/db/client';
import { isSamePlan, type PlannedLink } from '../plan/planned-link';
import type { Link, LinkTable, Reviewed } from './link';

/** The cycle that an application's links are worked on for. */
export interface CycleAtWork {
  id: string;
  /** The dry run that it carries out. */
  dryRunId: string | null;
  startedAt: string;
}

/** Links with what was reviewed of each: a statement where a dry run is carried out, none otherwise. */
export async function withReviewed<L extends Link>(
  { owner }: Pick<LinkTable, 'owner'>,
  links: readonly { link: L; atWork: CycleAtWork | null }[],
): Promise<L[]> {
  const atWork = links.find((entry) => entry.atWork?.dryRunId)?.atWork;
  if (!atWork?.dryRunId) return links.map(({ link }) => link);
  const rows = await db.dryRunRow.findMany({
    where: { runId: atWork.dryRunId, subjectId: { in: links.map(({ link }) => ownerOf(link, owner)) } },
    select: { subjectId: true, plan: true, leftOut: true },
  });
  const plans = new Map(
    rows.map(({ subjectId, plan, leftOut }) => [subjectId, leftOut ? null : (plan as PlannedLink | null)]),
  );
  const since = new Date(atWork.startedAt);
  return links.map((entry) => {
    if (!entry.atWork) return entry.link;
    const plan = plans.get(ownerOf(entry.link, owner)) ?? null;
    return { ...entry.link, reviewed: { plan, since } };
  });
}

function ownerOf(link: object, owner: LinkTable['owner']): string {
  const { userId, groupId } = link as { userId?: string; groupId?: string };
  return (owner === 'user_id' ? userId : groupId) ?? '';
}

/**
 * Whether a link is worked on for a dry run that is carried out, and something else is planned by now than was reviewed, or nobody chose
 * it: it waits for somebody then. @param planned as it would be kept
 */
export function isOtherThanReviewed(
  { reviewed, lastChangeAt }: { reviewed?: Reviewed | undefined; lastChangeAt: Date | null },
  planned: () => PlannedLink,
): boolean {
  if (!reviewed) return false;
  // Begun already as it was reviewed: this is the rest of it.
  if (lastChangeAt && lastChangeAt >= reviewed.since) return false;
  return !reviewed.plan || !isSamePlan(reviewed.plan, planned());
}

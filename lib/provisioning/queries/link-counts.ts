import type { LinkStateName } from '@/lib/core/states';
import { countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { countWithoutLink } from './assignment-rows';

/** How many accounts are in each state, {@link countLimit} of each at most, whatever the filter of a list says. */
export async function countLinkStates(applicationId: string): Promise<Record<LinkStateName, number>> {
  const rows = await db.$queryRaw<{ state: LinkStateName; count: number }[]>`
    SELECT s.state::text AS state, counted.count FROM unnest(enum_range(NULL::link_state)) AS s(state)
    CROSS JOIN LATERAL (SELECT count(*)::int AS count FROM (SELECT 1 FROM user_links l
      WHERE l.application_id = ${applicationId}::uuid AND l.state = s.state LIMIT ${countLimit}) found) counted`;
  return Object.fromEntries(rows.map((row) => [row.state, row.count])) as Record<LinkStateName, number>;
}

/** The same, and who is let in without anything provisioned: `none`, left out where that are not counted, being many. */
export async function countAssignments(applicationId: string): Promise<Record<string, number>> {
  const [states, none] = await Promise.all([countLinkStates(applicationId), countWithoutLink(applicationId)]);
  return none === undefined ? states : { ...states, none };
}

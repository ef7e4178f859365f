import { isGranted } from '@/lib/applications/scope';
import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { LinkFilter } from '../schema';
import { matchesPerson } from './sql';

/**
 * As many people as are looked at one by one to order and count them. Where more may match, the index of names is read in its
 * order instead, a page at a time.
 */
export const fewPeople = 2_000;
/** Somebody is in several groups, and has a link besides. */
const rowsLookedAt = 3 * fewPeople;

/** SQL parts of the people of an application: `FROM … WHERE …` over `u`, `l` (their link) and `au` (what is set for them). */
export interface AssignmentRows {
  from: Prisma.Sql;
  where: Prisma.Sql;
  /** SQL: whether `u` is let in now. */
  granted: Prisma.Sql;
  /** More than {@link fewPeople} may match. */
  many: boolean;
}

/**
 * Everyone with a place in an application: let in, or with an account. Accounts that were deleted are history, unless asked
 * for by their state.
 * @param only these people; absent: all
 */
export async function assignmentRows(
  applicationId: string,
  filter: LinkFilter,
  only?: readonly string[],
): Promise<AssignmentRows> {
  const granted = Prisma.sql`(u.deleted_at IS NULL AND ${isGranted(applicationId)})`;
  const state = filter.state?.length ? Prisma.sql`l.state::text = ANY(${[...filter.state]}::text[])` : undefined;
  // A link is looked at first: whoever has one needs no look at the groups.
  const clauses = [
    matchesPerson(filter.q),
    state
      ? Prisma.sql`l.id IS NOT NULL AND ${state}`
      : Prisma.sql`(coalesce(l.state <> 'deleted', false) OR ${granted})`,
    ...(filter.cycleId ? [Prisma.sql`l.cycle_id = ${filter.cycleId}::uuid`] : []),
  ];
  const candidates = only
    ? Prisma.sql`SELECT unnest(${[...only]}::uuid[]) AS user_id`
    : await findFew(possible(applicationId, filter));
  const people = candidates
    ? Prisma.sql`(SELECT DISTINCT user_id FROM (${candidates}) c) few JOIN users u ON u.id = few.user_id`
    : Prisma.sql`users u`;
  return {
    from: Prisma.sql`${people}
      LEFT JOIN user_links l ON l.application_id = ${applicationId}::uuid AND l.user_id = u.id
      LEFT JOIN application_users au ON au.application_id = ${applicationId}::uuid AND au.user_id = u.id`,
    where: Prisma.join(clauses, ' AND '),
    granted,
    many: candidates === undefined,
  };
}

/** SQL queries that each give `user_id` of at least everybody who can match, from an index; the narrowest is wanted. */
function possible(applicationId: string, filter: LinkFilter): Prisma.Sql[] {
  const links = Prisma.sql`SELECT user_id FROM user_links l WHERE application_id = ${applicationId}::uuid`;
  const all = Prisma.sql`
    SELECT e.user_id FROM application_groups a JOIN effective_members e ON e.group_id = a.group_id
    WHERE a.application_id = ${applicationId}::uuid
    UNION ALL SELECT user_id FROM application_users WHERE application_id = ${applicationId}::uuid AND assigned
    UNION ALL ${links} AND state <> 'deleted'`;
  return [
    ...(filter.cycleId ? [Prisma.sql`${links} AND cycle_id = ${filter.cycleId}::uuid`] : []),
    filter.state?.length ? Prisma.sql`${links} AND state = ANY(${[...filter.state]}::link_state[])` : all,
    ...(filter.q?.trim() ? [Prisma.sql`SELECT id AS user_id FROM users u WHERE ${matchesPerson(filter.q)}`] : []),
  ];
}

/** The first of these that gives few rows. Each is counted that far and no farther. */
async function findFew(queries: readonly Prisma.Sql[]): Promise<Prisma.Sql | undefined> {
  for (const query of queries) {
    const [row] = await db.$queryRaw<{ rows: number; people: number }[]>`
      SELECT count(*)::int AS rows, count(DISTINCT user_id)::int AS people
      FROM (SELECT user_id FROM (${query}) c LIMIT ${rowsLookedAt}) counted`;
    if (row && row.rows < rowsLookedAt && row.people <= fewPeople) return query;
  }
  return undefined;
}

/** How many people match: few are all counted, many as far as every list counts. */
export async function countAssignmentRows({ from, where, many }: AssignmentRows): Promise<Counted> {
  return boundedCount(db, Prisma.sql`${from} WHERE ${where}`, many ? undefined : fewPeople);
}

import { isGranted } from '@/lib/applications/scope';
import { boundedCount, type Counted, countLimitFor } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { LinkFilter } from '../schema';
import { matchesPerson, personKey } from './sql';

/** As many people as are counted one by one. Where more may match, that is not said. */
export const fewPeople = 2_000;
/** As many as are put in order for a page. Of more, the index of names is read in its order, until the page is full. */
const sortedPeople = 500;
/** Somebody is in several groups, and has a link besides. */
const rowsLookedAt = 3 * fewPeople;

/** SQL parts of the people of an application: `FROM … WHERE …` over `u`, `l` (their link) and `au` (what is set for them). */
export interface AssignmentRows {
  from: Prisma.Sql;
  where: Prisma.Sql;
  /** The same people, for a page that is read in the order of names. */
  inOrder: { from: Prisma.Sql; where: Prisma.Sql };
  /** SQL: whether `u` is let in now. */
  granted: Prisma.Sql;
  /** More than {@link fewPeople} may match. */
  many: boolean;
  /** SQL: links of whom all match, and who are counted by their index alone. `all`: nobody else does. */
  links?: { from: Prisma.Sql; all: boolean };
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
  const state = filter.state?.length ? Prisma.sql`l.state = ANY(${[...filter.state]}::link_state[])` : undefined;
  // A link is looked at first: whoever has one needs no look at the groups.
  const clauses = [
    matchesPerson(filter.q),
    state
      ? Prisma.sql`l.id IS NOT NULL AND ${state}`
      : Prisma.sql`(coalesce(l.state <> 'deleted', false) OR ${granted})`,
    ...(filter.cycleId ? [Prisma.sql`l.cycle_id = ${filter.cycleId}::uuid`] : []),
  ];
  const where = Prisma.join(clauses, ' AND ');
  const found = only
    ? { query: Prisma.sql`SELECT unnest(${[...only]}::uuid[]) AS user_id`, people: only.length }
    : await findFew(possible(applicationId, filter));
  // One by one, as OFFSET has it: joined, the links of everybody would be read for one page.
  const joined = Prisma.sql`
    LEFT JOIN LATERAL (SELECT * FROM user_links WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) l ON true
    LEFT JOIN LATERAL (SELECT * FROM application_users WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) au ON true`;
  const everybody = Prisma.sql`users u ${joined}`;
  const from = found
    ? Prisma.sql`(SELECT DISTINCT user_id FROM (${found.query}) c) few JOIN users u ON u.id = few.user_id ${joined}`
    : everybody;
  // IS TRUE keeps it a question asked of each in turn, of a set that is made once. Those who have the words besides are too far apart.
  const inOrder =
    found && found.people > sortedPeople && !filter.q?.trim()
      ? { from: everybody, where: Prisma.sql`(u.id IN (${found.query})) IS TRUE AND ${where}` }
      : { from, where };
  const narrowed = only || filter.q?.trim() || filter.cycleId;
  const links = Prisma.sql`user_links l WHERE l.application_id = ${applicationId}::uuid AND ${state ?? Prisma.sql`l.state <> 'deleted'`}`;
  return {
    from,
    where,
    inOrder,
    granted,
    many: found === undefined || found.people > fewPeople,
    ...(narrowed ? {} : { links: { from: links, all: state !== undefined } }),
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
  ];
}

/** The first of these that gives few rows, and of how many people. Each is counted that far and no farther. */
async function findFew(queries: readonly Prisma.Sql[]): Promise<{ query: Prisma.Sql; people: number } | undefined> {
  for (const query of queries) {
    const [row] = await db.$queryRaw<{ rows: number; people: number }[]>`
      SELECT count(*)::int AS rows, count(DISTINCT user_id)::int AS people
      FROM (SELECT user_id FROM (${query}) c LIMIT ${rowsLookedAt}) counted`;
    if (row && row.rows < rowsLookedAt) return { query, people: row.people };
  }
  return undefined;
}

/** How many people match: few are all counted, many as far as every list counts. @param q the words of the filter */
export async function countAssignmentRows(found: AssignmentRows, q?: string): Promise<Counted> {
  if (found.links) {
    const counted = await boundedCount(db, found.links.from, fewPeople);
    if (found.links.all || !counted.totalIsExact) return counted;
  }
  if (!found.many) return boundedCount(db, Prisma.sql`${found.from} WHERE ${found.where}`, fewPeople);
  // In the order of the list, words that many have are counted where the first of them are.
  const { from, where } = found.inOrder;
  return boundedCount(db, Prisma.sql`${from} WHERE ${where} ORDER BY ${personKey}, u.id`, countLimitFor(q));
}

import { grantedInOrder, grantedRows, isGranted } from '@/lib/applications/scope';
import type { LinkStateName } from '@/lib/core/states';
import { boundedBy, boundedCount, type Counted, countLimitFor } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn, Keyset } from '@/lib/db/keyset';
import { type LinkFilter, linkStateWords } from '../schema';
import { matchesPerson, personColumns, personKey } from './sql';

/** As many people are counted one by one. Where more match, that is not said. */
export const fewPeople = 2_000;
/** People whom a search finds: as many are looked at one by one, whatever they are to the application. */
const fewNamed = 500;
/** Of what lets people in, as many rows are looked at to find more people than are counted. */
const rowsLookedAt = 3 * fewPeople;

/** The people of an application: SQL over `u`, `l` (their link) and `au` (what is set for them). */
export interface AssignmentRows {
  /** What a page of them is ordered by, and a condition over that. */
  columns: readonly KeyColumn[];
  where: Prisma.Sql;
  /** `FROM …` of a page, whose rows are those that `after` leaves. */
  from: (keyset: Omit<Keyset, 'key'>) => Prisma.Sql;
  /** SQL: whether `u` is let in now. */
  granted: Prisma.Sql;
  count: () => Promise<Counted>;
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
  const people = only ?? (filter.q?.trim() ? await findFewNamed(filter.q) : undefined);
  if (people || filter.q?.trim()) return lookedUp(applicationId, filter, granted, people);
  return {
    columns: keptColumns,
    where: Prisma.sql`true`,
    granted,
    from: (keyset) => Prisma.sql`
      (${firstInOrder(applicationId, filter, keyset)}) c JOIN users u ON u.id = c.user_id ${besides(applicationId)}`,
    count: () => countKept(applicationId, filter),
  };
}

const keptColumns: readonly KeyColumn[] = [
  { sql: Prisma.sql`c.name_key`, type: 'text' },
  { sql: Prisma.sql`c.user_id`, type: 'uuid' },
];

/** One by one, as OFFSET has it: joined, the links of everybody would be read for one page. */
const besides = (applicationId: string) => Prisma.sql`
  LEFT JOIN LATERAL (SELECT * FROM user_links WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) l ON true
  LEFT JOIN LATERAL (SELECT * FROM application_users WHERE application_id = ${applicationId}::uuid AND user_id = u.id OFFSET 0) au ON true`;

const statesOf = ({ state }: LinkFilter): LinkStateName[] =>
  state?.length
    ? [...new Set(state)]
    : (Object.keys(linkStateWords) as LinkStateName[]).filter((name) => name !== 'deleted');

/** SQL over `user_links c`, whose state is `s.state`. */
const isLink = (applicationId: string, { cycleId }: LinkFilter) =>
  cycleId
    ? Prisma.sql`c.cycle_id = ${cycleId}::uuid AND c.application_id = ${applicationId}::uuid AND c.state = s.state`
    : Prisma.sql`c.application_id = ${applicationId}::uuid AND c.state = s.state`;

/** SQL: `name_key, user_id` of the first after the cursor. */
function firstInOrder(applicationId: string, filter: LinkFilter, keyset: Omit<Keyset, 'key'>): Prisma.Sql {
  const { after, order, take } = keyset;
  // Of each state the first, and of everything that lets people in where that counts: these are among them.
  const links = Prisma.sql`
    SELECT found.user_id, found.name_key FROM unnest(${statesOf(filter)}::link_state[]) AS s(state)
    CROSS JOIN LATERAL (SELECT c.user_id, c.name_key FROM user_links c
      WHERE ${isLink(applicationId, filter)} AND ${after} ORDER BY ${order} LIMIT ${take}) found`;
  const rows = isOfLinks(filter) ? links : Prisma.sql`${links} UNION ALL ${grantedInOrder(applicationId, keyset)}`;
  return Prisma.sql`SELECT DISTINCT c.name_key, c.user_id FROM (${rows}) c ORDER BY ${order} LIMIT ${take}`;
}

/** Who has no link is not asked for. */
const isOfLinks = ({ state, cycleId }: LinkFilter): boolean => Boolean(state?.length || cycleId);

/** These people, or all whom a search finds, in the order of names of the directory. */
function lookedUp(
  applicationId: string,
  filter: LinkFilter,
  granted: Prisma.Sql,
  people: readonly string[] | undefined,
): AssignmentRows {
  const { state, cycleId } = filter;
  const clauses = [
    ...(people ? [Prisma.sql`u.id = ANY (${[...people]}::uuid[])`] : []),
    matchesPerson(filter.q),
    // A link is looked at first: whoever has one needs no look at the groups.
    isOfLinks(filter)
      ? Prisma.sql`l.application_id = ${applicationId}::uuid AND l.state = ANY(${statesOf({ state })}::link_state[])`
      : Prisma.sql`(coalesce(l.state <> 'deleted', false) OR ${granted})`,
    ...(cycleId ? [Prisma.sql`l.cycle_id = ${cycleId}::uuid`] : []),
  ];
  const where = Prisma.join(clauses, ' AND ');
  const from =
    isOfLinks(filter) && !people
      ? Prisma.sql`user_links l JOIN users u ON u.id = l.user_id LEFT JOIN application_users au USING (application_id, user_id)`
      : Prisma.sql`users u ${besides(applicationId)}`;
  // In the order of the list, words that many have are counted where the first of them are.
  const first = people ? Prisma.empty : Prisma.sql`ORDER BY ${personKey}, u.id`;
  return {
    columns: personColumns,
    where,
    granted,
    from: () => from,
    count: () =>
      boundedCount(db, Prisma.sql`${from} WHERE ${where} ${first}`, people ? fewPeople : countLimitFor(filter.q)),
  };
}

/** Ids of everybody whom a search finds; undefined where they are many. */
async function findFewNamed(q: string): Promise<string[] | undefined> {
  const rows = await db.$queryRaw<
    { id: string }[]
  >`SELECT u.id FROM users u WHERE ${matchesPerson(q)} LIMIT ${fewNamed + 1}`;
  return rows.length > fewNamed ? undefined : rows.map(({ id }) => id);
}

async function countKept(applicationId: string, filter: LinkFilter): Promise<Counted> {
  const links = Prisma.sql`unnest(${statesOf(filter)}::link_state[]) AS s(state) JOIN user_links c ON ${isLink(applicationId, filter)}`;
  const counted = await boundedCount(db, links, fewPeople);
  if (isOfLinks(filter) || !counted.totalIsExact) return counted;
  const people = Prisma.sql`
    SELECT c.user_id FROM ${links}
    UNION ALL
    SELECT g.user_id FROM (${grantedRows(applicationId)}) g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL`;
  return countPeople(people);
}

/** How many are let in and have no link; undefined where more than {@link fewPeople} are let in. */
export async function countWithoutLink(applicationId: string): Promise<number | undefined> {
  const granted = grantedRows(applicationId);
  if (!(await countPeople(granted)).totalIsExact) return undefined;
  const without = await boundedCount(
    db,
    Prisma.sql`(SELECT DISTINCT user_id FROM (${granted}) r) g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL
      WHERE (SELECT true FROM user_links l WHERE l.application_id = ${applicationId}::uuid AND l.user_id = u.id) IS NULL`,
    fewPeople,
  );
  return without.total;
}

/** @param rows SQL of `user_id`, several times where there are several ways in: the first of them are often enough */
async function countPeople(rows: Prisma.Sql): Promise<Counted> {
  const [first] = await db.$queryRaw<{ rows: number; people: number }[]>`
    SELECT count(*)::int AS rows, count(DISTINCT user_id)::int AS people FROM (SELECT user_id FROM (${rows}) r LIMIT ${rowsLookedAt}) f`;
  const all = !first || first.rows < rowsLookedAt;
  if (all || first.people > fewPeople) return boundedBy(first?.people ?? 0, fewPeople);
  return boundedCount(db, Prisma.sql`(SELECT DISTINCT user_id FROM (${rows}) r) people`, fewPeople);
}

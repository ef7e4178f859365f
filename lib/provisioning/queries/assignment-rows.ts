import { grantedInOrder, grantedRows, isGranted } from '@/lib/applications/scope';
import { searchedPeople } from '@/lib/core/pagination';
import type { LinkStateName } from '@/lib/core/states';
import { boundedBy, boundedCount, type Counted, countLimit } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Keyset } from '@/lib/db/keyset';
import { wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { personNames } from '@/lib/directory/person-sql';
import { type LinkFilter, linkStateWords } from '../schema';

/** Of what lets people in, as many rows are looked at to find more people than are counted. */
const rowsLookedAt = 3 * countLimit;

/**
 * Everyone with a place in an application, by name: let in, or with an account. Accounts that were deleted are history, unless
 * asked for by their state. Rows are `u`, with `id`, `name_key` and `names`.
 * @param only these people; absent: all
 */
export function assignmentRows(applicationId: string, filter: LinkFilter, only?: readonly string[]): SearchedList {
  const has = hasPlace(applicationId, filter);
  const hasWords = wordsOf(filter.q).length > 0;
  const list = {
    q: filter.q,
    as: Prisma.sql`u`,
    select: Prisma.sql`
      SELECT u.* FROM (SELECT u.id, person_name_key(u.lastname, u.firstname, u.display_name) COLLATE "C" AS name_key, u.names, u.deleted_at
        FROM users u WHERE ${has}) u`,
    words: personNames,
    columns: [
      { sql: Prisma.sql`u.name_key`, type: 'text' },
      { sql: Prisma.sql`u.id`, type: 'uuid' },
    ],
    most: searchedPeople,
    sample: { table: 'users', column: 'names' },
    collect: {
      ids: (has: (words: Prisma.Sql) => Prisma.Sql) => Prisma.sql`SELECT u.id FROM users u WHERE ${has(personNames)}`,
    },
  } as const;
  if (only) return { ...list, where: Prisma.sql`u.id = ANY (${[...only]}::uuid[])` };
  return {
    ...list,
    where: Prisma.sql`true`,
    // Of those whom a search looks at, only who has the words is looked at closely.
    ...(hasWords && !isOfLinks(filter) ? { filter: Prisma.sql`(u.deleted_at IS NULL OR ${has})` } : {}),
    walk: (keyset) => Prisma.sql`
      SELECT u.id, u.name_key, p.names, p.deleted_at FROM (${inOrder(applicationId, filter, keyset, !hasWords)}) u JOIN users p ON p.id = u.id
      ORDER BY ${keyset.order}`,
  };
}

const statesOf = ({ state }: LinkFilter): LinkStateName[] =>
  state?.length
    ? [...new Set(state)]
    : (Object.keys(linkStateWords) as LinkStateName[]).filter((name) => name !== 'deleted');

/** Who has no link is not asked for. */
const isOfLinks = ({ state, cycleId, drift }: LinkFilter): boolean => Boolean(state?.length || cycleId || drift);

/** SQL over `users u`. A link is looked at first: whoever has one needs no look at the groups. */
function hasPlace(applicationId: string, filter: LinkFilter): Prisma.Sql {
  const hasLink = Prisma.sql`(SELECT true FROM user_links l WHERE l.application_id = ${applicationId}::uuid AND l.user_id = u.id
    AND l.state = ANY (${statesOf(filter)}::link_state[]) ${isOfFilter(filter)}) IS NOT NULL`;
  return isOfLinks(filter)
    ? hasLink
    : Prisma.sql`(${hasLink} OR (u.deleted_at IS NULL AND ${isGranted(applicationId)}))`;
}

/**
 * SQL over `user_links l`, whose state is `s.state`. A cycle is one application's: its index alone tells whose links they are, and no row is
 * read to count them.
 */
const isLink = (applicationId: string, { cycleId, ...filter }: LinkFilter) => Prisma.sql`
  ${
    cycleId
      ? Prisma.sql`l.cycle_id = (SELECT id FROM cycles WHERE id = ${cycleId}::uuid AND application_id = ${applicationId}::uuid)`
      : Prisma.sql`l.application_id = ${applicationId}::uuid`
  } AND l.state = s.state ${isOfFilter(filter)}`;

/** SQL over `user_links l`: what is asked for beside its state. */
const isOfFilter = ({ cycleId, drift }: LinkFilter) => Prisma.sql`
  ${cycleId ? Prisma.sql`AND l.cycle_id = ${cycleId}::uuid` : Prisma.empty} ${drift ? Prisma.sql`AND l.drift IS NOT NULL` : Prisma.empty}`;

/** SQL: `id, name_key` of the first: of each state, and of everything that lets people in where that counts, they are among the first. */
function inOrder(applicationId: string, filter: LinkFilter, keyset: Omit<Keyset, 'key'>, present: boolean): Prisma.Sql {
  const { after, order, take } = keyset;
  const links = Prisma.sql`
    SELECT found.id, found.name_key FROM unnest(${statesOf(filter)}::link_state[]) AS s(state)
    CROSS JOIN LATERAL (SELECT u.* FROM (SELECT l.user_id AS id, l.name_key FROM user_links l WHERE ${isLink(applicationId, filter)}) u
      WHERE ${after} ORDER BY ${order} LIMIT ${take}) found`;
  const rows = isOfLinks(filter)
    ? links
    : Prisma.sql`${links} UNION ALL ${grantedInOrder(applicationId, keyset, present)}`;
  return Prisma.sql`SELECT DISTINCT u.name_key, u.id FROM (${rows}) u ORDER BY ${order} LIMIT ${take}`;
}

/** How many people match a filter without words. @param only see {@link assignmentRows} */
export async function countAssignmentRows(
  applicationId: string,
  filter: LinkFilter,
  only?: readonly string[],
): Promise<Counted> {
  if (only) {
    const those = Prisma.sql`users u WHERE u.id = ANY (${[...only]}::uuid[]) AND ${hasPlace(applicationId, filter)}`;
    return boundedCount(db, those);
  }
  const links = Prisma.sql`unnest(${statesOf(filter)}::link_state[]) AS s(state) JOIN user_links l ON ${isLink(applicationId, filter)}`;
  const counted = await boundedCount(db, links);
  if (isOfLinks(filter) || !counted.totalIsExact) return counted;
  return countPeople(Prisma.sql`
    SELECT l.user_id FROM ${links}
    UNION ALL
    SELECT g.user_id FROM (${grantedRows(applicationId)}) g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL`);
}

/** How many accounts differ over there and are left so. */
export function countDrifted(applicationId: string): Promise<Counted> {
  return boundedCount(
    db,
    Prisma.sql`user_links l WHERE l.application_id = ${applicationId}::uuid AND l.drift IS NOT NULL`,
  );
}

/** How many are let in and have no link; undefined where more than {@link countLimit} are let in. */
export async function countWithoutLink(applicationId: string): Promise<number | undefined> {
  const granted = grantedRows(applicationId);
  if (!(await countPeople(granted)).totalIsExact) return undefined;
  const without = await boundedCount(
    db,
    Prisma.sql`(SELECT DISTINCT user_id FROM (${granted}) r) g JOIN users u ON u.id = g.user_id AND u.deleted_at IS NULL
      WHERE (SELECT true FROM user_links l WHERE l.application_id = ${applicationId}::uuid AND l.user_id = u.id) IS NULL`,
  );
  return without.total;
}

/** @param rows SQL of `user_id`, several times where there are several ways in: the first of them are often enough */
async function countPeople(rows: Prisma.Sql): Promise<Counted> {
  const [first] = await db.$queryRaw<{ rows: number; people: number }[]>`
    SELECT count(*)::int AS rows, count(DISTINCT user_id)::int AS people FROM (SELECT user_id FROM (${rows}) r LIMIT ${rowsLookedAt}) f`;
  const all = !first || first.rows < rowsLookedAt;
  if (all || first.people > countLimit) return boundedBy(first?.people ?? 0);
  return boundedCount(db, Prisma.sql`(SELECT DISTINCT user_id FROM (${rows}) r) people`);
}

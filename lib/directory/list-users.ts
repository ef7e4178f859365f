import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn, Keyed } from '@/lib/db/keyset';
import { containing, startingWith, wordsOf } from '@/lib/db/search';
import type { SearchedList } from '@/lib/db/searched-list';
import { isEffectiveMember, isMemberOfAny, readMemberCounts } from './membership';
import { personBeginnings, personKeys, personStandings, personWords } from './person-sql';
import type { UserFilter, UserStatus } from './schema';

export interface UserRow {
  id: string;
  displayName: string;
  username: string;
  email: string;
  department: string | null;
  jobTitle: string | null;
  role: 'administrator' | 'helpdesk' | 'user';
  status: 'active' | 'suspended';
  /** No password was ever set. */
  pending: boolean;
  deletedAt: Date | null;
}

/** What each sort goes by; people without a department come first. */
const orders = {
  name: [personKeys.name],
  username: [personKeys.username],
  email: [personKeys.email],
  department: [personKeys.department, personKeys.name],
  created: [personKeys.created],
} as const satisfies Record<string, readonly KeyColumn[]>;

/** Of a group and something else: each who is in the one is looked up in the other. */
const groupCountLimit = 100;

function where(filter: Partial<UserFilter>): Prisma.Sql {
  // Without a status, deleted people are not shown; erased ones never are, and they were deleted before.
  const clauses = [filter.status ? personStandings[filter.status] : Prisma.sql`u.deleted_at IS NULL`];
  // Written out: that an index of some roles has it is known before the statement runs.
  if (filter.role) clauses.push(Prisma.sql`u.role = ${Prisma.raw(`'${filter.role}'`)}`);
  if (filter.names) clauses.push(Prisma.sql`u.id IN (SELECT user_id FROM taken_names WHERE contested)`);
  if (filter.department) {
    const folded = Prisma.sql`lower(${filter.department}::text) COLLATE "C"`;
    clauses.push(Prisma.sql`${personKeys.department.sql} = ${folded}`);
  }
  return Prisma.join(clauses, ' AND ');
}

/**
 * A page of people. Words of the search are all wanted, in any property; what begins with them comes first where the
 * order is by a name. @param limit rows at most, 50 unless told
 */
export async function listUsers(filter: UserFilter, limit = 50): Promise<FoundPage<UserRow>> {
  const matching = filter.groupId
    ? Prisma.sql`${where(filter)} AND ${isEffectiveMember(filter.groupId)}`
    : where(filter);
  const [page, counted] = await Promise.all([
    search(
      db,
      searchedUsers(filter, matching),
      { cursor: filter.cursor, limit },
      ({ key, from, order }) => db.$queryRaw<(UserRow & Keyed)[]>`
        SELECT u.id, u.display_name AS "displayName", u.username, u.email, u.department, u.job_title AS "jobTitle",
          u.role::text AS role, u.status::text AS status, u.password_hash IS NULL AS pending, u.deleted_at AS "deletedAt", ${key}
        FROM ${from} ORDER BY ${order}`,
    ),
    wordsOf(filter.q).length > 0 ? undefined : countUsers(filter, matching),
  ]);
  return { ...page, ...counted };
}

/** Deleted people whom a page shows besides. */
const mostDeleted = 5;

/**
 * Whom a search finds besides the list: people who were deleted and can be restored, by name. They are looked for where those who are not deleted do
 * not fill the page: a word that many have is not looked for a second time. Nobody, where the list is of one status.
 */
export async function listDeletedMatches(
  filter: UserFilter,
  page: FoundPage<UserRow>,
): Promise<{ people: UserRow[]; more: boolean }> {
  if (filter.status || filter.cursor || page.nextCursor || wordsOf(filter.q).length === 0)
    return { people: [], more: false };
  const { items, nextCursor } = await listUsers({ ...filter, status: 'deleted', sort: 'name' }, mostDeleted);
  return { people: items, more: nextCursor !== undefined };
}

/** SQL over `users u`: whom a filter of the list means, its words included; every one of them, however many there are. */
export function userConditions(filter: Partial<Omit<UserFilter, 'sort' | 'cursor'>>): Prisma.Sql {
  const { groupId, q } = filter;
  const all = [where(filter), ...containing(personWords, q), ...(groupId ? [isEffectiveMember(groupId)] : [])];
  return Prisma.join(all, ' AND ');
}

function searchedUsers({ q = '', sort, status }: UserFilter, matching: Prisma.Sql): SearchedList {
  const by = sort.replace('-', '') as keyof typeof orders;
  const list = {
    ...people,
    q,
    where: matching,
    columns: [...orders[by], personKeys.id],
    descending: sort.startsWith('-'),
  };
  // No index has the names of deleted people alone; there are few.
  if (status === 'deleted') return list;
  if (sort === 'name') return { ...list, ...bestFirst(q) };
  if (by !== 'username' && by !== 'email') return list;
  return {
    ...list,
    ...bestFirst(q),
    beginnings: [{ where: startingWith(personKeys[by].sql, q), key: personKeys[by] }],
  };
}

const people = {
  select: Prisma.sql`SELECT u.* FROM users u`,
  as: Prisma.sql`u`,
  words: personWords,
  columns: [personKeys.name, personKeys.id],
  sample: { table: 'users', column: 'words' },
} as const;

/** Of those who are not deleted. */
const bestFirst = (q: string) => ({ beginnings: personBeginnings(q), within: Prisma.sql`u.deleted_at IS NULL` });

function countUsers(filter: UserFilter, matching: Prisma.Sql): Promise<Counted> {
  if (isGroupAlone(filter)) return countGroup(filter.groupId);
  return boundedCount(db, Prisma.sql`users u WHERE ${matching}`, filter.groupId ? groupCountLimit : undefined);
}

/** Nothing else is filtered by, so that the number is kept. */
function isGroupAlone(filter: UserFilter): filter is UserFilter & { groupId: string } {
  const { groupId, q, status, role, names, department } = filter;
  return groupId !== undefined && ![q, status, role, names, department].some(Boolean);
}

async function countGroup(groupId: string): Promise<Counted> {
  const counts = await readMemberCounts([groupId]);
  return { total: counts.get(groupId)?.effective ?? 0, totalIsExact: true };
}

/** Most departments that are offered to filter by. */
const departmentsOffered = 200;

export interface UserFacets {
  statuses: Record<UserStatus, Counted>;
  /** In order; each as one of its people has it. */
  departments: string[];
  /** People with a name that somebody else had first. */
  contested: Counted;
}

/** What the filters offer, over the whole directory. */
export async function readUserFacets(): Promise<UserFacets> {
  const standing = (status: UserStatus) => boundedCount(db, Prisma.sql`users u WHERE ${personStandings[status]}`);
  const [active, pending, suspended, deleted, departments, contested] = await Promise.all([
    standing('active'),
    standing('pending'),
    standing('suspended'),
    standing('deleted'),
    listDepartments(),
    boundedCount(db, Prisma.sql`(SELECT DISTINCT user_id FROM taken_names WHERE contested) AS contested`),
  ]);
  return { statuses: { active, pending, suspended, deleted }, departments, contested };
}

/** From each department to the next one by the index: as many steps as there are departments, however many people. */
async function listDepartments(): Promise<string[]> {
  const key = personKeys.department.sql;
  const first = Prisma.sql`SELECT ${key} AS key, u.department FROM users u WHERE u.deleted_at IS NULL`;
  const rows = await db.$queryRaw<{ department: string }[]>`
    WITH RECURSIVE departments(key, department) AS (
      (${first} AND ${key} > '' ORDER BY ${key} LIMIT 1)
      UNION ALL
      SELECT next.key, next.department FROM departments d,
        LATERAL (${first} AND ${key} > d.key ORDER BY ${key} LIMIT 1) AS next)
    SELECT department FROM departments LIMIT ${departmentsOffered}`;
  return rows.map(({ department }) => department);
}

export interface PersonOption {
  id: string;
  displayName: string;
  username: string;
  email: string;
}

/** The first that match, and whether there may be more of them in what was not looked at. */
export interface Options<Option> {
  items: Option[];
  partial: boolean;
}

/** The first people that match, best first, for a field in which somebody is chosen. @param options `deleted`: those who can be restored, by name, instead of those who are not deleted */
export async function searchPeople(
  query: string,
  options: { limit?: number; notInGroup?: string; deleted?: true } = {},
): Promise<Options<PersonOption>> {
  const clauses = [options.deleted ? personStandings.deleted : Prisma.sql`u.deleted_at IS NULL`];
  if (options.notInGroup) clauses.push(Prisma.sql`NOT ${isMemberOfAny([options.notInGroup])}`);
  const { items, partial } = await search(
    db,
    { ...people, ...(options.deleted ? {} : bestFirst(query)), q: query, where: Prisma.join(clauses, ' AND ') },
    { cursor: undefined, limit: options.limit ?? 20 },
    ({ key, from, order }) => db.$queryRaw<(PersonOption & Keyed)[]>`
      SELECT u.id, u.display_name AS "displayName", u.username, u.email, ${key} FROM ${from} ORDER BY ${order}`,
  );
  return { items, partial };
}

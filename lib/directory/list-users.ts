import type { Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type KeyColumn, type Keyed, readPage } from '@/lib/db/keyset';
import { containing } from '@/lib/db/search';
import { closureSql } from './membership';
import type { UserFilter } from './schema';

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

const sortKeys = {
  name: Prisma.sql`lower(u.lastname || ' ' || u.firstname)`,
  username: Prisma.sql`lower(u.username)`,
  email: Prisma.sql`lower(u.email)`,
  department: Prisma.sql`lower(coalesce(u.department, ''))`,
  created: Prisma.sql`u.created_at`,
} as const;

const byId: KeyColumn = { sql: Prisma.sql`u.id`, type: 'uuid' };

const statusSql = {
  active: Prisma.sql`u.deleted_at IS NULL AND u.status = 'active' AND u.password_hash IS NOT NULL`,
  pending: Prisma.sql`u.deleted_at IS NULL AND u.status = 'active' AND u.password_hash IS NULL`,
  suspended: Prisma.sql`u.deleted_at IS NULL AND u.status = 'suspended'`,
  deleted: Prisma.sql`u.deleted_at IS NOT NULL`,
} as const;

const searched = Prisma.sql`lower(concat_ws(' ', u.display_name, u.firstname, u.lastname, u.username, u.email,
  u.employee_identifier, u.department, u.job_title))`;

function where(filter: UserFilter): Prisma.Sql {
  // Without a status, deleted people are not shown; erased ones never are.
  const clauses = [
    Prisma.sql`u.purged_at IS NULL`,
    filter.status ? statusSql[filter.status] : Prisma.sql`u.deleted_at IS NULL`,
  ];
  clauses.push(...containing(searched, filter.q));
  if (filter.role) clauses.push(Prisma.sql`u.role = ${filter.role}::role`);
  if (filter.names) clauses.push(Prisma.sql`u.id IN (SELECT user_id FROM taken_names WHERE contested)`);
  if (filter.department) clauses.push(Prisma.sql`u.department = ${filter.department}`);
  if (filter.groupId) {
    clauses.push(Prisma.sql`u.id IN (${closureSql.descendants([filter.groupId])}
      SELECT m.user_id FROM closure c JOIN group_members m ON m.group_id = c.id)`);
  }
  return Prisma.join(clauses, ' AND ');
}

/** A page of people. Words of the search are all wanted, in any property. @param limit rows at most, 50 unless told */
export async function listUsers(filter: UserFilter, limit = 50): Promise<Page<UserRow> & { total: number }> {
  const matching = where(filter);
  const sort = filter.sort.replace('-', '') as keyof typeof sortKeys;
  const columns = [{ sql: sortKeys[sort], type: sort === 'created' ? 'timestamptz' : 'text' }, byId] as const;
  const part = { where: matching, columns, descending: filter.sort.startsWith('-') };
  const [page, counts] = await Promise.all([
    readPage(
      part,
      { cursor: filter.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(UserRow & Keyed)[]>`
      SELECT u.id, u.display_name AS "displayName", u.username, u.email, u.department, u.job_title AS "jobTitle",
        u.role::text AS role, u.status::text AS status, u.password_hash IS NULL AS pending,
        u.deleted_at AS "deletedAt", ${key}
      FROM users u WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    db.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM users u WHERE ${matching}`,
  ]);
  return { ...page, total: counts[0]?.count ?? 0 };
}

export interface UserFacets {
  statuses: Record<keyof typeof statusSql, number>;
  departments: { value: string; count: number }[];
  /** People with a name that somebody else had first. */
  contested: number;
}

/** Counts for the filters, over the whole directory. */
export async function countUserFacets(): Promise<UserFacets> {
  const [statuses, departments, contested] = await Promise.all([
    db.$queryRaw<UserFacets['statuses'][]>`
      SELECT count(*) FILTER (WHERE ${statusSql.active})::int AS active,
        count(*) FILTER (WHERE ${statusSql.pending})::int AS pending,
        count(*) FILTER (WHERE ${statusSql.suspended})::int AS suspended,
        count(*) FILTER (WHERE ${statusSql.deleted})::int AS deleted
      FROM users u WHERE u.purged_at IS NULL`,
    db.$queryRaw<{ value: string; count: number }[]>`
      SELECT department AS value, count(*)::int AS count FROM users
      WHERE deleted_at IS NULL AND department IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50`,
    db.$queryRaw<{ count: number }[]>`
      SELECT count(DISTINCT user_id)::int AS count FROM taken_names WHERE contested`,
  ]);
  return {
    statuses: statuses[0] ?? { active: 0, pending: 0, suspended: 0, deleted: 0 },
    departments,
    contested: contested[0]?.count ?? 0,
  };
}

export interface PersonOption {
  id: string;
  displayName: string;
  username: string;
  email: string;
}

/** The first people that match, for a field in which somebody is chosen. Deleted people are left out. */
export async function searchPeople(query: string, options: { limit?: number; notInGroup?: string } = {}) {
  const clauses = containing(searched, query);
  if (options.notInGroup) {
    clauses.push(Prisma.sql`NOT EXISTS (SELECT 1 FROM group_members m
      WHERE m.user_id = u.id AND m.group_id = ${options.notInGroup}::uuid)`);
  }
  return db.$queryRaw<PersonOption[]>`
    SELECT u.id, u.display_name AS "displayName", u.username, u.email FROM users u
    WHERE ${Prisma.join([Prisma.sql`u.deleted_at IS NULL`, ...clauses], ' AND ')}
    ORDER BY ${sortKeys.name}, u.id LIMIT ${options.limit ?? 20}`;
}

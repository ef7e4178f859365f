import type { Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { containing } from '@/lib/db/search';
import { closureSql, countEffectiveMembers } from './membership';
import type { GroupFilter } from './schema';

export interface GroupRow {
  id: string;
  name: string;
  description: string;
  /** The application it was imported from: such a group is read-only. */
  importedFrom: { id: string; displayLabel: string } | null;
  /** People, through nesting as well. */
  members: number;
  nestedGroups: number;
  applications: number;
}

const sortKeys = {
  name: { sql: Prisma.sql`lower(g.name)`, type: 'text' },
  created: { sql: Prisma.sql`g.created_at`, type: 'timestamptz' },
} as const;

const searched = Prisma.sql`lower(g.name || ' ' || g.description)`;

/** A page of user groups that are not deleted. Words of the search are all wanted. @param limit rows at most, 50 unless told */
export async function listGroups(filter: GroupFilter, limit = 50): Promise<Page<GroupRow> & { total: number }> {
  const clauses = [Prisma.sql`g.deleted_at IS NULL`];
  clauses.push(...containing(searched, filter.q));
  if (filter.origin === 'own') clauses.push(Prisma.sql`g.imported_from_id IS NULL`);
  if (filter.origin === 'imported') clauses.push(Prisma.sql`g.imported_from_id IS NOT NULL`);
  const matching = Prisma.join(clauses, ' AND ');
  const sort = filter.sort.replace('-', '') as keyof typeof sortKeys;
  const part = {
    where: matching,
    columns: [sortKeys[sort], { sql: Prisma.sql`g.id`, type: 'uuid' }],
    descending: filter.sort.startsWith('-'),
  } as const;
  const [page, counts] = await Promise.all([
    readPage(
      part,
      { cursor: filter.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<RawRow[]>`
      SELECT g.id, g.name, g.description, a.id AS "fromId", a.display_label AS "fromLabel",
        g.imported_from_id AS "importedFromId", ${key},
        (SELECT count(*) FROM group_nestings n JOIN groups c ON c.id = n.child_id AND c.deleted_at IS NULL
         WHERE n.parent_id = g.id)::int AS "nestedGroups",
        (SELECT count(*) FROM application_groups ag WHERE ag.group_id = g.id)::int AS applications
      FROM groups g LEFT JOIN applications a ON a.id = g.imported_from_id
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    db.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM groups g WHERE ${matching}`,
  ]);
  const members = await countEffectiveMembers(page.items.map((row) => row.id));
  const items = page.items.map(({ fromId, fromLabel, importedFromId, ...row }) => ({
    ...row,
    importedFrom: importedFromId ? { id: fromId ?? importedFromId, displayLabel: fromLabel ?? 'an application' } : null,
    members: members.get(row.id)?.members ?? 0,
  }));
  return { ...page, items, total: counts[0]?.count ?? 0 };
}

interface RawRow extends Keyed {
  id: string;
  name: string;
  description: string;
  fromId: string | null;
  fromLabel: string | null;
  importedFromId: string | null;
  nestedGroups: number;
  applications: number;
}

export interface GroupOption {
  id: string;
  name: string;
  description: string;
}

/**
 * The first groups that match, for a field in which one is chosen.
 * @param options `nestableUnder` leaves out that group, its direct children, and whatever contains it
 */
export async function searchGroups(
  query: string,
  options: { limit?: number; nestableUnder?: string } = {},
): Promise<GroupOption[]> {
  const clauses = [Prisma.sql`g.deleted_at IS NULL`];
  clauses.push(...containing(searched, query));
  if (options.nestableUnder) {
    clauses.push(Prisma.sql`NOT EXISTS (SELECT 1 FROM group_nestings n
      WHERE n.parent_id = ${options.nestableUnder}::uuid AND n.child_id = g.id)`);
    clauses.push(Prisma.sql`g.id NOT IN (${closureSql.ancestors([options.nestableUnder])} SELECT id FROM closure)`);
  }
  return db.$queryRaw`
    SELECT g.id, g.name, g.description FROM groups g
    WHERE ${Prisma.join(clauses, ' AND ')} ORDER BY lower(g.name), g.id LIMIT ${options.limit ?? 20}`;
}

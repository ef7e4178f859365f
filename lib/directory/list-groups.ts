import { boundedCount } from '@/lib/db/bounded-count';
import { type FoundPage, search } from '@/lib/db/bounded-search';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { KeyColumn, Keyed } from '@/lib/db/keyset';
import { startingWith, wordsOf } from '@/lib/db/search';
import { groupWords } from './group-sql';
import type { Options } from './list-users';
import { memberCount } from './membership';
import type { GroupFilter } from './schema';

export interface GroupRow {
  id: string;
  name: string;
  description: string;
  /** Its members follow from a rule. */
  dynamic: boolean;
  /** The application it was imported from: such a group is read-only. */
  importedFrom: { id: string; displayLabel: string } | null;
  /** That application has it no longer. */
  gone: boolean;
  /** The directory that is the master of it: read-only, too. */
  source: { id: string; name: string } | null;
  /** People, through nesting as well. */
  members: number;
  nestedGroups: number;
  applications: number;
}

const sortKeys = {
  name: { sql: Prisma.sql`g.name_folded`, type: 'text' },
  created: { sql: Prisma.sql`g.created_at`, type: 'timestamptz' },
} as const;

const byId: KeyColumn = { sql: Prisma.sql`g.id`, type: 'uuid' };

const groups = {
  select: Prisma.sql`SELECT g.* FROM groups g`,
  as: Prisma.sql`g`,
  words: groupWords,
  columns: [sortKeys.name, byId],
  sample: { table: 'groups', column: 'words' },
} as const;

const bestFirst = (q: string | undefined) =>
  q
    ? {
        beginnings: [{ where: startingWith(sortKeys.name.sql, q), key: sortKeys.name }],
        within: Prisma.sql`g.deleted_at IS NULL`,
      }
    : {};

/**
 * A page of user groups that are not deleted. Words of the search are all wanted; what begins with them comes first, unless
 * another order than by name is asked for. @param limit rows at most, 50 unless told
 */
export async function listGroups(filter: GroupFilter, limit = 50): Promise<FoundPage<GroupRow>> {
  const clauses = [Prisma.sql`g.deleted_at IS NULL`];
  if (filter.origin === 'own') clauses.push(Prisma.sql`g.imported_from_id IS NULL`);
  if (filter.membership === 'rule') clauses.push(Prisma.sql`g.dynamic`);
  if (filter.membership === 'hand') clauses.push(Prisma.sql`NOT g.dynamic`);
  if (filter.origin === 'imported') clauses.push(Prisma.sql`g.imported_from_id IS NOT NULL`);
  const matching = Prisma.join(clauses, ' AND ');
  const columns = [sortKeys[filter.sort.replace('-', '') as keyof typeof sortKeys], byId];
  const order = filter.sort === 'name' ? bestFirst(filter.q) : { columns, descending: filter.sort.startsWith('-') };
  const [page, counted] = await Promise.all([
    search(
      db,
      { ...groups, ...order, q: filter.q, where: matching },
      { cursor: filter.cursor, limit },
      ({ key, from, order: byKey }) => db.$queryRaw<RawRow[]>`
      SELECT g.id, g.name, g.description, g.dynamic, a.id AS "fromId", a.display_label AS "fromLabel", s.id AS "sourceId", s.name AS "sourceName",
        g.imported_from_id AS "importedFromId", g.gone_at IS NOT NULL AS gone, ${key},
        (SELECT count(*) FROM group_nestings n JOIN groups c ON c.id = n.child_id AND c.deleted_at IS NULL
         WHERE n.parent_id = g.id)::int AS "nestedGroups",
        (SELECT count(*) FROM application_groups ag WHERE ag.group_id = g.id)::int AS applications,
        ${memberCount} AS members
      FROM ${from} LEFT JOIN applications a ON a.id = g.imported_from_id
        LEFT JOIN sources s ON s.id = g.source_id AND s.deleted_at IS NULL ORDER BY ${byKey}`,
    ),
    wordsOf(filter.q).length > 0 ? undefined : boundedCount(db, Prisma.sql`groups g WHERE ${matching}`),
  ]);
  const items = page.items.map(({ fromId, fromLabel, importedFromId, sourceId, sourceName, ...row }) => ({
    ...row,
    source: sourceId && sourceName ? { id: sourceId, name: sourceName } : null,
    importedFrom: importedFromId ? { id: fromId ?? importedFromId, displayLabel: fromLabel ?? 'an application' } : null,
  }));
  return { ...page, items, ...counted };
}

interface RawRow extends Keyed {
  id: string;
  name: string;
  description: string;
  dynamic: boolean;
  fromId: string | null;
  fromLabel: string | null;
  importedFromId: string | null;
  gone: boolean;
  sourceId: string | null;
  sourceName: string | null;
  nestedGroups: number;
  applications: number;
  members: number;
}

export interface GroupOption {
  id: string;
  name: string;
  description: string;
  /** Of which application it is; null: of the directory. */
  importedFrom: string | null;
}

/**
 * The first groups that match, for a field in which one is chosen.
 * @param options `own`: of the directory alone, those of applications left out; `nestableUnder` leaves out that group, its direct children, and whatever contains it
 */
export async function searchGroups(
  query: string,
  options: { limit?: number; nestableUnder?: string; own?: boolean } = {},
): Promise<Options<GroupOption>> {
  const clauses = [Prisma.sql`g.deleted_at IS NULL`];
  if (options.own) clauses.push(Prisma.sql`g.imported_from_id IS NULL`);
  if (options.nestableUnder) {
    clauses.push(Prisma.sql`NOT EXISTS (SELECT 1 FROM group_nestings n
      WHERE n.parent_id = ${options.nestableUnder}::uuid AND n.child_id = g.id)`);
    clauses.push(Prisma.sql`g.id NOT IN (SELECT id FROM groups_above(ARRAY[${options.nestableUnder}::uuid]))`);
  }
  const { items, partial } = await search(
    db,
    { ...groups, ...bestFirst(query), q: query, where: Prisma.join(clauses, ' AND ') },
    { cursor: undefined, limit: options.limit ?? 20 },
    ({ key, from, order }) => db.$queryRaw<(GroupOption & Keyed)[]>`
      SELECT g.id, g.name, g.description, coalesce(a.display_label, CASE WHEN g.imported_from_id IS NOT NULL THEN 'an application' END) AS "importedFrom", ${key}
      FROM ${from} LEFT JOIN applications a ON a.id = g.imported_from_id ORDER BY ${order}`,
  );
  return { items, partial };
}

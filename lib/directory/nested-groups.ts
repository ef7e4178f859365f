import type { Page } from '@/lib/core/pagination';
import { boundedCount, type Counted } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { memberCount } from './membership';

/** A group that is nested in another, or has it nested. */
export interface RelatedGroup {
  id: string;
  name: string;
  description: string;
  /** People, through nesting as well. */
  members: number;
}

interface AskedPage {
  cursor?: string | undefined;
  limit?: number;
}

/** The groups nested in one, by name; those that are nested in these are theirs. @param page `limit` 50 unless told */
export const listNestedGroups = (groupId: string, page: AskedPage = {}) =>
  listRelated(nestingsOf(groupId, 'parent'), page);

/** The groups that one is nested in, by name. @param page `limit` 50 unless told */
export const listParentGroups = (groupId: string, page: AskedPage = {}) =>
  listRelated(nestingsOf(groupId, 'child'), page);

const columns: Part['columns'] = [
  { sql: Prisma.sql`g.name_folded`, type: 'text' },
  { sql: Prisma.sql`g.id`, type: 'uuid' },
];

/** SQL of the nestings of a group, and which group each is with: a group that is deleted is in none. */
function nestingsOf(groupId: string, as: 'parent' | 'child'): { from: Prisma.Sql; other: Prisma.Sql } {
  return as === 'parent'
    ? { from: Prisma.sql`group_nestings n WHERE n.parent_id = ${groupId}::uuid`, other: Prisma.sql`n.child_id` }
    : { from: Prisma.sql`group_nestings n WHERE n.child_id = ${groupId}::uuid`, other: Prisma.sql`n.parent_id` };
}

/** Of the nestings of one group, as many as they are, the names are sorted; what else is shown is read for the page alone. */
async function listRelated(
  { from, other }: ReturnType<typeof nestingsOf>,
  { cursor, limit = 50 }: AskedPage,
): Promise<Page<RelatedGroup> & Counted> {
  const where = Prisma.sql`g.deleted_at IS NULL`;
  const [page, counted] = await Promise.all([
    readPage(
      { where, columns },
      { cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(RelatedGroup & Keyed)[]>`
        SELECT g.id, g.name, g.description, ${memberCount} AS members, ${key} FROM (
          SELECT g.* FROM (SELECT ${other} AS id FROM ${from}) n JOIN groups g ON g.id = n.id
          WHERE ${after} ORDER BY ${order} LIMIT ${take}) g
        ORDER BY ${order}`,
    ),
    boundedCount(db, from),
  ]);
  return { ...page, ...counted };
}

import { decodeKeyCursor, encodeCursor, type Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { likePattern } from '@/lib/db/search';
import { countEffectiveMembers } from '@/lib/directory/membership';
import type { GroupChoice } from './queries';

export interface GroupsOfApplicationQuery {
  q?: string | undefined;
  /** True: those that let their members in; false: the others; absent: all. */
  associated?: boolean | undefined;
  cursor?: string | undefined;
  /** Groups a page, 200 at most. */
  limit: number;
}

/** User groups as an application sees them, by name, read by key. */
export async function listGroupsOfApplication(
  applicationId: string,
  query: GroupsOfApplicationQuery,
): Promise<Page<GroupChoice> & { total: number }> {
  const limit = Math.min(query.limit, 200);
  const after = decodeKeyCursor(query.cursor);
  const pattern = likePattern(query.q?.trim() ?? '');
  const associated = Prisma.sql`EXISTS (SELECT 1 FROM application_groups a
    WHERE a.application_id = ${applicationId}::uuid AND a.group_id = g.id)`;
  const wanted = query.associated === undefined ? Prisma.sql`true` : Prisma.sql`${associated} = ${query.associated}`;
  const matching = Prisma.sql`g.deleted_at IS NULL AND g.name ILIKE ${pattern} AND ${wanted}`;
  const [rows, [counted]] = await Promise.all([
    db.$queryRaw<(GroupChoice & { sortKey: string })[]>`
      SELECT * FROM (
        SELECT g.id, g.name, g.description, f.display_label AS "importedFrom", 0 AS members,
          ${associated} AS associated, lower(g.name) COLLATE "C" AS "sortKey"
        FROM groups g LEFT JOIN applications f ON f.id = g.imported_from_id
        WHERE ${matching}
      ) listed
      WHERE ${after ? Prisma.sql`("sortKey", id) > (${after[0]}, ${after[1]}::uuid)` : Prisma.sql`true`}
      ORDER BY "sortKey", id LIMIT ${limit + 1}`,
    db.$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM groups g WHERE ${matching}`,
  ]);
  const shown = rows.slice(0, limit);
  const members = await countEffectiveMembers(shown.map((group) => group.id));
  const last = rows[limit - 1];
  return {
    items: shown.map(({ sortKey: _, ...group }) => ({ ...group, members: members.get(group.id)?.members ?? 0 })),
    total: Number(counted?.count ?? 0),
    ...(rows.length > limit && last ? { nextCursor: encodeCursor([last.sortKey, last.id]) } : {}),
  };
}

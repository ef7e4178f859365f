import type { Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, type Part, readPage } from '@/lib/db/keyset';
import { likePattern } from '@/lib/db/search';
import { memberCount } from '@/lib/directory/membership';
import type { GroupChoice } from './queries';

export interface GroupsOfApplicationQuery {
  q?: string | undefined;
  /** True: those that let their members in; false: the others; absent: all. */
  associated?: boolean | undefined;
  cursor?: string | undefined;
  /** Groups a page, 200 at most. */
  limit: number;
}

/** User groups as an application sees them, without those that are its own: associated ones first, then the others, each by name. */
export async function listGroupsOfApplication(
  applicationId: string,
  query: GroupsOfApplicationQuery,
): Promise<Page<GroupChoice> & { total: number }> {
  const limit = Math.min(query.limit, 200);
  const q = query.q?.trim();
  // Its own groups give no access to it (change-associations.ts).
  const others = Prisma.sql`g.deleted_at IS NULL AND g.imported_from_id IS DISTINCT FROM ${applicationId}::uuid`;
  const present = q ? Prisma.sql`${others} AND g.name ILIKE ${likePattern(q)}` : others;
  const ofApplication = Prisma.sql`(SELECT a.group_id FROM application_groups a WHERE a.application_id = ${applicationId}::uuid)`;
  const associated = Prisma.sql`g.id IN ${ofApplication}`;
  const parts: Part[] = [true, false]
    .filter((wanted) => wanted === (query.associated ?? wanted))
    .map((wanted) => ({
      where: Prisma.sql`${present} AND ${wanted ? associated : Prisma.sql`g.id NOT IN ${ofApplication}`}`,
      // As the index of groups has it.
      columns: [
        { sql: Prisma.sql`g.name_folded`, type: 'text' },
        { sql: Prisma.sql`g.id`, type: 'uuid' },
      ],
    }));
  const matching = Prisma.join(
    parts.map(({ where }) => where),
    ' OR ',
  );
  const [{ items, ...more }, [counted]] = await Promise.all([
    readPage(
      parts,
      { cursor: query.cursor, limit },
      ({ key, after, order, take }) => db.$queryRaw<(GroupChoice & Keyed)[]>`
        SELECT g.id, g.name, g.description, f.display_label AS "importedFrom", ${memberCount} AS members, (${associated}) AS associated, ${key}
        FROM groups g LEFT JOIN applications f ON f.id = g.imported_from_id
        WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    db.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM groups g WHERE ${matching}`,
  ]);
  return { items, ...more, total: counted?.count ?? 0 };
}

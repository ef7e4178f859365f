import type { Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';
import { likePattern } from '@/lib/db/search';

/** A group as an application has it, as last read. */
export interface RemoteGroupRow {
  remoteId: string;
  name: string;
  members: number;
  /** The user group that it is linked to. */
  linkedTo: { groupId: string; name: string } | null;
  readAt: Date;
}

const most = 200;

/** Groups of an application, as it was last read, by name. */
export async function listRemoteGroups(
  applicationId: string,
  { q, cursor, limit = 50 }: { q?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
): Promise<Page<RemoteGroupRow>> {
  const found = q?.trim() ? Prisma.sql`AND r.display_name ILIKE ${likePattern(q.trim())}` : Prisma.empty;
  const part = {
    where: Prisma.sql`r.application_id = ${applicationId}::uuid ${found}`,
    columns: [
      { sql: Prisma.sql`left(lower(r.display_name), 200)`, type: 'text' as const },
      { sql: Prisma.sql`r.remote_id`, type: 'text' as const },
    ],
  };
  type Row = Omit<RemoteGroupRow, 'linkedTo'> & { groupId: string | null; groupName: string | null } & Keyed;
  const { items, ...page } = await readPage(
    part,
    { cursor, limit: Math.min(limit, most) },
    ({ key, after, order, take }) => db.$queryRaw<Row[]>`
      SELECT r.remote_id AS "remoteId", r.display_name AS name, cardinality(r.member_ids) AS members, r.read_at AS "readAt",
        g.id AS "groupId", g.name AS "groupName", ${key}
      FROM remote_groups r
      LEFT JOIN group_links l ON l.application_id = r.application_id AND l.remote_id = r.remote_id
      LEFT JOIN groups g ON g.id = l.group_id
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
  return {
    ...page,
    items: items.map(({ groupId, groupName, ...row }) => ({
      ...row,
      linkedTo: groupId === null ? null : { groupId, name: groupName ?? '' },
    })),
  };
}

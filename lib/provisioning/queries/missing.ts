import type { Page } from '@/lib/core/pagination';
import { db } from '@/lib/db/client';
import type { MissingAnswer } from '@/lib/db/generated/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';

/** An account or a group that is linked and that the application's list does not show any more. */
export interface MissingRow {
  linkId: string;
  kind: 'account' | 'group';
  /** Of the person or the user group. */
  id: string;
  name: string;
  /** The id over there that it was asked for by. */
  remoteId: string;
  /** What the application answered. */
  answer: MissingAnswer;
  confirmedAt: Date | null;
}

/** What the last reading of an application missed, in no order that means anything; nothing where all is well. */
export function listMissing(
  applicationId: string,
  query: { cursor?: string | undefined },
  limit: number,
): Promise<Page<MissingRow>> {
  const part = {
    where: Prisma.sql`m.application_id = ${applicationId}::uuid`,
    columns: [{ sql: Prisma.sql`m.link_id`, type: 'uuid' as const }],
  };
  return readPage(
    part,
    { cursor: query.cursor, limit },
    ({ key, after, order, take }) => db.$queryRaw<(MissingRow & Keyed)[]>`
      SELECT m.link_id AS "linkId", CASE WHEN u.id IS NULL THEN 'group' ELSE 'account' END AS kind, coalesce(u.id, g.id) AS id,
        coalesce(u.display_name, g.name) AS name, m.remote_id AS "remoteId", m.answer::text AS answer, m.confirmed_at AS "confirmedAt", ${key}
      FROM missing_links m
      LEFT JOIN user_links ul ON ul.id = m.user_link_id LEFT JOIN users u ON u.id = ul.user_id
      LEFT JOIN group_links gl ON gl.id = m.group_link_id LEFT JOIN groups g ON g.id = gl.group_id
      WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
  );
}

/** How many there are. */
export function countMissing(applicationId: string): Promise<number> {
  return db.missingLink.count({ where: { applicationId } });
}

import { boundedCount } from '@/lib/db/bounded-count';
import { db } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { type Keyed, readPage } from '@/lib/db/keyset';

/** Somebody who is in a group of an application over there, and not in the directory. */
export interface ForeignMember {
  remoteId: string;
  /** What the account is called over there. */
  name: string;
}

/** Members of an application's group who are not in the directory, by name. @param query `limit` 50 unless told */
export async function listForeignMembers(
  groupId: string,
  { cursor, limit = 50 }: { cursor?: string | undefined; limit?: number },
) {
  const where = Prisma.sql`m.group_id = ${groupId}::uuid AND m.user_id IS NULL`;
  // As the index of migration 0155 has it.
  const columns = [
    { sql: Prisma.sql`(left(lower(m.name), 200) COLLATE "C")`, type: 'text' as const },
    { sql: Prisma.sql`m.remote_id`, type: 'text' as const },
  ];
  const [page, counted] = await Promise.all([
    readPage(
      { where, columns },
      { cursor, limit },
      ({ key, after, order, take }) =>
        db.$queryRaw<(ForeignMember & Keyed)[]>`
        SELECT m.remote_id AS "remoteId", m.name, ${key} FROM application_group_members m
        WHERE ${after} ORDER BY ${order} LIMIT ${take}`,
    ),
    boundedCount(db, Prisma.sql`application_group_members m WHERE ${where}`),
  ]);
  return { ...page, ...counted };
}

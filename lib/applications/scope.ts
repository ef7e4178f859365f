import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/**
 * A query (user_id) of everyone to whom an application is granted: members of its associated groups, nested groups
 * included, and people assigned directly. It does not look at whether the person is active.
 * @param withoutGroupIds as if these groups were not associated, for a preview
 */
export function grantedUsers(applicationId: string, withoutGroupIds: readonly string[] = []): Prisma.Sql {
  return Prisma.sql`
    WITH RECURSIVE granting(group_id) AS (
      SELECT ag.group_id FROM application_groups ag JOIN groups g ON g.id = ag.group_id AND g.deleted_at IS NULL
      WHERE ag.application_id = ${applicationId}::uuid AND ag.group_id <> ALL (${[...withoutGroupIds]}::uuid[])
      UNION
      SELECT n.child_id FROM group_nestings n JOIN granting ON granting.group_id = n.parent_id
      JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL
    )
    SELECT m.user_id FROM group_members m JOIN granting ON granting.group_id = m.group_id
    UNION
    SELECT au.user_id FROM application_users au WHERE au.application_id = ${applicationId}::uuid AND au.assigned`;
}

/** Which of these people the application is granted to. */
export async function grantedAmong(tx: Tx, applicationId: string, userIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ user_id: string }[]>`
    SELECT user_id FROM (${grantedUsers(applicationId)}) AS granted WHERE user_id = ANY (${[...userIds]}::uuid[])`;
  return new Set(rows.map((row) => row.user_id));
}

import { db } from '@/lib/db/client';

/** What took away somebody's way into an application, as the events tell it. */
export interface LostGrant {
  kind: 'disassociated' | 'unassigned' | 'removed' | 'group_deleted';
  /** Of the user group; of `unassigned`, of nobody. */
  group: string | null;
  by: string;
  at: Date;
}

/** So many events of a kind are looked at, and as far back: the account follows within seconds, unless it was held. */
const lookedAt = 200;
const backHours = 24;

/**
 * The latest change before a moment by which somebody may have lost the application: a group of theirs that was taken from it or deleted, one
 * that they were taken out of, their own assignment. Undefined: the events that are kept tell of none.
 */
export async function findLostGrant(
  applicationId: string,
  userId: string,
  before: Date,
): Promise<LostGrant | undefined> {
  const since = new Date(before.getTime() - backHours * 60 * 60_000);
  const [found] = await db.$queryRaw<LostGrant[]>`
    WITH person AS (SELECT id, username FROM users WHERE id = ${userId}::uuid),
    ofApplication AS (
      SELECT * FROM events WHERE application_id = ${applicationId}::uuid ORDER BY id DESC LIMIT ${lookedAt * 5}),
    ofMembers AS (SELECT * FROM events WHERE name = 'group_members_update' ORDER BY id DESC LIMIT ${lookedAt}),
    ofGroups AS (SELECT * FROM events WHERE name = 'group_delete' ORDER BY id DESC LIMIT ${lookedAt})
    SELECT kind, "group", actor_name AS by, at FROM (
      SELECT CASE target_type WHEN 'group' THEN 'disassociated' ELSE 'unassigned' END AS kind,
        CASE target_type WHEN 'group' THEN target_name END AS "group", actor_name, at, e.id FROM ofApplication e, person
      WHERE e.name = 'association_delete' AND outcome = 'success'
        AND (target_type = 'user' AND target_id = person.id::text
          OR target_type = 'group' AND EXISTS (SELECT FROM effective_members m WHERE m.group_id::text = e.target_id AND m.user_id = person.id))
      UNION ALL
      SELECT 'removed', target_name, actor_name, at, e.id FROM ofMembers e, person
      WHERE outcome = 'success' AND changes -> 'removed' -> 'from' ? person.username
      UNION ALL
      SELECT 'group_deleted', target_name, actor_name, at, e.id FROM ofGroups e, person
      WHERE outcome = 'success' AND EXISTS (SELECT FROM group_members m WHERE m.group_id::text = e.target_id AND m.user_id = person.id)) found
    WHERE at <= ${before} AND at > ${since} ORDER BY at DESC, id DESC LIMIT 1`;
  return found;
}

import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { ScimResource } from '@/lib/scim/path';
import { memberIds } from '../internal/member-ids';
import { groupValues, isDrifted } from '../plan/match-groups';
import type { PlanContext } from '../plan/plan-context';
import type { TargetValues } from '../plan/values';

/** Some groups as the application has answered them. */
interface ReadGroups {
  resources: readonly ScimResource[];
  /** Ids of those of which it is known who is in them; absent: of all. */
  told?: readonly string[];
  readAt: Date;
  readingId: string;
  /** What we have sent a group since is newer than what was read of it. */
  since: Date;
}

/**
 * Keeps groups as read, with their members; what drifted from what was sent, or is not there any more, is looked at and put
 * there again. Page by page, so that no statement is about all groups.
 */
export async function storeGroups(
  tx: Tx,
  context: PlanContext,
  { resources, told, readAt, readingId, since }: ReadGroups,
): Promise<void> {
  const rows = resources.flatMap((group) =>
    typeof group.id === 'string' && group.id !== ''
      ? [{ remote_id: group.id, display_name: String(group.displayName ?? ''), member_ids: memberIds(group) }]
      : [],
  );
  // Two rows of one id on one page would make the statement fail: the last one counts.
  const unique = [...new Map(rows.map((row) => [row.remote_id, row])).values()];
  await tx.$executeRaw`
    INSERT INTO remote_groups (application_id, remote_id, display_name, member_ids, read_at, reading_id)
    SELECT ${context.application.id}::uuid, r.remote_id, r.display_name,
      ARRAY(SELECT jsonb_array_elements_text(r.member_ids)), ${readAt}, ${readingId}::uuid
    FROM jsonb_to_recordset(${JSON.stringify(unique)}::jsonb) AS r(
      remote_id text, display_name text, member_ids jsonb)
    ON CONFLICT (application_id, remote_id) DO UPDATE SET display_name = EXCLUDED.display_name,
      member_ids = EXCLUDED.member_ids, read_at = EXCLUDED.read_at, reading_id = EXCLUDED.reading_id`;
  const ids = unique.map(({ remote_id: id }) => id);
  await compareMembers(tx, context, told ?? ids, since);
  await forgetDrifted(tx, context, resources);
}

/**
 * Members whom we put into one of these groups and who are not there any more are put there again; others are counted, and where
 * membership is exact the group is looked up, to be rid of them. Members are compared by a set that is hashed (NOT IN): how many an
 * array holds no planner knows, and one by one a group of 100,000 takes minutes.
 */
async function compareMembers(
  tx: Tx,
  { application: { id: applicationId }, groups: { exactMembership } }: PlanContext,
  remoteIds: readonly string[],
  since: Date,
): Promise<void> {
  const drifted = await tx.$queryRaw<{ id: string }[]>`
    WITH compared AS MATERIALIZED (
      SELECT l.id, r.member_ids FROM group_links l
      JOIN remote_groups r ON r.application_id = l.application_id AND r.remote_id = l.remote_id
      WHERE l.application_id = ${applicationId}::uuid AND l.remote_id = ANY (${[...remoteIds]}::text[])
        AND (l.last_change_at IS NULL OR l.last_change_at < ${since})
      ORDER BY l.application_id, l.group_id FOR NO KEY UPDATE OF l),
    there AS MATERIALIZED (SELECT c.id, unnest(c.member_ids) AS remote_id FROM compared c),
    members AS MATERIALIZED (
      SELECT m.group_link_id, m.user_link_id, m.remote_id FROM compared c JOIN group_link_members m ON m.group_link_id = c.id),
    lost AS (
      DELETE FROM group_link_members m USING members
      WHERE (members.group_link_id, members.remote_id) NOT IN (SELECT there.id, there.remote_id FROM there)
        AND m.group_link_id = members.group_link_id AND m.user_link_id = members.user_link_id
      RETURNING m.group_link_id),
    others AS (
      SELECT c.id, count(t.remote_id)::int AS count FROM compared c
      LEFT JOIN there t ON t.id = c.id AND (t.id, t.remote_id) NOT IN (SELECT group_link_id, remote_id FROM members)
      GROUP BY c.id),
    counted AS (
      UPDATE group_links l SET foreign_members = o.count,
        last_sent = CASE WHEN ${exactMembership} AND o.count > 0 THEN NULL ELSE l.last_sent END
      FROM others o WHERE o.id = l.id AND (l.foreign_members <> o.count OR ${exactMembership} AND o.count > 0))
    SELECT DISTINCT group_link_id AS id FROM lost`;
  // Also when the cycle never comes to its groups, the next change of one of them puts back whoever is missing.
  const linkIds = drifted.map(({ id }) => id);
  if (linkIds.length === 0) return;
  await tx.$executeRaw`SELECT mark_group_members(${linkIds}::uuid[], NULL, false)`;
  await tx.groupLink.updateMany({ where: { id: { in: linkIds } }, data: { membersLost: true } });
}

/** A group whose mapped values over there are not what was sent is read and compared again when it is worked on. */
async function forgetDrifted(tx: Tx, context: PlanContext, groups: readonly ScimResource[]): Promise<void> {
  const byId = new Map(groups.map((group) => [String(group.id), group]));
  const { id: applicationId } = context.application;
  const links = await tx.groupLink.findMany({
    where: { applicationId, state: 'provisioned', remoteId: { in: [...byId.keys()] } },
    select: { id: true, remoteId: true, lastSent: true },
  });
  const drifted = links.filter(({ remoteId, lastSent }) =>
    isDrifted((lastSent as TargetValues | null) ?? {}, groupValues(context, byId.get(remoteId ?? '') ?? {})),
  );
  if (drifted.length === 0) return;
  await tx.groupLink.updateMany({
    where: { id: { in: drifted.map((link) => link.id) } },
    data: { lastSent: Prisma.DbNull },
  });
}

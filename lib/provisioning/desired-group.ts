import { groupRecord } from '@/lib/applications/source-record';
import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { Group, GroupLink } from '@/lib/db/generated/client';
import { mapObject } from '@/lib/mappings/map';
import type { Connection } from './connection';
import type { DesiredGroup } from './plan-group';

/** An account that may be a member over there. */
export interface MemberAccount {
  userLinkId: string;
  remoteId: string;
  name: string;
}

export interface DesiredMembership {
  group: Group;
  desired: DesiredGroup;
  /** Every account of the group's people, by remote id. */
  accounts: Map<string, MemberAccount>;
}

/** What the directory implies for one group in one application. People without an account are no members yet. */
export async function desiredGroup(connection: Connection, link: GroupLink): Promise<DesiredMembership> {
  const applicationId = connection.application.id;
  const group = await db.group.findUniqueOrThrow({ where: { id: link.groupId } });
  const none = (desired: DesiredGroup) => ({ group, desired, accounts: new Map<string, MemberAccount>() });
  if (!connection.integration.manageGroups || link.state === 'deleted') return none({ kind: 'released' });
  if (group.deletedAt) return none(link.state === 'released' ? { kind: 'released' } : { kind: 'gone' });
  const associated = await db.applicationGroup.count({ where: { applicationId, groupId: group.id } });
  if (associated === 0) return none({ kind: 'released' });
  const members = await memberAccounts(applicationId, group.id);
  const mapped = mapObject({
    mappings: connection.groupMappings,
    source: groupRecord(group),
    attributes: connection.groupAttributes,
    purpose: 'update',
    now: now(),
    inScope: true,
  });
  const [problem] = mapped.problems;
  return {
    group,
    desired: {
      kind: 'present',
      values: mapped.values,
      members: new Set(members.filter((member) => member.wanted).map((member) => member.remoteId)),
      keep: new Set(members.filter((member) => !member.wanted).map((member) => member.remoteId)),
      ...(problem
        ? { blocked: { code: 'MandatoryFieldsMissing', message: `${problem.target}: ${problem.message}` } }
        : {}),
    },
    accounts: new Map(members.map((member) => [member.remoteId, member])),
  };
}

/** The accounts of everybody in the group, nested groups included. `wanted`: active, so that they are to be members. */
async function memberAccounts(
  applicationId: string,
  groupId: string,
): Promise<(MemberAccount & { wanted: boolean })[]> {
  return db.$queryRaw`
    WITH RECURSIVE inside(group_id) AS (
      SELECT ${groupId}::uuid
      UNION
      SELECT n.child_id FROM group_nestings n JOIN inside ON inside.group_id = n.parent_id
      JOIN groups g ON g.id = n.child_id AND g.deleted_at IS NULL
    )
    SELECT l.id AS "userLinkId", l.remote_id AS "remoteId", u.display_name AS name,
      l.state NOT IN ('deactivated', 'released') AS wanted
    FROM user_links l JOIN users u ON u.id = l.user_id
    WHERE l.application_id = ${applicationId}::uuid AND l.remote_id IS NOT NULL AND l.state <> 'deleted'
      AND l.user_id IN (SELECT m.user_id FROM group_members m JOIN inside ON inside.group_id = m.group_id)
    ORDER BY l.id`;
}

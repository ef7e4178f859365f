import { groupRecord } from '@/lib/applications/source-record';
import { now } from '@/lib/core/clock';
import { linkStatesThat } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { Group, LinkState } from '@/lib/db/generated/client';
import { inStates } from '@/lib/db/states';
import { type MapResult, mapObject } from '@/lib/mappings/map';
import type { PlanContext } from './plan-context';
import type { DesiredGroup } from './plan-group';
import type { SkipReason } from './plan-user';

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
  /** What the mapping table gave, with what is wrong in it. */
  mapped: { create: MapResult; update: MapResult };
}

/**
 * What the directory implies for one group in one application. People without an account are no members yet.
 * @param link the group's; its state alone counts @param manageGroups whether the application's groups are managed at all
 */
export async function desiredGroup(
  context: PlanContext,
  link: { groupId: string; state: LinkState },
  manageGroups: boolean,
): Promise<DesiredMembership> {
  const applicationId = context.application.id;
  const group = await db.group.findUniqueOrThrow({ where: { id: link.groupId } });
  const mapped = { create: map(context, group, 'create'), update: map(context, group, 'update') };
  const none = (desired: DesiredGroup) => ({ group, desired, mapped, accounts: new Map<string, MemberAccount>() });
  if (!manageGroups || link.state === 'deleted') return none({ kind: 'released' });
  if (group.deletedAt) return none(link.state === 'released' ? { kind: 'released' } : { kind: 'gone' });
  const associated = await db.applicationGroup.count({ where: { applicationId, groupId: group.id } });
  if (associated === 0) return none({ kind: 'released' });
  const members = await memberAccounts(applicationId, group.id);
  const blocked = { ...reason('create', mapped.create), ...reason('update', mapped.update) };
  return {
    group,
    mapped,
    desired: {
      kind: 'present',
      create: mapped.create.values,
      update: mapped.update.values,
      members: new Set(members.filter((member) => member.wanted).map((member) => member.remoteId)),
      keep: new Set(members.filter((member) => !member.wanted).map((member) => member.remoteId)),
      blocked,
    },
    accounts: new Map(members.map((member) => [member.remoteId, member])),
  };
}

function map(context: PlanContext, group: Group, purpose: 'create' | 'update'): MapResult {
  return mapObject({
    mappings: context.groupMappings,
    source: groupRecord(group),
    attributes: context.groupAttributes,
    purpose,
    now: now(),
    inScope: true,
  });
}

function reason(purpose: 'create' | 'update', { problems }: MapResult): { [purpose: string]: SkipReason } {
  const [problem] = problems;
  if (!problem) return {};
  return { [purpose]: { code: 'MandatoryFieldsMissing', message: `${problem.target}: ${problem.message}` } };
}

/** The accounts of everybody in the group, nested groups included. `wanted`: active, so that they are to be members. */
async function memberAccounts(
  applicationId: string,
  groupId: string,
): Promise<(MemberAccount & { wanted: boolean })[]> {
  return db.$queryRaw`
    SELECT l.id AS "userLinkId", l.remote_id AS "remoteId", u.display_name AS name,
      l.state NOT IN ${inStates(linkStatesThat.areNoMembers)} AS wanted
    FROM user_links l JOIN users u ON u.id = l.user_id
    WHERE l.application_id = ${applicationId}::uuid AND l.remote_id IS NOT NULL AND l.state <> 'deleted'
      AND l.user_id IN (SELECT e.user_id FROM effective_members e WHERE e.group_id = ${groupId}::uuid)
    ORDER BY l.id`;
}

import { groupRecord } from '@/lib/applications/source-record';
import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { Group, LinkState } from '@/lib/db/generated/client';
import { type MapResult, mapObject } from '@/lib/mappings/map';
import { byRemoteId, type Differing, differingAccounts, everyAccount, type MemberAccount } from './group-members';
import type { PlanContext } from './plan-context';
import type { DesiredGroup } from './plan-group';
import type { SkipReason } from './plan-user';

export interface DesiredMembership {
  group: Group;
  desired: DesiredGroup;
  /** Accounts of the group's people, by remote id: every one, or those that differ. */
  accounts: Map<string, MemberAccount>;
  /** Of those that differ, the ones that we put there. */
  put: ReadonlySet<string>;
  /** What the mapping table gave, with what is wrong in it. */
  mapped: { create: MapResult; update: MapResult };
}

/** What is looked at of a group. */
export interface GroupQuestion {
  /** Whether the application's groups are managed at all. */
  manageGroups: boolean;
  /** Of a group that is known over there: only members to be added or taken out are told. Absent: all who are to be members. */
  differing?: Differing | undefined;
}

/**
 * What the directory implies for one group in one application. People without an account are no members yet.
 * @param link the group's; its state alone counts
 */
export async function desiredGroup(
  context: PlanContext,
  link: { groupId: string; state: LinkState },
  { manageGroups, differing }: GroupQuestion,
): Promise<DesiredMembership> {
  const applicationId = context.application.id;
  const group = await db.group.findUniqueOrThrow({ where: { id: link.groupId } });
  const mapped = { create: map(context, group, 'create'), update: map(context, group, 'update') };
  const none = (desired: DesiredGroup) => ({
    group,
    desired,
    mapped,
    accounts: new Map<string, MemberAccount>(),
    put: new Set<string>(),
  });
  if (!manageGroups || link.state === 'deleted') return none({ kind: 'released' });
  if (group.deletedAt) return none(link.state === 'released' ? { kind: 'released' } : { kind: 'gone' });
  const associated = await db.applicationGroup.count({ where: { applicationId, groupId: group.id } });
  if (associated === 0) return none({ kind: 'released' });
  const { accounts, members, keep, put } = await (differing
    ? differingAccounts(applicationId, group.id, differing)
    : everyAccount(applicationId, group.id));
  const blocked = { ...reason('create', mapped.create), ...reason('update', mapped.update) };
  return {
    group,
    mapped,
    desired: {
      kind: 'present',
      create: mapped.create.values,
      update: mapped.update.values,
      members,
      keep,
      blocked,
    },
    accounts: byRemoteId(accounts),
    put,
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

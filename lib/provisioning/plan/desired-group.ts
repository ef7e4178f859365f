import { passesFilter } from '@/lib/applications/scope';
import { groupRecord } from '@/lib/applications/source-record';
import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { Group, LinkState } from '@/lib/db/generated/client';
import { type MapResult, mapObject } from '@/lib/mappings/map';
import {
  byRemoteId,
  type Differing,
  type GroupAccounts,
  groupAccounts,
  type MemberAccount,
  noAccounts,
} from './group-members';
import { mostMembersAtOnce } from './group-request';
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
  /** More differ than are told of at once. */
  isPart: boolean;
  /** What the mapping table gave, with what is wrong in it. */
  mapped: { create: MapResult; update: MapResult };
}

/** What is asked about a group. */
export interface GroupQuestion {
  link: { groupId: string; state: LinkState; unlinked: boolean };
  /** Of a group that is known over there: only members to be added or taken out are told. Absent: all who are to be members. */
  differing?: Differing | undefined;
}

/**
 * What the directory implies for these groups in one application, by their ids, in a handful of statements however many they are.
 * People without an account are no members yet. @param accountsIn whose accounts there are; those that are linked, unless told
 */
export async function desiredGroups(
  context: PlanContext,
  questions: readonly GroupQuestion[],
  accountsIn: typeof groupAccounts = groupAccounts,
): Promise<Map<string, DesiredMembership>> {
  const applicationId = context.application.id;
  const groupIds = questions.map(({ link }) => link.groupId);
  const [rows, pushed] = await Promise.all([
    db.group.findMany({ where: { id: { in: groupIds } } }),
    db.$queryRaw<{ groupId: string }[]>`
      SELECT g.id AS "groupId" FROM application_groups a JOIN groups g ON g.id = a.group_id
      WHERE a.application_id = ${applicationId}::uuid AND g.id = ANY (${groupIds}::uuid[]) AND ${passesFilter('group', applicationId)}`,
  ]);
  const inScope = new Set(pushed.map(({ groupId }) => groupId));
  const groups = new Map(rows.map((group) => [group.id, group]));
  const asked = questions.flatMap(({ link, differing }) => {
    const group = groups.get(link.groupId);
    if (!group) return [];
    return [{ group, differing, absent: absence(context, group, { link, isInScope: inScope.has(group.id) }) }];
  });
  const present = asked.filter(({ absent }) => !absent);
  const accountsOf = await accountsIn(
    applicationId,
    present.map(({ group, differing }) => ({ groupId: group.id, differing })),
    mostMembersAtOnce(context.capabilities),
  );
  return new Map(
    asked.map(({ group, absent }) => [group.id, membershipOf(context, group, absent ?? accountsOf.get(group.id))]),
  );
}

/** Why nothing is to be there; undefined: it is to be there. */
function absence(
  { manageGroups }: PlanContext,
  group: Group,
  { link, isInScope }: { link: GroupQuestion['link']; isInScope: boolean },
): { kind: 'released' | 'gone' } | undefined {
  if (!manageGroups || link.state === 'deleted' || link.unlinked) return { kind: 'released' };
  if (group.deletedAt) return { kind: link.state === 'released' ? 'released' : 'gone' };
  return isInScope ? undefined : { kind: 'released' };
}

function membershipOf(
  context: PlanContext,
  group: Group,
  there: { kind: 'released' | 'gone' } | GroupAccounts = noAccounts,
): DesiredMembership {
  const mapped = { create: map(context, group, 'create'), update: map(context, group, 'update') };
  if ('kind' in there) return { group, mapped, desired: there, accounts: new Map(), put: new Set(), isPart: false };
  const { accounts, members, keep, put, isPart = false } = there;
  const blocked = { ...reason('create', mapped.create), ...reason('update', mapped.update) };
  // What cannot be changed over there is not held against what is there.
  const update = context.capabilities.renameGroups ? mapped.update.values : {};
  const values = { create: mapped.create.values, update };
  const desired: DesiredGroup = { kind: 'present', ...values, members, keep, blocked };
  return { group, mapped, desired, accounts: byRemoteId(accounts), put, isPart };
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

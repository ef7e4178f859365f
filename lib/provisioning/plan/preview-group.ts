import { db } from '@/lib/db/client';
import type { GroupLink, RemoteGroup } from '@/lib/db/generated/client';
import { type DesiredMembership, desiredGroup } from './desired-group';
import { firstGroupRequest } from './group-request';
import { shownChanges } from './hide-values';
import { matchGroupInSnapshot } from './match-groups';
import type { PlanContext } from './plan-context';
import { type DesiredGroup, type GroupPlan, type LinkedGroup, planGroup } from './plan-group';
import type { ShownRequest } from './user-request';
import type { TargetValues } from './values';

export interface GroupPreview {
  membership: DesiredMembership;
  /** Generated values are not in its changes. */
  plan: GroupPlan;
  /** What would be sent first; null where nothing would be, or where the group is read before. */
  request: ShownRequest | null;
  /** What was last read of it; null where no group is known over there. */
  remote: RemoteGroup | null;
  takesOver: boolean;
}

type Known = Pick<GroupLink, 'groupId' | 'state'> & Partial<GroupLink>;

/**
 * What would happen to one group next, by the plan of the engine and without a request: from its link and from what was
 * last read, which of a group that is not linked is its name and its members.
 */
export async function previewGroup(context: PlanContext, groupId: string): Promise<GroupPreview> {
  const applicationId = context.application.id;
  const link = await db.groupLink.findUnique({ where: { applicationId_groupId: { applicationId, groupId } } });
  const known: Known = link ?? { groupId, state: 'pending' };
  const membership = await desiredGroup(context, known, { manageGroups: context.manageGroups });
  const { desired, mapped } = membership;
  const found = await findKnown(context, known, desired);
  const planned = planGroup(desired, found.linked);
  const plan =
    planned.action === 'create' || planned.action === 'update'
      ? { ...planned, changes: shownChanges(planned.changes, mapped[planned.action]) }
      : planned;
  const request = firstGroupRequest(plan, found.remoteId, context.capabilities);
  return { membership, plan, request, remote: found.remote, takesOver: found.takesOver };
}

async function findKnown(context: PlanContext, link: Known, desired: DesiredGroup) {
  const none = { linked: { kind: 'none' } as LinkedGroup, remoteId: '', remote: null, takesOver: false };
  const applicationId = context.application.id;
  const match = link.remoteId
    ? { kind: 'group' as const, remoteId: link.remoteId }
    : desired.kind === 'present'
      ? await matchGroupInSnapshot(context, desired.create)
      : { kind: 'none' as const };
  if (match.kind === 'ambiguous') return { ...none, linked: match };
  if (match.kind !== 'group') return none;
  const { remoteId } = match;
  const remote = await db.remoteGroup.findUnique({ where: { applicationId_remoteId: { applicationId, remoteId } } });
  const ours = await db.groupLinkMember.findMany({
    where: { groupLinkId: link.id ?? '00000000-0000-0000-0000-000000000000' },
    select: { remoteId: true },
  });
  const sent = link.state === 'released' ? null : ((link.lastSent ?? null) as TargetValues | null);
  const wanted = desired.kind === 'present' ? desired.members : new Set<string>();
  const members = sent
    ? ours.map((member) => member.remoteId)
    : (remote?.memberIds ?? []).filter((id) => wanted.has(id));
  const current = sent || !remote ? null : { displayName: remote.displayName };
  const linked: LinkedGroup = { kind: 'group', sent, current, members: new Set(members) };
  return { linked, remoteId, remote, takesOver: !link.remoteId };
}

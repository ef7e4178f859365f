import { groupWaits, isHeldBack } from '../hold';
import { firstGroupRequest } from './group-request';
import { shownChanges } from './hide-values';
import type { PlanContext } from './plan-context';
import type { GroupPlan } from './plan-group';
import type { PlannedGroup } from './plan-group-links';
import type { PlannedLink } from './planned-link';

function membersOf(plan: GroupPlan): PlannedLink['members'] {
  if (plan.action === 'create') return { added: plan.add.length, removed: 0 };
  if (plan.action !== 'update') return null;
  const { add, remove, unmanaged } = plan;
  return { added: add.length, removed: remove.length, ...(unmanaged ? { unmanaged } : {}) };
}

/** A plan for a group, to be shown or kept. */
export function shownGroupPlan(context: PlanContext, entry: PlannedGroup): PlannedLink {
  const { link, membership, found, plan } = entry;
  const { group, desired, mapped } = membership;
  const changes =
    plan.action === 'create' || plan.action === 'update' ? shownChanges(plan.changes, mapped[plan.action]) : {};
  const shown = plan.action === 'create' || plan.action === 'update' ? { ...plan, changes } : plan;
  return {
    subject: { type: 'group', id: group.id, name: group.name },
    action: plan.action,
    changes,
    members: membersOf(plan),
    reason: plan.action === 'skip' ? plan.reason : null,
    filteredOutBy: null,
    because: desired.kind === 'released' ? 'not_managed' : desired.kind === 'gone' ? 'deleted' : null,
    waits: plan.action === 'delete' && isHeldBack(plan.action, link.hold, groupWaits(context, plan.action)),
    remoteId: found.remoteId,
    takesOver: found.linked.kind === 'group' && !link.remoteId,
    knownBy: link.remoteId ? 'link' : found.linked.kind === 'none' ? 'nothing' : 'reading',
    request: firstGroupRequest(shown, found.remoteId ?? '', context.capabilities),
    plannedFrom: {
      context: context.version,
      subjectUpdatedAt: group.updatedAt.toISOString(),
      link: link.id ? { state: link.state, lastChangeAt: link.lastChangeAt?.toISOString() ?? null } : null,
    },
  };
}

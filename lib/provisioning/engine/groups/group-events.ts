import type { OperationAction } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import type { Changes, EventName } from '@/lib/events/schema';
import type { Connection } from '../../connection';
import { withoutSecrets } from '../../internal/without-secrets';
import type { DesiredMembership } from '../../plan/desired-group';
import { mostMembersAtOnce } from '../../plan/group-request';
import type { GroupPlan } from '../../plan/plan-group';

/** A plan that sends something. `isPart`: more members follow at once. */
export type GroupAct = Extract<GroupPlan, { action: 'create' | 'update' | 'delete' }> & { isPart?: boolean };

/** As much of it as is sent at once, however large the group is: the rest is planned anew when this is written down. */
export function firstPart({ capabilities }: Connection, plan: GroupAct, isPart: boolean): GroupAct {
  if (plan.action === 'delete') return plan;
  const most = mostMembersAtOnce(capabilities);
  const add = plan.add.slice(0, most);
  if (plan.action === 'create') return { ...plan, add, isPart: isPart || add.length < plan.add.length };
  const remove = plan.remove.slice(0, most);
  const isCut = add.length + remove.length < plan.add.length + plan.remove.length;
  return { ...plan, add, remove, isPart: isPart || isCut };
}

const eventOf: Partial<Record<OperationAction, EventName>> = {
  create: 'group_create_provision',
  delete: 'group_delete_provision',
};

/** What an event says of an attempt; without an id where none was made. */
interface Told {
  action: OperationAction;
  changes: unknown;
  id?: string;
  cycleId?: string | null;
}

/** The event of one attempt on one group. */
export function groupEvent(
  connection: Connection,
  { group }: DesiredMembership,
  { action, changes, id = '', cycleId = null }: Told,
): EventDraft {
  return {
    name: eventOf[action] ?? 'group_update_provision',
    actor: systemActor,
    application: connection.application,
    target: { type: 'group', id: group.id, name: group.name },
    changes: withoutSecrets(changes as Changes, connection.groupMappings),
    cycleId,
    operationId: id || null,
  };
}

const mostNames = 100;

/** What a plan changes, with people's names instead of ids. */
export function groupChanges(plan: GroupAct, { accounts }: DesiredMembership): Changes {
  if (plan.action === 'delete') return {};
  const names = (ids: readonly string[]) => ids.slice(0, mostNames).map((id) => accounts.get(id)?.name ?? id);
  const removed = plan.action === 'update' ? plan.remove : [];
  const members = {
    ...(plan.add.length > 0 ? { 'members added': { from: null, to: names(plan.add) } } : {}),
    ...(removed.length > 0 ? { 'members removed': { from: names(removed), to: null } } : {}),
  };
  return { ...plan.changes, ...members };
}

import type { ActionSettings } from '../settings';
import type { GroupPlan } from './plan-group';
import { type DesiredUser, isActiveTarget, type SkipReason, type UserPlan } from './plan-user';

/** Why an administrator's switches leave something out, by the switch. */
export const switchedOff = {
  createUsers: reason('CreateSwitchedOff', 'Creating users is switched off.'),
  updateUsers: reason('UpdateSwitchedOff', 'Updating user attributes is switched off.'),
  deactivateUsers: reason('DeactivateSwitchedOff', 'Deactivating users is switched off: the account stays active.'),
  deleteUsers: reason('DeleteSwitchedOff', 'Deleting users is switched off: the account stays.'),
  pushGroups: reason('PushSwitchedOff', 'Pushing groups is switched off.'),
  deprovisionAction: reason('LeftAsItIs', 'Accounts of people who leave are left as they are.'),
} as const satisfies Record<keyof ActionSettings, SkipReason>;

export const switchedOffCodes: readonly string[] = Object.values(switchedOff).map(({ code }) => code);

/** Whether something is left out because of a switch: that is no failure. */
export function isSwitchedOff({ code }: Pick<SkipReason, 'code'>): boolean {
  return switchedOffCodes.includes(code);
}

/** What of a plan for an account the switches let through, and why the rest is left out. Pure. */
export function switchedUser(actions: ActionSettings, desired: DesiredUser, plan: UserPlan): UserPlan {
  switch (plan.action) {
    case 'create':
      return actions.createUsers ? plan : { action: 'skip', reason: switchedOff.createUsers };
    case 'update':
    case 'reactivate':
      return actions.updateUsers ? plan : { action: 'skip', reason: switchedOff.updateUsers };
    case 'delete':
      return actions.deleteUsers ? plan : { action: 'skip', reason: switchedOff.deleteUsers };
    case 'deactivate':
      return desired.kind === 'present' ? mappedInactive(actions, plan) : deprovisioned(actions, desired, plan);
    default:
      return plan;
  }
}

/** The same for a group. */
export function switchedGroup({ pushGroups }: ActionSettings, plan: GroupPlan): GroupPlan {
  if (pushGroups || plan.action === 'none' || plan.action === 'skip') return plan;
  return { action: 'skip', reason: switchedOff.pushGroups };
}

type Deactivation = Extract<UserPlan, { action: 'deactivate' }>;

function deprovisioned(actions: ActionSettings, desired: DesiredUser, plan: Deactivation): UserPlan {
  const isSuspended = desired.kind === 'inactive' && desired.reason === 'suspended';
  const to = isSuspended ? 'deactivate' : actions.deprovisionAction;
  if (to === 'nothing') return { action: 'skip', reason: switchedOff.deprovisionAction };
  if (to === 'delete') return switchedUser(actions, desired, { action: 'delete', changes: {} });
  return actions.deactivateUsers ? plan : { action: 'skip', reason: switchedOff.deactivateUsers };
}

/** Whoever is in scope and mapped to be inactive: other values may have changed along with it. */
function mappedInactive({ updateUsers, deactivateUsers }: ActionSettings, plan: Deactivation): UserPlan {
  const entries = Object.entries(plan.changes);
  const isActive = ([path]: (typeof entries)[number]) => isActiveTarget(path);
  const others = Object.fromEntries(entries.filter((entry) => !isActive(entry)));
  const hasOthers = Object.keys(others).length > 0;
  if (deactivateUsers) {
    if (updateUsers || !hasOthers) return plan;
    return { ...plan, changes: Object.fromEntries(entries.filter(isActive)), leftOut: switchedOff.updateUsers };
  }
  if (!updateUsers || !hasOthers) return { action: 'skip', reason: switchedOff.deactivateUsers };
  return { action: 'update', changes: others, leftOut: switchedOff.deactivateUsers };
}

function reason(code: string, message: string): SkipReason {
  return {
    code,
    message,
    hint: 'It is set under Identity Management. Once it is allowed there, it is sent by itself.',
  };
}

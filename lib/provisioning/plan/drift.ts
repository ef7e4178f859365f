import { sameJson } from '@/lib/core/same-json';
import type { Changes } from '@/lib/events/schema';
import type { Drift, FoundDrift } from '../schema';
import type { DriftSettings } from '../settings';
import { type DesiredUser, isActiveTarget, type LinkedUser, type SkipReason, type UserPlan } from './plan-user';

// Drift: an account is otherwise than it was last sent and read, and the directory did not change. A change that corrects it bears
// `drift`; what is left as it is, because an administrator chose so, stays with the link until it agrees again.

/** What of a plan corrects drift and is to be left as it is. Pure. */
export function leaveDrift(
  settings: DriftSettings,
  desired: DesiredUser,
  linked: LinkedUser,
  plan: UserPlan,
): UserPlan {
  const known = knownDrift(linked);
  // Somebody has asked for this one.
  if (known?.correct) return plan;
  switch (plan.action) {
    case 'create':
      if (!plan.recreates || settings.deletedOverThere === 'recreate') return plan;
      return { action: 'none', drift: deletedThere };
    case 'update':
    case 'reactivate':
    case 'deactivate':
      return desired.kind === 'inactive'
        ? leaveReactivated(settings, desired.reason, plan)
        : settings.driftAction === 'show'
          ? leaveChanged(plan)
          : plan;
    default:
      return plan;
  }
}

type Sending = Extract<UserPlan, { action: 'update' | 'reactivate' | 'deactivate' }>;

function leaveReactivated(
  { reactivatedSuspended, reactivatedLeft }: DriftSettings,
  reason: Extract<DesiredUser, { kind: 'inactive' }>['reason'],
  plan: Sending,
): UserPlan {
  if (!plan.changes.active?.drift) return plan;
  const isKeptOut = reason === 'suspended' || reason === 'deleted';
  if ((isKeptOut ? reactivatedSuspended : reactivatedLeft) === 'deactivate') return plan;
  return { action: 'none', drift: { kind: 'reactivated', attributes: attributesOf(plan.changes) } };
}

function leaveChanged(plan: Sending): UserPlan {
  const entries = Object.entries(plan.changes);
  const left = Object.fromEntries(entries.filter(([, change]) => change.drift));
  if (Object.keys(left).length === 0) return plan;
  const drift: FoundDrift = { kind: 'changed', attributes: attributesOf(left) };
  const changes = Object.fromEntries(entries.filter(([, change]) => !change.drift));
  if (Object.keys(changes).length === 0) return { action: 'none', drift };
  // Made active over there by somebody although it is mapped to be inactive: that is left, and the rest is sent.
  const isLeftActive = plan.action === 'deactivate' && Object.keys(left).some(isActiveTarget);
  return isLeftActive ? { action: 'update', changes, drift } : { ...plan, changes, drift };
}

function knownDrift(linked: LinkedUser): Drift | null | undefined {
  return linked.kind === 'ambiguous' ? undefined : linked.drift;
}

/** {attribute: {from, to}} of what would correct it, as what is there beside what is ours. */
function attributesOf(changes: Changes): FoundDrift['attributes'] {
  return Object.fromEntries(Object.entries(changes).map(([path, { from, to }]) => [path, { ours: to, theirs: from }]));
}

/** Whether carrying a plan out corrects what somebody else did over there. */
export function correctsDrift(plan: UserPlan): boolean {
  if (plan.action === 'create') return plan.recreates === true;
  return 'changes' in plan && hasDrift(plan.changes);
}

export function hasDrift(changes: Changes): boolean {
  return Object.values(changes).some(({ drift }) => drift);
}

/** What was found, as it is kept. Whoever finds the same again leaves it as it was noticed first. */
export function keptDrift(found: FoundDrift | undefined, before: Drift | null, now: Date): Drift | null {
  if (!found) return null;
  if (before && sameJson([before.kind, before.attributes], [found.kind, found.attributes])) return before;
  return { ...found, noticedAt: now.toISOString(), message: driftWords(found) };
}

/** An account that is not there any more. */
export const deletedThere: FoundDrift = { kind: 'deleted', attributes: {} };

/** Why somebody who is in scope has no account. */
export const leftDeleted: SkipReason = {
  code: 'Drift',
  message: driftWords(deletedThere),
  hint: 'It is left so, as chosen under Identity Management. Correct it to create the account again.',
};

/** In events and outcomes. */
export const driftCode = leftDeleted.code;

/** What was done over there, in a sentence. */
export function driftWords({ kind, attributes }: FoundDrift): string {
  if (kind === 'deleted') return 'The account was deleted in the application.';
  if (kind === 'reactivated') return 'The account was made active again in the application.';
  return `Changed in the application: ${Object.keys(attributes).join(', ')}.`;
}

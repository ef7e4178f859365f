import type { Changes } from '@/lib/events/schema';
import { targetKey, valueAt } from '@/lib/mappings/target';
import type { Drift, FoundDrift } from '../schema';
import { isSameForm, sameValue, type TargetValues } from './values';

/** Why nothing is sent for somebody who is in scope. */
export interface SkipReason {
  /** Entra's reason codes where there is one. */
  code: string;
  message: string;
  hint?: string;
  /** Other people whom it is about: when something changes for them, it is looked at again. */
  others?: string[];
  /** Of a group: one over there that it could be linked to, if somebody says so. */
  candidate?: GroupCandidate;
}

/** A group over there that nobody has linked yet. */
export interface GroupCandidate {
  remoteId: string;
  name: string;
  /** Members that are not managed here; null: the application does not say. */
  foreignMembers: number | null;
}

/** What the directory implies for one person in one application. */
export type DesiredUser =
  | {
      kind: 'present';
      /** Every mapped value; sent when the account is created. */
      create: TargetValues;
      /** Values of the mappings that apply always; held against what is there. */
      update: TargetValues;
      /** What stands in the way: a rule of the application, a mapping that gives nothing. Each for its own request. */
      blocked: { create?: SkipReason; update?: SkipReason };
      /** Somebody else has the application username: nothing is looked for and nothing is sent. */
      conflict?: SkipReason;
    }
  | {
      kind: 'inactive';
      reason: 'out_of_scope' | 'filtered_out' | 'suspended' | 'deleted';
      /** Of `filtered_out`: the clauses that do not hold, in words. */
      filteredOutBy?: string;
    }
  | { kind: 'gone' };

/** What is known about the account. */
export type LinkedUser =
  | { kind: 'none'; drift?: Drift | null }
  /** Several accounts match, or the one that matches is somebody else's. */
  | { kind: 'ambiguous'; reason: SkipReason }
  | {
      kind: 'account';
      /** We deactivated it. */
      deactivated: boolean;
      released?: boolean;
      /** Linked by an import and never written to since: not managed until the person comes into scope. */
      imported?: boolean;
      /** As last accepted from us; null when the account was only just found. */
      sent: TargetValues | null;
      /** As just read, by target path; null when it was not read now. */
      current: TargetValues | null;
      /** As read when we last wrote; a server that stores another form of our value is not corrected for ever. */
      settled: TargetValues | null;
      /** What is known to differ over there, and was left so. */
      drift?: Drift | null;
      /** Targets ({@link targetKey}) whose values the server keeps in another form than it is sent. */
      normalised?: ReadonlySet<string>;
    };

export type UserPlan =
  /** `recreates`: it was deleted over there. */
  | { action: 'create'; changes: Changes; recreates?: true }
  /** `drift`: what is left as it is over there. */
  | { action: 'update' | 'reactivate'; changes: Changes; leftOut?: SkipReason; drift?: FoundDrift }
  /** Of who is in scope and mapped to be inactive: with whatever else has changed. `leftOut`: why not all of it is sent. */
  | { action: 'deactivate'; changes: Changes; reason: string; leftOut?: SkipReason; drift?: FoundDrift }
  | { action: 'delete'; changes: Changes }
  | { action: 'none'; drift?: FoundDrift }
  | { action: 'skip'; reason: SkipReason };

/** Why somebody has no active account any more: "the person …". */
export const inactiveReasons = {
  out_of_scope: 'left the scope',
  filtered_out: 'is filtered out',
  suspended: 'was suspended',
  deleted: 'was deleted',
} as const;

/** The same of who is in scope. */
export const mappedInactive = 'is mapped to be inactive';

/**
 * The one place that decides what happens to one person's account. Pure: preview, dry run, on-demand and engine call it.
 * `active` is one of the mapped values when the account is to be active.
 */
export function planUser(desired: DesiredUser, linked: LinkedUser): UserPlan {
  if (linked.kind === 'account' && linked.released) {
    return { action: 'skip', reason: { code: 'Released', message: 'This account was released and is not managed.' } };
  }
  // Nobody asked for this account to be managed yet: being outside the scope is where an import left it.
  if (linked.kind === 'account' && linked.imported && desired.kind !== 'present') return { action: 'none' };
  if (desired.kind === 'gone') {
    return linked.kind === 'account' ? { action: 'delete', changes: {} } : { action: 'none' };
  }
  if (desired.kind === 'inactive') {
    if (linked.kind !== 'account') return { action: 'none' };
    if (linked.deactivated && !isReactivated(linked)) return { action: 'none' };
    return {
      action: 'deactivate',
      changes: { active: { from: true, to: false, ...(linked.deactivated ? { drift: true } : {}) } },
      reason: inactiveReasons[desired.reason],
    };
  }
  if (desired.conflict) return { action: 'skip', reason: desired.conflict };
  if (linked.kind === 'ambiguous') return { action: 'skip', reason: linked.reason };
  const blocked = linked.kind === 'none' ? desired.blocked.create : desired.blocked.update;
  if (blocked) return { action: 'skip', reason: blocked };
  if (linked.kind === 'none') {
    const recreates = linked.drift?.kind === 'deleted';
    return { action: 'create', changes: creation(desired.create), ...(recreates ? { recreates } : {}) };
  }
  const changes = differences(desired.update, linked);
  if (isInactivating(changes)) return { action: 'deactivate', changes, reason: mappedInactive };
  // Inactive because it is mapped to be, not because the person was to have none: it stays inactive.
  if (linked.deactivated && !sameValue(valueAt(desired.update, 'active') ?? true, false)) {
    return {
      action: 'reactivate',
      changes: { ...changes, active: { from: false, to: valueAt(desired.update, 'active') ?? true } },
    };
  }
  return Object.keys(changes).length > 0 ? { action: 'update', changes } : { action: 'none' };
}

/** We made it inactive, and it is active: unless it was so already in the answer to that. */
function isReactivated({ current, settled, drift }: Extract<LinkedUser, { kind: 'account' }>): boolean {
  if (current === null) return drift?.kind === 'reactivated';
  const [there, before] = [current, settled].map((values) => values && sameValue(valueAt(values, 'active'), true));
  return there === true && (before !== true || drift?.kind === 'reactivated');
}

export const isActiveTarget = (path: string): boolean => targetKey(path) === 'active';

function isInactivating(changes: Changes): boolean {
  return Object.entries(changes).some(([path, { to }]) => isActiveTarget(path) && sameValue(to, false));
}

function creation(values: TargetValues): Changes {
  const entries = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([path, to]) => [path, { from: null, to }]));
}

function differences(update: TargetValues, account: Extract<LinkedUser, { kind: 'account' }>): Changes {
  const changes: Changes = {};
  for (const [path, to] of Object.entries(update)) {
    const change = difference(path, to, account);
    if (change) changes[path] = change;
  }
  return changes;
}

function difference(path: string, to: unknown, account: Extract<LinkedUser, { kind: 'account' }>) {
  const { sent, current, settled, normalised } = account;
  const known = account.drift?.kind === 'changed' ? account.drift.attributes[path] : undefined;
  const [last, before] = [sent, settled].map((values) => values && valueAt(values, path));
  const there = current === null ? known?.theirs : valueAt(current, path);
  // Not read since it was sent: another form of it is the server's own, as far as anybody can tell.
  const isUnread = sent !== null && settled === null;
  const keepsForm = !isUnread && !normalised?.has(targetKey(path));
  const agree = (value: unknown) => sameValue(value, to) || (!keepsForm && isSameForm(value, to));
  if (sent === null) {
    // Only just found: what is there is all that is known.
    const from = there ?? null;
    return agree(from) ? undefined : { from, to };
  }
  const drifted = (current !== null || known) && !agree(there) && (known || !sameValue(there, before));
  if (!sameValue(last, to)) return { from: (drifted ? there : last) ?? null, to };
  return drifted ? { from: there ?? null, to, drift: true as const } : undefined;
}

import type { Changes } from '@/lib/events/schema';
import { valueAt } from '@/lib/mappings/target';
import type { SkipReason } from './plan-user';
import { sameValue, type TargetValues } from './values';

/** What the directory implies for one user group in one application. Members are the accounts' remote ids. */
export type DesiredGroup =
  | {
      kind: 'present';
      /** Every mapped value; sent when the group is created, and searched by. */
      create: TargetValues;
      /** Values of the mappings that apply always; held against what is there. */
      update: TargetValues;
      members: ReadonlySet<string>;
      keep: ReadonlySet<string>;
      /** What stands in the way of each. */
      blocked?: { create?: SkipReason; update?: SkipReason };
    }
  /** Disassociated, or group management is off: left as it is. */
  | { kind: 'released' }
  | { kind: 'gone' };

export type LinkedGroup =
  | { kind: 'none' }
  | { kind: 'ambiguous'; reason: SkipReason }
  | {
      kind: 'group';
      sent: TargetValues | null;
      current: TargetValues | null;
      /** The members that we put there. */
      members: ReadonlySet<string>;
    };

export type GroupPlan =
  | { action: 'create'; changes: Changes; add: string[] }
  | { action: 'update'; changes: Changes; add: string[]; remove: string[] }
  | { action: 'delete' }
  | { action: 'none' }
  | { action: 'skip'; reason: SkipReason };

/**
 * The one place that decides what happens to a group. Empty groups are not created; members that we did not put there
 * stay; what is sent is the members added and removed, never the whole group. `keep` names accounts that stay members
 * when they are, and are not added when they are not (suspended or released people).
 */
export function planGroup(desired: DesiredGroup, linked: LinkedGroup): GroupPlan {
  if (desired.kind === 'released') return { action: 'none' };
  if (desired.kind === 'gone') return linked.kind === 'group' ? { action: 'delete' } : { action: 'none' };
  if (linked.kind === 'ambiguous') return { action: 'skip', reason: linked.reason };
  const blocked = linked.kind === 'none' ? desired.blocked?.create : desired.blocked?.update;
  if (blocked) return { action: 'skip', reason: blocked };
  if (linked.kind === 'none') {
    if (desired.members.size === 0) {
      return { action: 'skip', reason: { code: 'EmptyGroup', message: 'Empty groups are not created.' } };
    }
    return { action: 'create', changes: changesFrom(desired.create, null), add: [...desired.members] };
  }
  const changes = changesFrom(desired.update, linked.sent ?? linked.current);
  const add = [...desired.members].filter((id) => !linked.members.has(id));
  const remove = [...linked.members].filter((id) => !desired.members.has(id) && !desired.keep.has(id));
  if (Object.keys(changes).length + add.length + remove.length === 0) return { action: 'none' };
  return { action: 'update', changes, add, remove };
}

function changesFrom(values: TargetValues, before: TargetValues | null): Changes {
  const changes: Changes = {};
  for (const [path, to] of Object.entries(values)) {
    const from = (before && valueAt(before, path)) ?? null;
    if (!sameValue(from, to)) changes[path] = { from, to };
  }
  return changes;
}

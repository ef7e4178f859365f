import type { Changes } from '@/lib/events/schema';
import { valueAt } from '@/lib/mappings/target';
import type { GroupSettings } from '../settings';
import type { GroupCandidate, SkipReason } from './plan-user';
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
      /** The others, where the group was read. */
      foreign?: ReadonlySet<string>;
      /** It was found by its name, and nobody has linked it yet. */
      candidate?: GroupCandidate;
    };

export type GroupPlan =
  | { action: 'create'; changes: Changes; add: string[] }
  | {
      action: 'update';
      changes: Changes;
      add: string[];
      remove: string[];
      /** Of those who are removed, how many we did not put there. */
      unmanaged?: number;
    }
  | { action: 'delete' }
  | { action: 'none' }
  | { action: 'skip'; reason: SkipReason };

/** What an application's settings, and its server, say about groups. */
export interface GroupRules extends GroupSettings {
  /** Groups can be created over there. */
  createGroups: boolean;
}

/**
 * The one place that decides what happens to a group. Empty groups are not created; members that we did not put there
 * stay, unless membership is exact; what is sent is the members added and removed, never the whole group. `keep` names accounts
 * that stay members when they are, and are not added when they are not (suspended or released people).
 */
export function planGroup(desired: DesiredGroup, linked: LinkedGroup, rules: GroupRules): GroupPlan {
  if (desired.kind === 'released') return { action: 'none' };
  if (desired.kind === 'gone') return linked.kind === 'group' ? { action: 'delete' } : { action: 'none' };
  if (linked.kind === 'ambiguous') return { action: 'skip', reason: linked.reason };
  const blocked = linked.kind === 'none' ? desired.blocked?.create : desired.blocked?.update;
  if (blocked) return { action: 'skip', reason: blocked };
  if (linked.kind === 'none') {
    if (!rules.createGroups) return { action: 'skip', reason: notThere };
    if (desired.members.size === 0) {
      return { action: 'skip', reason: { code: 'EmptyGroup', message: 'Empty groups are not created.' } };
    }
    return { action: 'create', changes: changesFrom(desired.create, null), add: [...desired.members] };
  }
  if (linked.candidate && needsConsent(linked.candidate, rules)) {
    return { action: 'skip', reason: consent(linked.candidate) };
  }
  const changes = changesFrom(desired.update, linked.sent ?? linked.current);
  const add = [...desired.members].filter((id) => !linked.members.has(id));
  const leaves = (id: string) => !desired.members.has(id) && !desired.keep.has(id);
  const foreign = rules.exactMembership ? [...(linked.foreign ?? [])].filter(leaves) : [];
  const remove = [...linked.members].filter(leaves).concat(foreign);
  if (Object.keys(changes).length + add.length + remove.length === 0) return { action: 'none' };
  return { action: 'update', changes, add, remove, ...(foreign.length > 0 && { unmanaged: foreign.length }) };
}

/** Why nothing is done about a group that could only be created. */
const notThere: SkipReason = {
  code: 'GroupNotThere',
  message: 'Groups cannot be created in this application, and none of this name was found.',
  hint: 'Link it to a group that is there, on the User Groups tab of the application.',
};

function needsConsent({ foreignMembers }: GroupCandidate, { takeOverGroups }: GroupRules): boolean {
  if (takeOverGroups === 'unlessForeign') return foreignMembers !== 0;
  return takeOverGroups === 'never';
}

function consent(candidate: GroupCandidate): SkipReason {
  const { name, foreignMembers: count } = candidate;
  const who =
    count === null
      ? 'who is in it is not known'
      : `${count.toLocaleString('en')} ${count === 1 ? 'member over there is' : 'members over there are'} not managed here`;
  return {
    code: 'GroupNeedsConsent',
    message: `Needs consent: a group called ${name} is there already, and ${who}.`,
    hint: 'Take it over, or link another group, on the User Groups tab of the application.',
    candidate,
  };
}

function changesFrom(values: TargetValues, before: TargetValues | null): Changes {
  const changes: Changes = {};
  for (const [path, to] of Object.entries(values)) {
    const from = (before && valueAt(before, path)) ?? null;
    if (!sameValue(from, to)) changes[path] = { from, to };
  }
  return changes;
}

import type { GroupLink } from '@/lib/db/generated/client';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../../connection';
import { holdEvent } from '../../internal/hold-event';
import { backoffMs, type Verdict } from '../../internal/verdict';
import { afterwards } from '../../internal/without-secrets';
import { isSwitchedOff } from '../../plan/action-switches';
import type { GroupPlan } from '../../plan/plan-group';
import type { FoundGroup } from '../../plan/plan-group-links';
import type { TargetValues } from '../../plan/values';
import type { Attempt } from '../adapter';
import type { HeldOperation } from '../link';
import { type GroupAct, groupChanges, groupEvent } from './group-events';
import type { GroupWork, Members, ResolvedGroup, SettledGroup } from './group-work';
import type { PushResult } from './push-members';

export type GroupAttempt = Attempt<ResolvedGroup, GroupAct>;

/** A link with nothing new to say of it. */
export function unchanged(link: GroupLink): SettledGroup {
  return {
    link,
    state: link.state,
    remoteId: link.remoteId,
    lastSent: link.lastSent as TargetValues | null,
    lastError: null,
    takenOver: link.takenOver,
    changed: false,
    nextInMs: null,
    attempts: 0,
    foreignMembers: link.foreignMembers,
  };
}

function withFound({ link, found: { remoteId, takenOver, foreignMembers } }: ResolvedGroup): SettledGroup {
  return { ...unchanged(link), remoteId, takenOver, foreignMembers };
}

/** What stands in the way of a group, and nobody has to do anything about. */
const leftOutCodes = ['EmptyGroup', 'GroupNotThere'];

/** Nothing to send: left alone, everything agrees, or something stands in the way, which the link then says. */
export function settledByPlan(
  { integration }: Connection,
  work: ResolvedGroup,
  plan: Extract<GroupPlan, { action: 'none' | 'skip' }>,
): SettledGroup {
  const { link, membership, found } = work;
  const { desired } = membership;
  if (desired.kind === 'released') {
    // With management switched off the link stays what it is: switching on again goes on from there.
    const released = integration.manageGroups && link.state !== 'deleted';
    return { ...unchanged(link), state: released ? 'released' : link.state, marks: work.marks.ids };
  }
  if (plan.action === 'skip') {
    const isLeftOut = leftOutCodes.includes(plan.reason.code) || isSwitchedOff(plan.reason);
    const state = isLeftOut ? 'skipped' : 'conflict';
    return { ...withFound(work), state, lastError: plan.reason };
  }
  const marks = work.marks.ids;
  if (desired.kind === 'gone') return { ...withFound(work), state: 'deleted', lastSent: null, members: 'gone', marks };
  return { ...withFound(work), state: 'provisioned', lastSent: desired.update, members: membersOf(work, found), marks };
}

/** The group is left as it is, because something waits for somebody. @param held what waits from now on */
export function heldGroup(connection: Connection, work: ResolvedGroup, held?: HeldOperation): SettledGroup {
  const settled = { ...withFound(work), lastError: work.link.lastError as SettledGroup['lastError'] };
  return held ? { ...settled, held, event: holdEvent(groupEvent(connection, work.membership, held), held) } : settled;
}

/** What carrying a plan out has come to. */
export interface Carried {
  remoteId: string | null;
  push: PushResult;
  exchange?: ScimExchange | undefined;
}

export function succeededGroup(attempt: GroupAttempt, { remoteId, push, exchange }: Carried): SettledGroup {
  const { connection, work, act, operation } = attempt;
  const { membership, found } = work;
  const [bad] = push.refused;
  const name = bad && (membership.accounts.get(bad.remoteId)?.name ?? bad.remoteId);
  const error = bad
    ? {
        code: 'MemberRefused',
        message: `${push.refused.length} of ${push.refused.length + push.added.length} members were refused; ${name}: ${bad.detail}`,
      }
    : null;
  const changes = groupChanges(act, membership);
  const event = groupEvent(connection, membership, { ...operation, action: act.action, changes });
  const deleted = act.action === 'delete';
  const removed = new Set(push.removed);
  const foreign = found.linked.kind === 'group' ? [...(found.linked.foreign ?? [])] : [];
  const foreignMembers = found.foreignMembers - foreign.filter((id) => removed.has(id)).length;
  // Whom we did not put there is known by reading alone.
  const isReadAgain = act.action === 'update' && (act.unmanaged ?? 0) > found.foreignMembers - foreignMembers;
  // Where nobody of a part was taken, the next one would be the same.
  const goesOn = act.isPart === true && push.added.length + push.removed.length > 0;
  return {
    ...withFound(work),
    nextInMs: goesOn ? 0 : null,
    remoteId,
    state: deleted ? 'deleted' : error ? 'error' : 'provisioned',
    lastError: error,
    foreignMembers,
    lastSent: membership.desired.kind === 'present' && !isReadAgain ? membership.desired.update : null,
    changed: true,
    members: deleted ? 'gone' : membersOf(work, found, push),
    // Whoever was refused is tried again when it is worked on next, and so are those who were not part of this.
    ...(error || act.isPart ? { leavesOthers: coversOthers(work) } : { marks: work.marks.ids }),
    operation: {
      id: operation.id,
      state: 'succeeded',
      error,
      ...(exchange ? { exchange } : {}),
      ...afterwards(changes, connection.groupMappings),
    },
    event: { ...event, ...(error ? { outcome: 'error' as const, ...error } : {}) },
  };
}

/** A group that was looked up is planned with everybody in it, whoever is marked. */
function coversOthers({ found, marks }: ResolvedGroup): boolean {
  return found.members !== undefined && marks.userIds !== null;
}

/** What a refused or lost request leaves behind; without an attempt where it was a look-up that failed. */
export function failedGroup(
  connection: Connection,
  work: GroupWork,
  {
    failure,
    verdict,
    attempt,
    carried,
  }: { failure: ScimFailure; verdict: Verdict; attempt?: GroupAttempt; carried?: Carried },
): SettledGroup {
  const { link, membership } = work;
  const error = { code: verdict.code, message: failure.detail };
  const gone = verdict.link === 'gone';
  // A group that went away over there, that exists already or cannot be created is looked for again by name.
  const isNotCreated = attempt?.act.action === 'create' && !connection.capabilities.createGroups;
  const again = gone || isNotCreated || (verdict.link === 'taken' && link.attempts === 0);
  const told = attempt
    ? { ...attempt.operation, action: attempt.act.action, changes: groupChanges(attempt.act, membership) }
    : { action: 'update' as const, changes: {} };
  const exchange = carried?.exchange;
  return {
    ...unchanged(link),
    ...(carried?.remoteId ? { remoteId: carried.remoteId } : {}),
    ...(gone ? { remoteId: null, lastSent: null, members: 'gone' as const } : membersAfter(work, carried?.push)),
    state: again ? 'pending' : 'error',
    lastError: error,
    nextInMs: again ? 0 : verdict.link === 'later' ? (verdict.pauseMs ?? backoffMs(link.attempts)) : null,
    attempts: link.attempts + 1,
    ...(attempt
      ? {
          leavesOthers: coversOthers(attempt.work),
          operation: {
            id: attempt.operation.id,
            state: verdict.outcomeUnknown ? ('unknown' as const) : ('failed' as const),
            error,
            ...(exchange ? { exchange } : {}),
            ...(verdict.outcomeUnknown ? {} : afterwards(told.changes, connection.groupMappings)),
          },
        }
      : {}),
    event: { ...groupEvent(connection, membership, told), outcome: 'error', ...error },
  };
}

function membersAfter(work: GroupWork, push: PushResult | undefined): { members?: Members } {
  return push ? { members: membersOf(work, undefined, push) } : {};
}

/** Those that were just found there are ours by now; of a group that was not read they are known already. */
function membersOf({ membership }: GroupWork, found?: FoundGroup, push?: PushResult): Members {
  const pushed = new Set(push?.added);
  return {
    added: [
      ...(found?.members?.added ?? []),
      ...[...pushed].flatMap((remoteId) => membership.accounts.get(remoteId) ?? []),
    ],
    removed: [
      ...(found?.members?.removed ?? []).filter(({ remoteId }) => !pushed.has(remoteId)),
      ...(push?.removed ?? []).flatMap((remoteId) => membership.accounts.get(remoteId) ?? []),
    ],
  };
}

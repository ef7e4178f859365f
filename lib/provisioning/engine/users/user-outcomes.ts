import { now } from '@/lib/core/clock';
import type { LinkState, UserLink } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import type { ScimResult } from '@/lib/scim/client';
import type { ScimFailure } from '@/lib/scim/failure';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { keptError } from '../../internal/failed-as-one';
import { holdEvent } from '../../internal/hold-event';
import { userEvent } from '../../internal/user-events';
import { backoffMs, type Verdict } from '../../internal/verdict';
import { afterwards, withoutSecrets } from '../../internal/without-secrets';
import { isSwitchedOff } from '../../plan/action-switches';
import { deletedThere, driftCode, driftWords, keptDrift, leftDeleted } from '../../plan/drift';
import { dueTasks } from '../../plan/due-tasks';
import type { UserPlan } from '../../plan/plan-user';
import type { UserAct } from '../../plan/user-request';
import { sameValue, type TargetValues, targetsOf } from '../../plan/values';
import { type Drift, driftOf, type FoundDrift } from '../../schema';
import type { Attempt } from '../adapter';
import type { HeldOperation } from '../link';
import { afterDeleteWords } from './after-delete';
import type { PlannedUser, SettledUser, UserWork } from './user-work';

type UserAttempt = Attempt<PlannedUser, UserAct>;

/** A server whose answer was lost is looked up again after this long. */
const lookAgainMs = 2_000;

/** A link with nothing new to say of it. */
export function unchanged(link: UserLink): SettledUser {
  return {
    link,
    state: link.state,
    remoteId: link.remoteId,
    lastSent: link.lastSent as TargetValues | null,
    lastRead: link.lastRead,
    lastError: null,
    takenOver: link.takenOver,
    changed: false,
    nextInMs: null,
    attempts: 0,
  };
}

/** Nothing to send: everything agrees, or something stands in the way, which the link then says. */
export function settledByPlan(
  connection: Connection,
  entry: PlannedUser,
  plan: Extract<UserPlan, { action: 'none' | 'skip' }>,
): SettledUser {
  const found = withFound(entry);
  if (plan.action === 'skip') return skipped(connection, entry, found, plan);
  const base = withDrift(connection, entry, found, plan.drift);
  if (plan.drift?.kind === 'deleted') return { ...base, state: 'skipped', lastError: leftDeleted };
  const { desired } = entry.person;
  if (desired.kind === 'present' && entry.linked.kind === 'account') {
    // Everything over there agrees with what is mapped: that counts as sent.
    return {
      ...base,
      state: activeAfter(base.lastSent ?? desired.update),
      lastSent: base.lastSent ?? desired.update,
      lastRead: entry.read ?? base.lastRead,
      ...tasksOf(connection, entry, desired.update, plan),
    };
  }
  if (entry.linked.kind === 'account' && entry.linked.imported) return { ...base, state: 'not_managed' };
  if (entry.linked.kind === 'account') return { ...base, state: entry.linked.deactivated ? 'deactivated' : base.state };
  return { ...base, state: base.state === 'deleted' ? 'deleted' : 'skipped' };
}

/** The account is left as it is, because something waits for somebody. @param held what waits from now on */
export function heldUser(connection: Connection, entry: PlannedUser, held?: HeldOperation): SettledUser {
  const settled = { ...withFound(entry), lastError: entry.link.lastError as SettledUser['lastError'] };
  if (!held) return settled;
  // What is only counted may be sent in a moment: the guard tells when it is not.
  if (held.heldBy === 'counting') return { ...settled, held };
  const event = userEvent(connection, person(entry), held.action, held.changes, held);
  return { ...settled, held, event: holdEvent(event, held) };
}

function skipped(
  connection: Connection,
  entry: PlannedUser,
  base: SettledUser,
  plan: Extract<UserPlan, { action: 'skip' }>,
): SettledUser {
  const { reason } = plan;
  if (reason.code === 'Released') return base;
  // Nothing fails, and nobody has to be told what an administrator has set: it is shown, and no event.
  if (isSwitchedOff(reason)) return { ...base, state: 'skipped', lastError: reason };
  const conflict = entry.linked.kind === 'ambiguous' || reason.code === 'DuplicateSourceEntries';
  const state = conflict ? 'conflict' : base.remoteId ? 'error' : 'skipped';
  const before = entry.link.lastError as { message?: string } | null;
  const settled: SettledUser = { ...base, state, lastError: reason };
  if (before?.message === reason.message) return settled;
  // Said once: a reason that stays the same is no new attempt.
  const name = conflict ? 'lookup' : base.remoteId ? 'update' : 'create';
  const event = {
    ...userEvent(connection, person(entry), name, {}, { id: '', cycleId: entry.link.cycleId }),
    operationId: null,
  };
  return { ...settled, event: { ...event, outcome: 'error', code: reason.code, message: reason.message } };
}

/** What a successful write leaves behind. */
export function succeededUser(
  { connection, work: entry, act: plan, operation }: UserAttempt,
  result: Extract<ScimResult<ScimResource | null>, { ok: true }>,
): SettledUser {
  const base = withFound(entry);
  const told = typeof result.value?.id === 'string' ? result.value.id : '';
  const remoteId = plan.action === 'create' ? told : told || base.remoteId;
  const sent = plan.action === 'delete' ? null : { ...baseline(entry), ...withoutPasswords(targetsOf(plan.changes)) };
  const words = plan.action === 'delete' ? afterDeleteWords(connection) : undefined;
  const leftOut = 'leftOut' in plan ? plan.leftOut : undefined;
  const left = 'drift' in plan ? plan.drift : undefined;
  return {
    ...base,
    drift: leftDrift(connection, entry, left),
    remoteId: remoteId || null,
    ...(leftOut ? { state: 'skipped', lastError: leftOut } : { state: stateAfter(plan, sent) }),
    lastSent: sent,
    lastRead: result.value ?? entry.read,
    changed: true,
    ...(plan.action === 'delete' || plan.action === 'deactivate' ? {} : tasksOf(connection, entry, sent ?? {}, plan)),
    operation: {
      id: operation.id,
      state: 'succeeded',
      error: null,
      exchange: result.exchange,
      ...afterwards(plan.changes, connection.userMappings),
    },
    event: {
      ...userEvent(connection, person(entry), plan.action, plan.changes, operation),
      ...(plan.action === 'create' && plan.recreates ? { code: driftCode, message: driftWords(deletedThere) } : {}),
      ...(words ? { message: words } : {}),
    },
  };
}

/** What is left as it is over there is kept, and told where it is new. */
function withDrift(
  connection: Connection,
  entry: PlannedUser,
  base: SettledUser,
  found: FoundDrift | undefined,
): SettledUser {
  const drift = leftDrift(connection, entry, found);
  const isNoted = drift?.noticedAt === driftOf(entry.link.drift)?.noticedAt;
  // That it is gone is noted before it is known whether another one is created.
  const said = (entry.link.lastError as { code?: string } | null)?.code;
  const isTold = isNoted && (drift?.kind !== 'deleted' || said === driftCode);
  if (!drift || isTold) return { ...base, drift };
  const changes = Object.entries(drift.attributes).map(([path, { ours, theirs }]): [string, Changes[string]] => [
    path,
    { from: ours, to: theirs },
  ]);
  const event = userEvent(connection, person(entry), 'lookup', Object.fromEntries(changes), {
    id: '',
    cycleId: entry.link.cycleId,
  });
  return {
    ...base,
    drift,
    event: { ...event, name: 'user_drift', operationId: null, code: driftCode, message: drift.message },
  };
}

function leftDrift({ userMappings }: Connection, { link }: PlannedUser, found: FoundDrift | undefined): Drift | null {
  const attributes = Object.entries(found?.attributes ?? {}).map(([path, { ours, theirs }]) => {
    const { from, to } = withoutSecrets({ [path]: { from: theirs, to: ours } }, userMappings)[path] ?? {};
    return [path, { ours: to, theirs: from }] as const;
  });
  const shown = found && { ...found, attributes: Object.fromEntries(attributes) };
  return keptDrift(shown, driftOf(link.drift), now());
}

function stateAfter(plan: UserAct, sent: TargetValues | null): SettledUser['state'] {
  if (plan.action === 'delete') return 'deleted';
  if (plan.action === 'deactivate') return 'deactivated';
  return activeAfter(sent);
}

function activeAfter(sent: TargetValues | null): LinkState {
  return sameValue(sent?.active ?? true, false) ? 'deactivated' : 'provisioned';
}

/** An account just taken over agrees with what is mapped in everything that was not changed. */
function baseline(entry: PlannedUser): TargetValues {
  const sent = entry.link.lastSent as TargetValues | null;
  if (sent && !entry.found) return sent;
  return entry.person.desired.kind === 'present' ? entry.person.desired.update : {};
}

/** What a refused or lost write leaves behind. */
export function failedUser(
  { connection, work: entry, act: plan, operation }: UserAttempt,
  result: Extract<ScimResult<unknown>, { ok: false }>,
  verdict: Verdict,
): SettledUser {
  const { failure, exchange } = result;
  const error = { code: verdict.code, message: failure.detail, hint: hintFor(verdict) };
  const event = {
    ...userEvent(connection, person(entry), plan.action, plan.changes, operation),
    outcome: 'error' as const,
    code: verdict.code,
    message: failure.detail,
  };
  const attempts = entry.link.attempts + 1;
  const settled: SettledUser = {
    ...withFound(entry),
    lastError: error,
    attempts,
    operation: {
      id: operation.id,
      state: verdict.outcomeUnknown ? 'unknown' : 'failed',
      error: keptError(error, failure),
      exchange,
      ...(verdict.outcomeUnknown ? {} : afterwards(plan.changes, connection.userMappings)),
    },
    event,
  };
  if (verdict.link === 'gone') return gone(settled, plan);
  if (verdict.link === 'taken') {
    // It exists already. Looked up once more, by searching; when that finds nothing, a person has to look.
    const again = entry.link.attempts === 0;
    return { ...settled, state: again ? 'pending' : 'conflict', nextInMs: again ? 0 : null, link: entry.link };
  }
  if (verdict.link === 'wait_for_change') return { ...settled, state: 'error' };
  const soon =
    verdict.connection !== 'fine'
      ? (verdict.pauseMs ?? 0)
      : verdict.outcomeUnknown
        ? lookAgainMs * attempts
        : backoffMs(attempts - 1);
  return { ...settled, state: 'error', nextInMs: soon };
}

/** 404: the account was deleted over there. It is created again; deactivating or deleting it is done already. */
function gone(settled: SettledUser, plan: UserAct): SettledUser {
  const done = plan.action === 'deactivate' || plan.action === 'delete';
  const base = { ...settled, remoteId: null, lastSent: null, lastRead: null, drift: null };
  if (!done) return { ...base, drift: keptDrift(deletedThere, null, now()), state: 'pending', nextInMs: 0 };
  return { ...base, state: 'deleted', lastError: null, changed: true };
}

/** It was looked for by its id, and is not there any more: at once it is planned anew. Of who is to have one, that is drift. */
export function goneAccount({ link, person: { desired } }: UserWork): SettledUser {
  const drift = desired.kind === 'present' ? keptDrift(deletedThere, null, now()) : null;
  return { ...unchanged(link), remoteId: null, lastSent: null, lastRead: null, drift, state: 'pending', nextInMs: 0 };
}

/** Finding out whether to create or update failed: nothing was sent. */
export function failedLookup(
  connection: Connection,
  entry: UserWork,
  failure: ScimFailure,
  verdict: Verdict,
): SettledUser {
  const attempts = entry.link.attempts + 1;
  const base = userEvent(connection, person(entry), 'lookup', {}, { id: '', cycleId: entry.link.cycleId });
  return {
    ...unchanged(entry.link),
    state: entry.link.remoteId ? entry.link.state : 'error',
    lastError: { code: verdict.code, message: failure.detail, hint: hintFor(verdict) },
    attempts,
    nextInMs: verdict.link === 'wait_for_change' ? null : (verdict.pauseMs ?? backoffMs(attempts - 1)),
    event: { ...base, operationId: null, outcome: 'error', code: verdict.code, message: failure.detail },
  };
}

/** Nobody can tell whether there is an account: one that is created might be the second. */
export function untoldUser(connection: Connection, entry: UserWork): SettledUser {
  const message =
    'Whether there is an account already is not known: searching and the list of accounts do not show all.';
  const hint = 'Say in the server profile that its lists are whole if they are, or link the account by an import.';
  const lastError = { code: 'ListIncomplete', message, hint };
  const settled: SettledUser = { ...unchanged(entry.link), state: 'error', lastError };
  // Said once: it is found again in every cycle.
  if ((entry.link.lastError as { code?: string } | null)?.code === lastError.code) return settled;
  const base = userEvent(connection, person(entry), 'lookup', {}, { id: '', cycleId: entry.link.cycleId });
  return { ...settled, event: { ...base, operationId: null, outcome: 'error', code: lastError.code, message } };
}

/** Left as it is, to be looked at again in a moment. */
export function lookAgain(link: UserLink, inMs: number): SettledUser {
  const lastError = link.lastError as SettledUser['lastError'];
  return { ...unchanged(link), lastError, attempts: link.attempts, nextInMs: inMs };
}

/** The server cannot be searched, so that nobody can tell whether the account was created. A person decides. */
export function outcomeUnknown(link: UserLink): SettledUser {
  const message = 'The answer to the last request was lost, and this application cannot be searched.';
  const hint = 'Look in the application whether the account exists, then choose Retry.';
  return { ...unchanged(link), state: 'outcome_unknown', lastError: { code: 'OutcomeUnknown', message, hint } };
}

function withFound(entry: PlannedUser): SettledUser {
  const base = unchanged(entry.link);
  if (!entry.found) return base;
  return { ...base, remoteId: entry.found.remoteId, lastRead: entry.found.resource, takenOver: true };
}

/** What somebody has to do over there for an account that was just created, taken over, or changed. */
function tasksOf({ manualTasks }: Connection, { found }: PlannedUser, values: TargetValues, plan: UserPlan) {
  if (plan.action === 'create') return { tasks: dueTasks(manualTasks, { kind: 'created', values }) };
  const changed = 'changes' in plan ? dueTasks(manualTasks, { kind: 'changed', values: targetsOf(plan.changes) }) : [];
  const takenOver = found ? dueTasks(manualTasks, { kind: 'taken_over', values, found: found.resource }) : [];
  return { tasks: [...takenOver, ...changed] };
}

function withoutPasswords(values: TargetValues): TargetValues {
  return Object.fromEntries(Object.entries(values).filter(([path]) => !/password/i.test(path)));
}

function person(entry: UserWork): { link: UserLink; name: string } {
  return { link: entry.link, name: entry.person.user.displayName };
}

function hintFor(verdict: Verdict): string {
  if (verdict.connection === 'quarantine') return 'Replace the credentials on the Identity Management tab.';
  if (verdict.code === 'Forbidden')
    return 'The token may not change this account. Change it in the application, or release it.';
  if (verdict.code === 'StillActive')
    return 'Deactivate the account in the application by hand. It is tried again by every cycle.';
  if (verdict.link === 'later') return 'It is tried again by itself.';
  if (verdict.link === 'taken') return 'An account with this name exists already; it is looked up and taken over.';
  return 'Correct the value on the person or in the mapping; it is then sent again by itself.';
}

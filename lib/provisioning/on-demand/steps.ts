import { isOneOf, type OperationStateName } from '@/lib/core/states';
import type { OperationAction } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import type { KeptExchange } from '../engine/kept-exchange';
import type { HeldBy } from '../hold';
import type { Departure } from '../plan/departure';
import { nextGroupStep } from '../plan/next-group-step';
import { nextStep } from '../plan/next-step';
import type { Because, PlannedLink } from '../plan/planned-link';
import type { LostGrant } from '../queries/lost-grant';
import { confirmedWords, type OnDemandOutcomeName } from './schema';

export const stepNames = ['connection', 'find', 'scope', 'match', 'action'] as const;
export const stepStates = ['waiting', 'running', 'ok', 'warning', 'error', 'skipped'] as const;

/** One of the five steps of an attempt. */
export interface AttemptStep {
  name: (typeof stepNames)[number];
  state: (typeof stepStates)[number];
  words: string;
  hint: string | null;
  changes: Changes;
  exchanges: KeptExchange[];
}

/** Why nothing is sent just now. */
export type Obstacle = 'paused' | 'paused_everywhere' | 'quarantined' | 'resting' | 'inactive';

interface StepError {
  code: string;
  message: string;
  hint?: string | undefined;
}

/** What is known of an attempt. */
export interface AttemptFacts {
  appName: string;
  type: 'user' | 'group';
  /** As the connection is by now. */
  baseUrl: string | null;
  obstacle: Obstacle | null;
  /** By whom it was asked for on demand; null: the engine made it by itself, and looked nothing up that was kept with it. */
  run: {
    isTaken: boolean;
    plan: PlannedLink | null;
    lookups: KeptExchange[];
    sent: KeptExchange[];
    outcome: OnDemandOutcomeName | null;
    error: StepError | null;
  } | null;
  /** What was sent, or is held. */
  operation: {
    action: OperationAction;
    state: OperationStateName;
    changes: Changes;
    error: StepError | null;
    heldBy: HeldBy | null;
    /** Why it takes the account away, as it was planned; null: it does not, or it was not kept. */
    departure: Departure | null;
    /** What took away their way in, as the events tell it. */
    lost: LostGrant | undefined;
    confirmed: boolean;
    exchange: KeptExchange | null;
  } | null;
}

type Told = Pick<AttemptStep, 'state' | 'words'> & Partial<AttemptStep>;

/** The five steps of an attempt, as far as it has come. Pure. */
export function attemptSteps(facts: AttemptFacts): AttemptStep[] {
  const told = [connection(facts), find(facts), scope(facts), match(facts), action(facts)];
  return stepNames.map((name, at) => ({
    hint: null,
    changes: {},
    exchanges: [],
    ...(told[at] ?? notYet),
    name,
  }));
}

const notYet: Told = { state: 'waiting', words: '' };
const notReached: Told = { state: 'skipped', words: 'Not reached.' };
const ofCycle = 'What a cycle or a change has looked up is not kept with each attempt.';

const obstacles: Readonly<Record<Obstacle, { words: string; hint: string }>> = {
  paused: {
    words: 'Provisioning of this application is paused: nothing is sent.',
    hint: 'It goes on when it is resumed.',
  },
  paused_everywhere: { words: 'All provisioning is paused: nothing is sent.', hint: 'It goes on when it is resumed.' },
  quarantined: {
    words: 'The connection is quarantined: nothing is sent.',
    hint: 'Test the connection on the Identity Management tab. It goes on when the quarantine ends.',
  },
  resting: {
    words: 'The application asked to wait, or could not be reached: the connection rests.',
    hint: 'It goes on by itself.',
  },
  inactive: { words: 'Identity Management is not active: nothing is sent.', hint: 'Activate it first.' },
};

/** Failures that are the connection's, not of one account. */
const ofConnection = ['InvalidCredentials', 'Unreachable', 'NotScim', 'TooManyRequests'];

function connection({ appName, baseUrl, obstacle, run, operation }: AttemptFacts): Told {
  const place = baseUrl ?? appName;
  const error = run?.error ?? operation?.error;
  if (error && isOneOf(ofConnection, error.code) && !operation?.confirmed) {
    return { state: 'error', words: error.message, hint: error.hint ?? null };
  }
  if (run && run.outcome === null && !run.plan) {
    if (obstacle) return { state: 'warning', ...obstacles[obstacle] };
    if (!run.isTaken) return { state: 'running', words: 'Waits for its turn, before everything else.' };
  }
  const answered = [...(run?.lookups ?? []), ...(run?.sent ?? []), operation?.exchange].filter(
    (exchange) => exchange?.status != null,
  ).length;
  if (answered > 0) return { state: 'ok', words: `${place} answered.` };
  return { state: 'ok', words: run?.isTaken === false ? 'Active. Nothing had to be asked.' : `Active: ${place}` };
}

function find({ type, run, operation }: AttemptFacts): Told {
  const noun = type === 'user' ? 'account' : 'group';
  if (!run) {
    const words = operation?.action === 'create' ? `No ${noun} was known.` : `The ${noun} was known.`;
    return { state: 'ok', words: `${words} ${ofCycle}` };
  }
  const { plan, lookups: exchanges } = run;
  if (!plan) {
    if (run.outcome) return failedAt(run.error, exchanges);
    return run.isTaken ? { state: 'running', words: `Looks the ${noun} up.`, exchanges } : notYet;
  }
  return { state: 'ok', words: foundWords(plan, noun, exchanges.length), exchanges };
}

function failedAt(error: StepError | null, exchanges: KeptExchange[]): Told {
  if (error && isOneOf(ofConnection, error.code)) return { ...notReached, exchanges };
  return {
    state: 'error',
    words: error?.message ?? 'It could not be looked up.',
    hint: error?.hint ?? null,
    exchanges,
  };
}

function foundWords({ knownBy, remoteId, takesOver }: PlannedLink, noun: string, asked: number): string {
  if (takesOver) return `Found by searching: the ${noun} ${remoteId ?? ''} is there already.`;
  if (knownBy === 'link' && remoteId) {
    return asked > 0 ? `Read just now: the linked ${noun} ${remoteId}.` : `The linked ${noun} ${remoteId} is known.`;
  }
  return asked > 0 ? `Searched for: there is no ${noun} yet.` : `No ${noun} is linked, and none had to be looked for.`;
}

const outWords: Readonly<Record<Because, string>> = {
  out_of_scope: 'Not in scope: in no associated user group, and not assigned directly.',
  filtered_out: 'Not in scope: left out by the scoping filter.',
  suspended: 'Suspended: there is to be no active account.',
  deleted: 'Deleted from the directory: there is to be no active account.',
  purged: 'Deleted from the directory for good: there is to be no account.',
  imported: 'Not in scope: the account was imported, and is left as it is.',
  not_managed: 'Not in scope: the user group is not associated, or groups are not managed here.',
};

function scope({ run, operation }: AttemptFacts): Told {
  if (!run) {
    const leaves = operation?.action === 'deactivate' || operation?.action === 'delete';
    if (!leaves) return { state: 'ok', words: 'In scope.' };
    return { state: 'ok', words: departureWords(operation) ?? 'There was to be no active account any more.' };
  }
  const { plan } = run;
  if (!plan) return run.outcome ? notReached : notYet;
  const { because, filteredOutBy } = plan;
  if (because === null) return { state: 'ok', words: 'In scope.' };
  return {
    state: 'skipped',
    words: filteredOutBy ? `Not in scope: filtered out by ${filteredOutBy}.` : outWords[because],
  };
}

const departedWords: Readonly<Record<Departure['because'], string>> = {
  out_of_scope: outWords.out_of_scope,
  filtered_out: outWords.filtered_out,
  suspended: outWords.suspended,
  deleted: outWords.deleted,
  purged: outWords.purged,
  mapped: 'In scope, and mapped to be inactive.',
};

/** Why somebody was to have no active account, as it was then; undefined: it was not kept. */
function departureWords({ departure, lost }: NonNullable<AttemptFacts['operation']>): string | undefined {
  if (!departure) return undefined;
  const { because, filteredOutBy } = departure;
  if (filteredOutBy) return `Not in scope: filtered out by ${filteredOutBy}.`;
  return lost && because === 'out_of_scope'
    ? `${departedWords[because]} Before that, ${lostGrantWords(lost)}`
    : departedWords[because];
}

function lostGrantWords({ kind, group, by, at }: LostGrant): string {
  const then = `by ${by} (${at.toISOString().slice(0, 16).replace('T', ' ')} UTC).`;
  switch (kind) {
    case 'disassociated':
      return `the user group “${group}” was taken from the application ${then}`;
    case 'removed':
      return `the person was taken out of the user group “${group}” ${then}`;
    case 'group_deleted':
      return `the user group “${group}” was deleted ${then}`;
    case 'unassigned':
      return `the direct assignment was taken away ${then}`;
  }
}

/** It is not clear which account, or group, is meant. */
const ofMatching = ['DuplicateTargetEntries', 'DuplicateSourceEntries', 'UsernameDiffers'];

function match({ type, run, operation }: AttemptFacts): Told {
  const noun = type === 'user' ? 'account' : 'group';
  if (!run) {
    const words = operation?.action === 'create' ? `None: a new ${noun} was created.` : `The ${noun} that is linked.`;
    return { state: 'ok', words };
  }
  const { plan } = run;
  if (!plan) return run.outcome ? notReached : notYet;
  const { reason, remoteId, takesOver, action: planned } = plan;
  if (planned === 'skip' && reason && isOneOf(ofMatching, reason.code)) {
    return { state: 'error', words: reason.message, hint: reason.hint ?? null };
  }
  if (takesOver)
    return { state: 'ok', words: `Taken over: the ${noun} ${remoteId ?? ''} agrees in what is matched by.` };
  if (remoteId) return { state: 'ok', words: `By its link: ${remoteId}` };
  return planned === 'create'
    ? { state: 'ok', words: `None: a new ${noun} is created.` }
    : { state: 'skipped', words: 'Nothing to match.' };
}

function action(facts: AttemptFacts): Told {
  const { run, operation } = facts;
  const exchanges = exchangesOf(facts);
  if (operation) return { ...ofOperation(facts, operation), exchanges };
  if (!run) return notReached;
  const { plan, outcome, error } = run;
  if (!plan) return outcome ? notReached : notYet;
  const { words, hint = null, changes } = planWords(plan);
  switch (outcome) {
    case null:
      return { state: 'running', words, hint, changes, exchanges };
    case 'sent':
      return { state: 'ok', words: 'Done.', changes, exchanges };
    case 'nothing':
      return { state: 'ok', words: 'Nothing was to be changed, and nothing was sent.' };
    case 'skipped':
      return { state: 'skipped', words, hint };
    case 'held':
      return { state: 'warning', words: `Held: ${words}`, hint: 'It is sent only once somebody allows it.', changes };
    case 'unknown':
      return { state: 'warning', words: lostWords, changes, exchanges };
    case 'failed':
      return { state: 'error', words: error?.message ?? 'It failed.', hint: error?.hint ?? null, changes, exchanges };
  }
}

function planWords(plan: PlannedLink) {
  return plan.subject.type === 'user' ? nextStep(plan) : nextGroupStep(plan);
}

/** Of one that was made on demand, all of them; otherwise the one that was kept. */
function exchangesOf({ run, operation }: AttemptFacts): KeptExchange[] {
  if (run && run.sent.length > 0) return run.sent;
  return operation?.exchange ? [operation.exchange] : [];
}

const lostWords = 'The answer was lost: it is looked up before anything is repeated.';

const did: Readonly<Record<OperationAction, string>> = {
  lookup: 'Looked up',
  create: 'Created',
  update: 'Updated',
  deactivate: 'Deactivated',
  reactivate: 'Reactivated',
  delete: 'Deleted',
};

function ofOperation({ appName, run }: AttemptFacts, operation: NonNullable<AttemptFacts['operation']>): Told {
  const { state, changes, confirmed, heldBy } = operation;
  const error = run?.error ?? operation.error;
  const words = `${did[operation.action]} in ${appName}.`;
  switch (state) {
    case 'intent':
      return { state: 'running', words: `${toDo[operation.action]} in ${appName}.`, changes };
    case 'succeeded':
      if (confirmed) {
        return { state: 'ok', words: `${confirmedWords}: it was carried out, and not sent again.`, changes };
      }
      return operation.error
        ? { state: 'warning', words: `${words} ${operation.error.message}`, changes }
        : { state: 'ok', words, changes };
    case 'failed':
      return { state: 'error', words: error?.message ?? 'It failed.', hint: error?.hint ?? null, changes };
    case 'unknown':
      return { state: 'warning', words: lostWords, changes };
    case 'held':
      return {
        state: 'warning',
        words: heldWords[heldBy ?? 'setting'],
        hint: 'It is sent only once somebody allows it.',
        changes,
      };
    case 'allowed':
      return { state: 'running', words: 'Allowed: it is about to be sent.', changes };
    case 'rejected':
      return { state: 'skipped', words: 'Held, and rejected: nothing was sent.', changes };
    case 'withdrawn':
      return { state: 'skipped', words: 'It was held, and is not planned any more: nothing was sent.', changes };
  }
}

const toDo: Readonly<Record<OperationAction, string>> = {
  lookup: 'Looks it up',
  create: 'Creates it',
  update: 'Updates it',
  deactivate: 'Deactivates it',
  reactivate: 'Reactivates it',
  delete: 'Deletes it',
};

const heldWords: Readonly<Record<HeldBy, string>> = {
  setting: 'Held: by the setting of this application, somebody has to allow it.',
  guard: 'Held by the guard: more accounts were to be taken away than it lets through.',
  counting: 'Held for a moment: the guard counts how many accounts are to be taken away.',
  review: 'Held: it is not as it was reviewed in the dry run.',
};

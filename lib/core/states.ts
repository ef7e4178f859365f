/**
 * Which states there are, and which of them mean what: said here alone. Engine, queries, API and screens ask this file, and
 * `scripts/states.test.ts` fails where a list of states stands anywhere else. What a state is called on a screen stands with
 * the schema of its folder.
 */

type Meanings<State extends string> = Readonly<Record<string, readonly State[]>>;

/** Of the connection of an application. */
export const integrationStatuses = ['active', 'paused', 'quarantined', 'inactive'] as const;
export type IntegrationStatusName = (typeof integrationStatuses)[number];
export const integrationStatusesThat = {
  /** It is read, or tried to be read, by itself. */
  areTried: ['active', 'quarantined'],
  /** What somebody has reviewed can be carried out. */
  mayCarryOut: ['active', 'paused'],
  /** Nothing is sent until somebody has looked. */
  needSomebody: ['quarantined', 'paused'],
} as const satisfies Meanings<IntegrationStatusName>;

/** Of a person or a group in an application. */
export const linkStates = [
  'pending',
  'provisioned',
  'deactivated',
  'deleted',
  'error',
  'conflict',
  'outcome_unknown',
  'released',
  'imported',
  'not_managed',
  'skipped',
] as const;
export type LinkStateName = (typeof linkStates)[number];
export const linkStatesThat = {
  /** Somebody has to do something. */
  fail: ['error', 'conflict', 'outcome_unknown'],
  /** A retry by hand is of use. */
  mayBeRetried: ['error', 'conflict', 'outcome_unknown', 'skipped'],
  /** An import linked it, and nothing was sent since. */
  wereNeverManaged: ['imported', 'not_managed'],
  /** There is no account of ours that could be deactivated. */
  manageNothing: ['deactivated', 'deleted', 'released'],
  /** There is no account that is active, as far as we know. */
  haveNoActiveAccount: ['deactivated', 'deleted'],
  /** There is no account, or it is none of ours. */
  areOver: ['deleted', 'released'],
  /** Nothing stands over there for it that is still to be deleted. */
  leaveNothing: ['deleted', 'released', 'skipped'],
  /** Nobody of it is to be a member. */
  areNoMembers: ['deactivated', 'released'],
  /** Its account, where it has one, was there when it was last worked on: a reading that does not show it has missed it, or it is gone. */
  expectAnAccount: ['provisioned', 'error', 'skipped'],
  /** It may have been sent a value that was never answered. */
  mayHaveSent: ['error', 'outcome_unknown'],
} as const satisfies Meanings<LinkStateName>;

/** Of one attempt. */
export const operationStates = [
  'intent',
  'succeeded',
  'failed',
  'unknown',
  'held',
  'allowed',
  'rejected',
  'withdrawn',
] as const;
export type OperationStateName = (typeof operationStates)[number];
export const operationStatesThat = {
  /** What became of it is not known. */
  areOpen: ['intent', 'unknown'],
  /** It was never sent, and is not before somebody says so. */
  mayBeAllowed: ['held', 'rejected'],
  /** It is to be sent, once somebody has allowed it or now that somebody has. */
  wait: ['held', 'allowed'],
  /** It was carried out, may have been, or is about to be. */
  tookAway: ['intent', 'succeeded', 'unknown', 'allowed'],
  /** A request left for it, or is about to. */
  wereSent: ['intent', 'succeeded', 'failed', 'unknown'],
} as const satisfies Meanings<OperationStateName>;

/** Of a full cycle. */
export const cycleStages = ['reading', 'users', 'groups', 'finished', 'stopped', 'failed'] as const;
export type CycleStageName = (typeof cycleStages)[number];
export const cycleStagesThat = {
  areOpen: ['reading', 'users', 'groups'],
  /** It has read, and works on what is due. */
  areAtWork: ['users', 'groups'],
  areFinal: ['finished', 'stopped', 'failed'],
} as const satisfies Meanings<CycleStageName>;

/** How a full cycle stands, of its stage, its connection and its people: `partial` has finished, and some failed. */
export const cycleStatuses = ['running', 'waiting', 'succeeded', 'partial', 'stopped', 'failed'] as const;
export type CycleStatusName = (typeof cycleStatuses)[number];

/** What a cycle reads: pages, and then what no page has shown, by its id. */
export const cycleSteps = ['accounts', 'missing_accounts', 'groups', 'missing_groups'] as const;
export type CycleStepName = (typeof cycleSteps)[number];
export const cycleStepsThat = {
  readPages: ['accounts', 'groups'],
  ask: ['missing_accounts', 'missing_groups'],
  areOfAccounts: ['accounts', 'missing_accounts'],
} as const satisfies Meanings<CycleStepName>;

/** Of a dry run. */
export const dryRunStages = ['reading', 'people', 'groups', 'finished', 'cancelled', 'failed'] as const;
export type DryRunStageName = (typeof dryRunStages)[number];
export const dryRunStagesThat = {
  areOpen: ['reading', 'people', 'groups'],
  areFinal: ['finished', 'cancelled', 'failed'],
} as const satisfies Meanings<DryRunStageName>;

/** Of an import, and of one account in it. */
export const importStates = ['fetching', 'review', 'running', 'finished', 'failed'] as const;
export type ImportStateName = (typeof importStates)[number];
export const importStatesThat = {
  areFinal: ['finished', 'failed'],
  /** All accounts were read and matched, and nobody works on them. */
  areMatched: ['review', 'finished'],
  /** Everything was read, and there is something to show. */
  wereRead: ['review', 'running', 'finished'],
  /** It goes on: of what was read, something can still be chosen. */
  areUnderWay: ['review', 'running'],
} as const satisfies Meanings<ImportStateName>;
export const importRowStates = ['listed', 'queued', 'done', 'failed'] as const;
export type ImportRowStateName = (typeof importRowStates)[number];
export const importRowStatesThat = {
  /** Somebody has confirmed them. */
  wereConfirmed: ['queued', 'done', 'failed'],
  /** They were run. */
  areOver: ['done', 'failed'],
  /** Somebody has to decide, or to try again. */
  waitForSomebody: ['listed', 'failed'],
} as const satisfies Meanings<ImportRowStateName>;

/** Of an application that is migrated to a new instance: what of it has moved. */
export const moveStages = ['prepared', 'handed_over', 'signed_over', 'finished', 'backed_out'] as const;
export type MoveStageName = (typeof moveStages)[number];
export const moveStagesThat = {
  areOpen: ['prepared', 'handed_over', 'signed_over'],
  /** Accounts are the new instance's: the old one sends nothing. */
  haveHandedOver: ['handed_over', 'signed_over'],
  /** People sign in through the new instance. */
  haveSignedOver: ['signed_over', 'finished'],
} as const satisfies Meanings<MoveStageName>;

/** Of the same done to many people, and of each of them. A file is in review before it runs; what is wrong with a line refuses it. */
export const batchStates = ['review', 'running', 'finished'] as const;
export type BatchStateName = (typeof batchStates)[number];
export const batchRowStates = ['listed', 'refused', 'queued', 'done', 'skipped', 'failed'] as const;
export type BatchRowStateName = (typeof batchRowStates)[number];
export const batchRowStatesThat = {
  /** Somebody has to look at them. */
  wentWrong: ['refused', 'failed'],
} as const satisfies Meanings<BatchRowStateName>;

/** Of a message to a webhook, and of a mail. */
export const deliveryStates = ['waiting', 'delivered', 'failed'] as const;
export const deliveryStatesThat = {
  mayHaveAnError: ['waiting', 'failed'],
} as const satisfies Meanings<(typeof deliveryStates)[number]>;
export const mailStates = ['sent', 'waiting', 'failed'] as const;
export type MailStateName = (typeof mailStates)[number];

/** Whether a state is one of those with a meaning. */
export function isOneOf<State extends string>(
  states: readonly State[],
  state: string | null | undefined,
): state is State {
  return states.some((one) => one === state);
}

/** The states as a list in SQL: constants, so that an index over just these is found. */
export function listed(states: readonly string[]): string {
  return `(${states.map((state) => `'${state}'`).join(', ')})`;
}

import type { Grants } from '@/lib/applications/standings';
import type { LinkStateName } from '@/lib/core/states';
import { type IntegrationStatusName, isOneOf, linkStatesThat } from '@/lib/core/states';
import type { NextStep } from '../plan/next-step';
import type { LinkError } from './links';

/** Why a person has an account in an application, or has none. The first that is true is said. */
export const reasonCodes = [
  'deleted',
  'suspended',
  'released',
  'not_in_scope',
  'filtered_out',
  'sso_only',
  'not_configured',
  'inactive',
  'conflict',
  'rule',
  'failed',
  'account',
  'quarantined',
  'paused',
  'waiting',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export interface AccountReason {
  code: ReasonCode;
  /** One line: how it stands. */
  title: string;
  /** What to do about it; null: nothing has to be done. */
  fix: string | null;
}

export interface ReasonInput {
  appName: string;
  person: { displayName: string; status: 'active' | 'suspended' | 'deleted' };
  grants: Grants;
  /** By which clauses of the scoping filter the person is left out; null: by none. */
  filteredOutBy: string | null;
  /** Whether the application's template knows accounts at all. */
  provisions: boolean;
  integration: IntegrationStatusName | null;
  /** Somebody else has the application username. */
  shared: boolean;
  link: { state: LinkStateName; remoteId: string | null; lastError: LinkError | null } | null;
  next: NextStep | null;
}

/** Answers for anybody of the directory, in scope or not, from what is known of them. Pure. */
export function accountReason(input: ReasonInput): AccountReason {
  return ofPerson(input) ?? ofApplication(input) ?? ofFilter(input) ?? ofAccount(input);
}

/** The account of somebody who is not to have one any more: what becomes of it. */
function left({ link, next }: ReasonInput): string | null {
  if (!link?.remoteId || isOneOf(linkStatesThat.haveNoActiveAccount, link.state)) return null;
  return next?.action === 'deactivate' || next?.action === 'delete' || next?.action === 'skip'
    ? [next.words, next.hint].filter(Boolean).join(' ')
    : 'The account over there is left as it is.';
}

function ofPerson(input: ReasonInput): AccountReason | undefined {
  const { person, grants, appName, link } = input;
  const name = person.displayName;
  if (person.status === 'deleted') {
    const title = `${name} was deleted from the directory.`;
    return { code: 'deleted', title, fix: left(input) ?? 'Restore the person to give access again.' };
  }
  if (person.status === 'suspended') {
    const title = `${name} is suspended: no sign-in, and no active account.`;
    return { code: 'suspended', title, fix: left(input) ?? 'Reactivate the person to give access again.' };
  }
  if (link?.state === 'released') {
    const title = 'The account was released: Latchkey leaves it as it is.';
    return { code: 'released', title, fix: 'Choose Manage again to take it back.' };
  }
  if (!grants.direct && grants.groups.length === 0) {
    const fix = `Add ${name} to a user group that is associated with ${appName}, or assign the person directly.`;
    const title = `No user group of ${name} is associated with ${appName}, and nobody assigned the person directly.`;
    return { code: 'not_in_scope', title, fix: [left(input), fix].filter(Boolean).join(' ') };
  }
  return undefined;
}

function ofApplication({ provisions, integration, appName, person }: ReasonInput): AccountReason | undefined {
  const name = person.displayName;
  if (!provisions) {
    return { code: 'sso_only', title: `${name} has access. Latchkey manages no accounts in ${appName}.`, fix: null };
  }
  if (integration === null) {
    const title = `${name} has access, but Identity Management was never configured: no account is made.`;
    return { code: 'not_configured', title, fix: 'Configure Identity Management and test the connection.' };
  }
  if (integration === 'inactive') {
    const title = `${name} has access, but Identity Management is not active: accounts stay as they are.`;
    return { code: 'inactive', title, fix: 'Activate Identity Management.' };
  }
  return undefined;
}

/** Who is filtered out signs in, and has no account. */
function ofFilter(input: ReasonInput): AccountReason | undefined {
  const { filteredOutBy, person, appName } = input;
  if (filteredOutBy === null) return undefined;
  const title = `${person.displayName} may sign in, and has no account: filtered out by ${filteredOutBy}.`;
  const fix = `Change the scoping filter of ${appName}, or what it asks of the person.`;
  return { code: 'filtered_out', title, fix: [left(input), fix].filter(Boolean).join(' ') };
}

function ofAccount({ integration, shared, link, next, person, appName }: ReasonInput): AccountReason {
  const name = person.displayName;
  const error = link?.lastError;
  if (shared) {
    const title = `Somebody else has the application username of ${name}: neither can sign in, no account is changed.`;
    return { code: 'conflict', title, fix: 'Give one of the two another application username.' };
  }
  if (link?.state === 'conflict') {
    const title = error?.message ?? 'It is not clear which account is meant.';
    return {
      code: 'conflict',
      title,
      fix: error?.hint ?? 'Look at the accounts in the application, then choose Retry.',
    };
  }
  if (next?.action === 'skip') return { code: 'rule', title: next.words, fix: next.hint ?? null };
  if (isOneOf(linkStatesThat.mayHaveSent, link?.state)) {
    return { code: 'failed', title: error?.message ?? 'The last attempt failed.', fix: error?.hint ?? 'Choose Retry.' };
  }
  if (link?.state === 'provisioned') {
    return { code: 'account', title: `${name} has an account in ${appName}.`, fix: null };
  }
  if (integration === 'quarantined') {
    const title = 'The connection is quarantined: nothing is sent.';
    return {
      code: 'quarantined',
      title,
      fix: 'Test the connection, and replace the credentials if they were refused.',
    };
  }
  if (integration === 'paused') {
    return { code: 'paused', title: 'Provisioning is paused: nothing is sent.', fix: 'Resume it.' };
  }
  return { code: 'waiting', title: `${name} is in scope, and waits for the next run.`, fix: null };
}

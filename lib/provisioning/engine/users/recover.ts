import { now } from '@/lib/core/clock';
import type { Operation, UserLink } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import type { ScimFailure } from '@/lib/scim/failure';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../../connection';
import { userEvent } from '../../internal/user-events';
import { deletedThere, keptDrift } from '../../plan/drift';
import { sameValue, type TargetValues, targetsOf } from '../../plan/values';
import type { Drift } from '../../schema';
import { closeInterrupted, settlesIn } from '../close-interrupted';
import type { OpenOperation } from '../intents';
import { type Listed, matchInList } from './match-in-list';
import { isSearchProven, matchBySearch } from './search-account';
import { accountName, userKind } from './user-kind';
import { unchanged } from './user-outcomes';

/** What became of an intent whose answer nobody saw. */
export type Recovery =
  | { kind: 'settled'; link: UserLink; resource: ScimResource | null }
  | { kind: 'failed'; failure: ScimFailure }
  /** What was just created may not be found yet. */
  | { kind: 'later'; inMs: number }
  | { kind: 'unknown' };

/**
 * After a crash or a lost answer: looks up what an open intent did before anything is repeated. What was carried out is
 * recorded as the success it was, with its event; what was not is closed without one, because it never reached anybody.
 */
export async function recoverUser(
  connection: Connection,
  person: { link: UserLink; name: string },
  open: readonly OpenOperation[],
): Promise<Recovery> {
  const { link } = person;
  const attempted = open.find((operation) => operation.action === 'create');
  if (!link.remoteId) {
    if (!attempted) return close(connection, person, { open, resource: null, done: new Set() });
    const match = await findCreated(connection, link, attempted);
    if (match.kind === 'failed') return { kind: 'failed', failure: match.failure };
    if (match.kind === 'none') {
      const inMs = settlesIn(attempted);
      if (inMs > 0) return { kind: 'later', inMs };
      if (!match.isWhole) return { kind: 'unknown' };
    }
    const found = match.kind === 'account' ? match : null;
    return close(connection, person, {
      open,
      resource: found?.resource ?? null,
      done: new Set(found ? [attempted.id] : []),
    });
  }
  const read = await connection.client.getUser(link.remoteId);
  if (!read.ok && read.failure.kind !== 'not_found') return { kind: 'failed', failure: read.failure };
  const resource = read.ok ? read.value : null;
  const done = open.filter((operation) => wasCarriedOut(operation, resource)).map((operation) => operation.id);
  return close(connection, person, { open, resource, done: new Set(done) });
}

/** By a search that was seen to find what is there, else in the list of all. */
async function findCreated(connection: Connection, link: UserLink, attempted: Operation): Promise<Listed> {
  const values = targetsOf(attempted.changes as Changes);
  const match = await matchBySearch(connection, link.userId, values);
  if (match.kind !== 'unsearchable' && match.kind !== 'none') return match;
  if (match.kind === 'none' && (await isSearchProven(connection))) return { kind: 'none', isWhole: true };
  const { dueAt } = link;
  return matchInList(connection, {
    link,
    values,
    since: dueAt && dueAt > attempted.createdAt ? dueAt : attempted.createdAt,
  });
}

function wasCarriedOut(operation: Operation, resource: ScimResource | null): boolean {
  if (operation.action === 'delete' || !resource) return operation.action === 'delete' && !resource;
  const targets = Object.entries(targetsOf(operation.changes as Changes));
  return targets.every(([path, value]) => sameValue(readPath(resource, path), value));
}

interface LookedUp {
  open: readonly Operation[];
  resource: ScimResource | null;
  /** Ids of what was carried out. */
  done: ReadonlySet<string>;
}

async function close(
  connection: Connection,
  { link, name }: { link: UserLink; name: string },
  { open, resource, done }: LookedUp,
): Promise<Recovery> {
  const carriedOut = open.filter((operation) => done.has(operation.id));
  const sent: TargetValues = Object.assign(
    {},
    link.lastSent,
    ...carriedOut.map((operation) => targetsOf(operation.changes as Changes)),
  );
  const last = carriedOut.at(-1);
  const settled = {
    ...unchanged(link),
    lastError: link.lastError as { code: string; message: string } | null,
    attempts: link.attempts,
    remoteId: link.remoteId ?? (last && resource ? String(resource.id) : null),
    state: last ? stateAfter(last.action) : link.state,
    lastSent: last ? sent : (link.lastSent as TargetValues | null),
    lastRead: resource ?? link.lastRead,
    // It answered by its id that it is gone: whoever is to have an account is searched for, and gets another one.
    ...(link.remoteId && !resource
      ? ({ remoteId: null, state: 'deleted', lastSent: null, lastRead: null, drift: deletedDrift(open) } as const)
      : {}),
  };
  const held = await closeInterrupted(userKind, {
    settled,
    open,
    done,
    eventOf: (operation) =>
      userEvent(connection, { link, name }, operation.action, operation.changes as Changes, operation),
  });
  if (!held) return { kind: 'settled', link, resource };
  const { remoteId, state } = settled;
  const lastSent = settled.lastSent as UserLink['lastSent'];
  const lastRead = settled.lastRead as UserLink['lastRead'];
  const drift = (settled.drift === undefined ? link.drift : settled.drift) as UserLink['drift'];
  const known = { remoteId, state, lastSent, lastRead, drift, accountName: accountName(settled) };
  return { kind: 'settled', link: { ...link, ...known }, resource };
}

/** Nothing of ours has deleted it. */
function deletedDrift(open: readonly Operation[]): Drift | null {
  return open.some(({ action }) => action === 'delete') ? null : keptDrift(deletedThere, null, now());
}

function stateAfter(action: Operation['action']): UserLink['state'] {
  if (action === 'deactivate') return 'deactivated';
  return action === 'delete' ? 'deleted' : 'provisioned';
}

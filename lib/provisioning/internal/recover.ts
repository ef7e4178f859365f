import { now } from '@/lib/core/clock';
import { transaction } from '@/lib/db/client';
import type { Operation, UserLink } from '@/lib/db/generated/client';
import { recordEvents } from '@/lib/events/record';
import type { Changes } from '@/lib/events/schema';
import type { ScimFailure } from '@/lib/scim/failure';
import { readPath, type ScimResource } from '@/lib/scim/path';
import type { Connection } from '../connection';
import { sameValue, type TargetValues, targetsOf } from '../values';
import { heldLinks } from './intents';
import { matchBySearch } from './match-accounts';
import { accountName, jsonOrNull } from './settle-users';
import { userEvent } from './user-events';

/** What became of an intent whose answer nobody saw. */
export type Recovery =
  | { kind: 'settled'; link: UserLink; resource: ScimResource | null }
  | { kind: 'failed'; failure: ScimFailure }
  | { kind: 'unknown' };

/**
 * After a crash or a lost answer: looks up what an open intent did before anything is repeated. What was carried out is
 * recorded as the success it was, with its event; what was not is closed without one, because it never reached anybody.
 */
export async function recoverLink(
  connection: Connection,
  person: { link: UserLink; name: string },
  open: readonly Operation[],
): Promise<Recovery> {
  const { link } = person;
  const attempted = open.find((operation) => operation.action === 'create');
  if (!link.remoteId) {
    if (!attempted) return close(connection, person, open, null, new Set());
    const match = await matchBySearch(connection, link.userId, targetsOf(attempted.changes as Changes));
    if (match.kind === 'failed') return { kind: 'failed', failure: match.failure };
    if (match.kind === 'unsearchable') return { kind: 'unknown' };
    const found = match.kind === 'account' ? match : null;
    return close(connection, person, open, found?.resource ?? null, new Set(found ? [attempted.id] : []));
  }
  const read = await connection.client.getUser(link.remoteId);
  if (!read.ok && read.failure.kind !== 'not_found') return { kind: 'failed', failure: read.failure };
  const resource = read.ok ? read.value : null;
  const done = open.filter((operation) => wasCarriedOut(operation, resource)).map((operation) => operation.id);
  return close(connection, person, open, resource, new Set(done));
}

function wasCarriedOut(operation: Operation, resource: ScimResource | null): boolean {
  if (operation.action === 'delete' || !resource) return operation.action === 'delete' && !resource;
  const targets = Object.entries(targetsOf(operation.changes as Changes));
  return targets.every(([path, value]) => sameValue(readPath(resource, path), value));
}

async function close(
  connection: Connection,
  { link, name }: { link: UserLink; name: string },
  open: readonly Operation[],
  resource: ScimResource | null,
  done: ReadonlySet<string>,
): Promise<Recovery> {
  const carriedOut = open.filter((operation) => done.has(operation.id));
  const sent: TargetValues = Object.assign(
    {},
    link.lastSent,
    ...carriedOut.map((operation) => targetsOf(operation.changes as Changes)),
  );
  const last = carriedOut.at(-1);
  const remoteId = link.remoteId ?? (last && resource ? String(resource.id) : null);
  const state = last ? stateAfter(last.action) : link.state;
  const updated = await transaction(async (tx) => {
    // Taken over meanwhile: the other worker looks it up itself, and nothing of this one is written any more.
    if (!(await heldLinks(tx, [link])).has(link.id)) return link;
    const finishedAt = now();
    await tx.operation.updateMany({
      where: { id: { in: open.map((operation) => operation.id).filter((id) => !done.has(id)) } },
      data: {
        state: 'failed',
        error: { code: 'Interrupted', message: 'Interrupted before it reached the application.' },
        finishedAt,
      },
    });
    await tx.operation.updateMany({ where: { id: { in: [...done] } }, data: { state: 'succeeded', finishedAt } });
    await recordEvents(
      tx,
      carriedOut.map((operation) => ({
        ...userEvent(connection, { link, name }, operation.action, operation.changes as Changes, operation),
        message: 'Confirmed by looking it up after an interruption.',
      })),
    );
    return tx.userLink.update({
      where: { id: link.id },
      data: {
        remoteId,
        accountName: accountName({
          remoteId,
          lastRead: resource ?? link.lastRead,
          lastSent: last ? sent : link.lastSent,
        }),
        state,
        lastSent: jsonOrNull(last ? sent : link.lastSent),
        lastRead: jsonOrNull(resource ?? link.lastRead),
      },
    });
  });
  return { kind: 'settled', link: updated, resource };
}

function stateAfter(action: Operation['action']): UserLink['state'] {
  if (action === 'deactivate') return 'deactivated';
  return action === 'delete' ? 'deleted' : 'provisioned';
}

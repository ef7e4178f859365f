import type { Ask } from '@/lib/db/direct-transaction';
import type { Operation, OperationAction } from '@/lib/db/generated/client';
import { fromRow, runStatement, toJsonRows } from '@/lib/db/statement';
import type { Changes } from '@/lib/events/schema';
import { isWaiting } from '../hold';
import type { Departure } from '../plan/departure';
import { type Link, type LinkTable, linkIdOf } from './link';
import { hold, holdIntents, openOperations } from './statements';

/** An attempt before it is made. */
export interface Intent {
  link: Link;
  operation: {
    id: string;
    action: OperationAction;
    cycleId: string | null;
    changes: Changes;
    /** Of a group: accounts that are put there, by their ids over there. */
    memberIds?: readonly string[];
    /** An active account is taken away by it. */
    deprovisions?: boolean;
    /** What somebody else did over there is undone by it. */
    drift?: boolean;
    /** Why an account is taken away. */
    departure?: Departure | null;
  };
}

/** An attempt whose outcome nobody knows. */
export interface OpenOperation extends Operation {
  /** When its answer was missed; null: whoever made it did not come to write that down. */
  lostAt: Date | null;
}

/**
 * Commits intents of those links that are still leased as they were claimed, and gives them the whole time of a lease
 * again. Nothing is to be sent for the others: somebody else has them in hand. An intent of a cycle that has ended by now
 * carries none. @returns the links that are held, each with the cycle of its intent
 */
export async function commitIntents(kind: LinkTable, intents: readonly Intent[]): Promise<Map<string, string | null>> {
  if (intents.length === 0) return new Map();
  const idOf = linkIdOf(kind);
  const rows = intents.map(({ link, operation }) => ({
    ...operation,
    applicationId: link.applicationId,
    [idOf]: link.id,
  }));
  const cycles = new Set(intents.flatMap(({ operation }) => operation.cycleId ?? []));
  // Something else is sent than what waits: that is not planned any more.
  const withdrawn = intents.map(({ link: { hold: waiting }, operation }) =>
    isWaiting(waiting) && waiting.id !== operation.id ? waiting.id : null,
  );
  const [ids, leases] = leasesOf(intents.map(({ link }) => link));
  const values = [ids, leases, toJsonRows(rows), [...cycles], withdrawn];
  const held = await runStatement<{ id: string; cycle_id: string | null }>(holdIntents(kind), values);
  return new Map(held.map(({ id, cycle_id }) => [id, cycle_id]));
}

/** Those of the links that are still leased as they were claimed, locked until the transaction ends; prolongs leases. */
export async function heldLinks(
  ask: Ask,
  kind: LinkTable,
  links: readonly Pick<Link, 'id' | 'leaseToken'>[],
): Promise<Set<string>> {
  const rows = await ask<{ id: string }>(hold(kind), leasesOf(links));
  return new Set(rows.map(({ id }) => id));
}

function leasesOf(links: readonly Pick<Link, 'id' | 'leaseToken'>[]): [ids: string[], leases: (string | null)[]] {
  return [links.map(({ id }) => id), links.map(({ leaseToken }) => leaseToken)];
}

/** Attempts of these links whose outcome nobody knows, by link, the oldest first. */
export async function listOpenOperations(
  kind: LinkTable,
  linkIds: readonly string[],
): Promise<Map<string, OpenOperation[]>> {
  const rows = await runStatement<Record<string, unknown>>(openOperations(kind), [linkIds]);
  const open = new Map<string, OpenOperation[]>();
  for (const row of rows) {
    const operation = fromRow<OpenOperation>(row);
    const key = operation.userLinkId ?? operation.groupLinkId ?? '';
    const earlier = open.get(key);
    if (earlier) earlier.push(operation);
    else open.set(key, [operation]);
  }
  return open;
}

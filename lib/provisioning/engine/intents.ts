import { type Ask, directTransaction } from '@/lib/db/direct-transaction';
import type { Operation, OperationAction } from '@/lib/db/generated/client';
import { fromRow, runStatement, toJsonRows } from '@/lib/db/statement';
import type { Changes } from '@/lib/events/schema';
import { isWaiting } from '../hold';
import { type Link, type LinkTable, linkIdOf } from './link';
import { hold, holdIntents, openCycles, openOperations, withdrawOperations } from './statements';

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
  };
}

/**
 * Commits intents of those links that are still leased as they were claimed, and gives them the whole time of a lease
 * again. Nothing is to be sent for the others: somebody else has them in hand. An intent of a cycle that has ended by now
 * carries none. @returns the links that are held, each with the cycle of its intent
 */
export async function commitIntents(kind: LinkTable, intents: readonly Intent[]): Promise<Map<string, string | null>> {
  if (intents.length === 0) return new Map();
  const idOf = linkIdOf(kind);
  return directTransaction(async (ask) => {
    const open = await stillOpen(
      ask,
      intents.map(({ operation }) => operation.cycleId),
    );
    const rows = intents.map(({ link, operation: { cycleId, ...operation } }) => ({
      ...operation,
      applicationId: link.applicationId,
      [idOf]: link.id,
      cycleId: cycleId && open.has(cycleId) ? cycleId : null,
    }));
    const [ids, leases] = leasesOf(intents.map(({ link }) => link));
    const held = await ask<{ id: string }>(holdIntents(kind), [ids, leases, toJsonRows(rows)]);
    const isHeld = new Set(held.map(({ id }) => id));
    // Something else is sent than what waits: that is not planned any more.
    const withdrawn = intents.flatMap(({ link: { id, hold: waiting }, operation }) =>
      isHeld.has(id) && isWaiting(waiting) && waiting.id !== operation.id ? waiting.id : [],
    );
    if (withdrawn.length > 0) await ask(withdrawOperations, [withdrawn]);
    const cycles = new Map(rows.map((row, index) => [ids[index], row.cycleId]));
    return new Map(held.map(({ id }) => [id, cycles.get(id) ?? null]));
  });
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

/** Those of the cycles that are still open; they do not end before the transaction does. */
async function stillOpen(ask: Ask, cycleIds: readonly (string | null)[]): Promise<Set<string>> {
  const ids = [...new Set(cycleIds.filter((id) => id !== null))];
  if (ids.length === 0) return new Set();
  const rows = await ask<{ id: string }>(openCycles, [ids]);
  return new Set(rows.map(({ id }) => id));
}

/** Attempts of these links whose outcome nobody knows, by link, the oldest first. */
export async function listOpenOperations(
  kind: LinkTable,
  linkIds: readonly string[],
): Promise<Map<string, Operation[]>> {
  const rows = await runStatement<Record<string, unknown>>(openOperations(kind), [linkIds]);
  const open = new Map<string, Operation[]>();
  for (const row of rows) {
    const operation = fromRow<Operation>(row);
    const key = operation.userLinkId ?? operation.groupLinkId ?? '';
    const earlier = open.get(key);
    if (earlier) earlier.push(operation);
    else open.set(key, [operation]);
  }
  return open;
}

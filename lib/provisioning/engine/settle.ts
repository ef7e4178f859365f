import { now } from '@/lib/core/clock';
import { type Ask, directTransaction } from '@/lib/db/direct-transaction';
import { isUniqueViolation, toJsonRows } from '@/lib/db/statement';
import type { EventDraft } from '@/lib/events/draft';
import { toRow } from '@/lib/events/record';
import type { ScimExchange } from '@/lib/scim/exchange';
import { keptExchange } from './kept-exchange';
import { type Kind, type LinkTable, linkIdOf, type Settled, type SettledOperation } from './link';
import { writeOnDemand } from './on-demand';
import { closeOperations, holdOperations, settleLinks } from './statements';

/**
 * Writes what happened to a handful of links in one transaction: links, operations, exchanges, events, and what follows.
 * Of a link whose lease another worker has taken over nothing is written: that one looks up what became of the intent.
 */
export async function settle<S extends Settled>(
  kind: Kind<S>,
  applicationId: string,
  settled: readonly S[],
): Promise<void> {
  if (settled.length === 0) return;
  try {
    await write(kind, applicationId, settled);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // The application gave two of ours one id. Whoever came first has it; the other one's link says so.
    for (const entry of settled) {
      await write(kind, applicationId, [entry]).catch((refused: unknown) => {
        if (!isUniqueViolation(refused)) throw refused;
        return write(kind, applicationId, [kind.asDuplicate(entry)]);
      });
    }
  }
}

async function write<S extends Settled>(kind: Kind<S>, applicationId: string, entries: readonly S[]): Promise<void> {
  await directTransaction(async (ask) => {
    await kind.lockFirst?.(ask, entries);
    const written = await writeLinks(ask, kind, entries);
    const settled = entries.filter((entry) => written.has(entry.link.id));
    await writeHeld(ask, kind, settled);
    await writeOperations(ask, settled);
    await writeOnDemand(ask, settled);
    await kind.follow(ask, applicationId, settled);
  });
}

/** @returns ids of the links that were still leased to whoever settles them */
export async function writeLinks<S extends Settled>(
  ask: Ask,
  kind: Kind<S>,
  settled: readonly S[],
  keepLease = false,
): Promise<Set<string>> {
  const rows = settled.map((entry) => ({
    ...kind.own(entry),
    id: entry.link.id,
    remote_id: entry.remoteId,
    state: entry.state,
    claimed_state: entry.link.state,
    last_sent: entry.lastSent,
    last_error: entry.lastError,
    taken_over: entry.takenOver,
    changed_at: entry.changed ? now() : null,
    claimed_due: entry.link.dueAt,
    lease_token: entry.link.leaseToken,
    next_in_ms: entry.nextInMs,
    attempts: entry.attempts,
    hold_id: entry.held ? entry.held.id : entry.holdId === undefined ? entry.link.holdId : entry.holdId,
    on_demand_over: entry.onDemand?.outcome ? entry.onDemand.runId : null,
    keep_lease: keepLease,
  }));
  const ids = settled.map((entry) => entry.link.id);
  const written = await ask<{ id: string }>(settleLinks(kind), [ids, JSON.stringify(rows)]);
  return new Set(written.map(({ id }) => id));
}

/** Puts on record what waits until somebody allows it. */
async function writeHeld(ask: Ask, kind: LinkTable, settled: readonly Settled[]): Promise<void> {
  const idOf = linkIdOf(kind);
  const rows = settled.flatMap(({ link, held }) =>
    held ? [{ ...held, applicationId: link.applicationId, [idOf]: link.id, state: 'held' }] : [],
  );
  if (rows.length > 0) await ask(holdOperations, [toJsonRows(rows)]);
}

/** Closes operations, keeps their exchanges, and tells what happened. */
export async function writeOperations(
  ask: Ask,
  settled: readonly { operation?: SettledOperation; event?: EventDraft }[],
): Promise<void> {
  const operations = settled.flatMap(({ operation }) => operation ?? []);
  const events = settled.flatMap(({ event }) => event ?? []);
  if (operations.length + events.length === 0) return;
  const exchanges = operations.flatMap(({ id, exchange }) => (exchange ? [exchangeRow(id, exchange)] : []));
  await ask(closeOperations, [
    toJsonRows(operations.map(operationRow)),
    toJsonRows(exchanges),
    toJsonRows(events.map(toRow)),
  ]);
}

function operationRow({ id, state, error, exchange, changes, confirmed = false }: SettledOperation) {
  const finishedAt = state === 'unknown' ? null : now();
  const durationMs = Math.round(exchange?.durationMs ?? 0);
  return { id, state, error, durationMs, finishedAt, changes: changes ?? null, confirmed };
}

function exchangeRow(operationId: string, exchange: ScimExchange) {
  const { durationMs: _durationMs, ...kept } = keptExchange(exchange);
  return { operationId, ...kept };
}

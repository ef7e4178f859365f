import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { afterRollback, db, type Tx, transaction } from '@/lib/db/client';
import type { Actor } from './actor';
import type { Changes, EventName } from './schema';

/** An event before it is written. Names are snapshots: the event outlives what it tells of. */
export interface EventDraft {
  name: EventName;
  actor: Actor;
  outcome?: 'success' | 'error';
  application?: { id: string; displayLabel: string } | undefined;
  target?:
    | { type: 'user' | 'group' | 'application' | 'account' | 'token' | 'webhook'; id: string; name: string }
    | undefined;
  code?: string | undefined;
  message?: string | undefined;
  changes?: Changes | undefined;
  cycleId?: string | null | undefined;
  operationId?: string | null | undefined;
}

function toRow(draft: EventDraft) {
  return {
    at: now(),
    name: draft.name,
    outcome: draft.outcome ?? ('success' as const),
    actorId: draft.actor.id,
    actorName: draft.actor.name,
    tokenId: draft.actor.tokenId ?? null,
    clientAddress: draft.actor.clientAddress,
    applicationId: draft.application?.id ?? null,
    applicationLabel: draft.application?.displayLabel ?? null,
    targetType: draft.target?.type ?? null,
    targetId: draft.target?.id ?? null,
    targetName: draft.target?.name ?? null,
    code: draft.code ?? null,
    message: draft.message ?? null,
    ...(draft.changes && Object.keys(draft.changes).length > 0
      ? { changes: JSON.parse(JSON.stringify(draft.changes)) }
      : {}),
    cycleId: draft.cycleId ?? null,
    operationId: draft.operationId ?? null,
  };
}

/** Writes events in the transaction of the change they tell of, in one statement. */
export async function recordEvents(tx: Tx, drafts: readonly EventDraft[]): Promise<void> {
  if (drafts.length > 0) await tx.event.createMany({ data: drafts.map(toRow) });
}

/**
 * Runs a command in one transaction with its event. When the command is refused (AppError), the transaction rolls back
 * and the attempt is recorded outside of it, because an attempt is an event too. `run` may fill in the draft.
 */
export function attempt<T>(draft: EventDraft, run: (tx: Tx, draft: EventDraft) => Promise<T>): Promise<T> {
  return attemptAfter(draft, async () => undefined, run);
}

/**
 * The same, with something slow to find out first (a test over the network), for which no transaction is kept open.
 * A refusal of `prepare` is a refused attempt like any other.
 */
export async function attemptAfter<P, T>(
  draft: EventDraft,
  prepare: (draft: EventDraft) => Promise<P>,
  run: (tx: Tx, draft: EventDraft, prepared: P) => Promise<T>,
): Promise<T> {
  try {
    const prepared = await prepare(draft);
    return await transaction(async (tx) => {
      const result = await run(tx, draft, prepared);
      await recordEvents(tx, [draft]);
      return result;
    });
  } catch (error) {
    if (error instanceof AppError) {
      const refused = { ...draft, outcome: 'error' as const, code: error.code, message: error.message };
      await afterRollback(() => recordEvents(db, [refused]));
    }
    throw error;
  }
}

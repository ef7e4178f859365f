import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { afterRollback, db, type Tx, transaction } from '@/lib/db/client';
import type { EventDraft } from './draft';
import { RefusalCounts } from './internal/refusal-counts';

/** The columns of an event, for a statement that writes it along with its change. */
export function toRow(draft: EventDraft) {
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
    count: draft.count ?? 1,
  };
}

/** Keys of {@link toRow}, for a statement that writes many of them. */
export const eventColumns: readonly (keyof ReturnType<typeof toRow>)[] = [
  ...([
    'at',
    'name',
    'outcome',
    'actorId',
    'actorName',
    'tokenId',
    'clientAddress',
    'applicationId',
    'applicationLabel',
  ] as const),
  ...([
    'targetType',
    'targetId',
    'targetName',
    'code',
    'message',
    'changes',
    'cycleId',
    'operationId',
    'count',
  ] as const),
];

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
export function attemptAfter<P, T>(
  draft: EventDraft,
  prepare: (draft: EventDraft) => Promise<P>,
  run: (tx: Tx, draft: EventDraft, prepared: P) => Promise<T>,
): Promise<T> {
  return attemptAtOnce(draft, async () => {
    const prepared = await prepare(draft);
    return transaction(async (tx) => {
      const result = await run(tx, draft, prepared);
      await recordEvents(tx, [draft]);
      return result;
    });
  });
}

/** Runs a command that writes its change and its event in one statement, which needs no transaction; refusals as above. */
export async function attemptAtOnce<T>(draft: EventDraft, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError) {
      const refused = { ...draft, outcome: 'error' as const, code: error.code, message: error.message };
      await afterRollback(() => recordRefusal(refused));
    }
    throw error;
  }
}

/** How often refusals that repeat themselves are written, in milliseconds. */
const refusalStepMs = 60_000;

/** Of this process; on the global object, because a bundler may load this module more than once. */
const shared = globalThis as { latchkeyRefusals?: Refusals };
shared.latchkeyRefusals ??= { counts: new RefusalCounts(), timer: undefined, writing: undefined };
const refusals = shared.latchkeyRefusals;

interface Refusals {
  counts: RefusalCounts;
  timer: NodeJS.Timeout | undefined;
  writing: Promise<void> | undefined;
}

/**
 * Writes an attempt that was refused: a new one at once, what repeats it once a minute with how often it happened
 * (`count`), so that nobody fills the events by asking again and again. In a minute, 20 different ones of one caller are
 * told for themselves, and 120 of all; what is beyond is counted together, by kind. Each process counts for itself: one
 * that is stopped writes what it has counted ({@link flushRefusals}), one that is killed loses the counts of its last minute.
 * @param draft whose it is say the actor's token or id, or the address (of IPv6, the /64)
 */
export async function recordRefusal(draft: EventDraft): Promise<void> {
  const refused: EventDraft = { ...draft, outcome: 'error' };
  refusals.timer ??= setInterval(() => void tick(), refusalStepMs).unref();
  if (refusals.counts.add(refused)) await recordEvents(db, [refused]);
}

async function tick(): Promise<void> {
  try {
    await writeCounted();
  } catch (error) {
    // It stays counted, for the next time.
    console.error('events:', error instanceof Error ? error.name : error);
  }
}

/** One after another: what is being written is not to be written twice. */
function writeCounted(): Promise<void> {
  const write = async () => {
    const due = refusals.counts.due();
    await recordEvents(
      db,
      due.map(({ draft }) => draft),
    );
    refusals.counts.written(due);
  };
  const before = refusals.writing ?? Promise.resolve();
  refusals.writing = before.catch(() => undefined).then(write);
  return refusals.writing;
}

/** Writes what was counted, and forgets: this process ends. */
export async function flushRefusals(): Promise<void> {
  await writeCounted();
  refusals.counts.clear();
}

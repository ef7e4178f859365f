import type { Tx } from '@/lib/db/client';

const key = 'events_deleted';

/** How far retention has deleted events: by it a reader who comes late is told that something was missed. */
export interface Horizon {
  /** The last one in the order of the feed: its transaction, and its id. */
  tx: bigint;
  id: bigint;
  /** Ids are given in nearly the same order: the highest that was deleted. */
  highestId: bigint;
}

/** Undefined while nothing was deleted. */
export async function readHorizon(tx: Tx): Promise<Horizon | undefined> {
  const row = await tx.setting.findUnique({ where: { key } });
  if (!row) return undefined;
  const stored = row.value as { tx: string; id: string; highestId: string };
  return { tx: BigInt(stored.tx), id: BigInt(stored.id), highestId: BigInt(stored.highestId) };
}

/** In the transaction of the deletion. */
export async function writeHorizon(tx: Tx, horizon: Horizon): Promise<void> {
  const value = { tx: String(horizon.tx), id: String(horizon.id), highestId: String(horizon.highestId) };
  await tx.setting.upsert({ where: { key }, create: { key, value }, update: { value } });
}

/**
 * After a dump was restored elsewhere, numbers of transactions mean nothing: events with numbers that are yet to come are
 * put in front, in the order of their ids, and so is this.
 */
export async function forgetHorizonTransaction(tx: Tx): Promise<void> {
  const horizon = await readHorizon(tx);
  if (!horizon) return;
  const [row] = await tx.$queryRaw<{ toCome: boolean }[]>`
    SELECT ${String(horizon.tx)}::xid8 > pg_current_xact_id() AS "toCome"`;
  if (row?.toCome) await writeHorizon(tx, { ...horizon, tx: 0n });
}

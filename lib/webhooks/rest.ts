import type { Tx } from '@/lib/db/client';

const second = 1_000;
const minute = 60 * second;

/**
 * For how long a receiver is left alone that did not answer in time, the first time, the second in a row and so on, in milliseconds: what waits for it
 * would each take its time-out again, and the slot of a webhook that answers.
 */
export const rests: readonly number[] = [10 * second, 30 * second, minute, 2 * minute, 5 * minute];

/** After an attempt: a receiver that hung rests, one that answered, whatever it said, does not. @param webhook as it was before */
export async function restAfter(
  tx: Tx,
  { id, hung, restsUntil }: { id: string; hung: number; restsUntil: Date | null },
  hangs: boolean,
  at: Date,
): Promise<void> {
  if (!hangs && hung === 0 && !restsUntil) return;
  const rest = rests[Math.min(hung, rests.length - 1)] ?? 0;
  const until = hangs ? new Date(at.getTime() + rest) : null;
  // By hand: updatedAt tells of the settings.
  await tx.$executeRaw`UPDATE webhooks SET hung = ${hangs ? hung + 1 : 0}, rests_until = ${until} WHERE id = ${id}::uuid`;
}

/** Somebody wants it tried at once. */
export async function endRest(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE webhooks SET rests_until = NULL WHERE id = ${id}::uuid AND rests_until IS NOT NULL`;
}

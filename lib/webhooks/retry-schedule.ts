const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Pauses between one attempt and the next, in milliseconds: about two days in all. */
export const retryPauses: readonly number[] = [
  10 * second,
  minute,
  5 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
];

/** The first attempt and one after each pause. */
export const maxAttempts = retryPauses.length + 1;

/** A pause is up to this much longer, so that receivers that were down together are not asked together. */
const jitter = 0.2;
/** The longest pause that a receiver can ask for beyond ours. */
const maxRetryAfter = 6 * hour;

/**
 * When to try again; undefined after the last attempt. Real time, not the demo's.
 * @param attempts made so far, the one that just failed included
 * @param retryAfterMs what the receiver asked for: it lengthens a pause, never shortens it
 * @param random 0 to 1
 */
export function nextAttempt(
  attempts: number,
  at: Date,
  retryAfterMs: number | undefined,
  random: number,
): Date | undefined {
  const pause = retryPauses[attempts - 1];
  if (pause === undefined) return undefined;
  const ours = pause * (1 + jitter * random);
  return new Date(at.getTime() + Math.max(ours, Math.min(retryAfterMs ?? 0, maxRetryAfter)));
}

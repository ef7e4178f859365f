/** Failures in a row after which sign-in is locked. */
export const failuresBeforeLock = 5;

/** Seconds of lock after this many failures: one minute at the fifth, doubled each time, an hour at most. */
export function lockSeconds(failures: number): number {
  if (failures < failuresBeforeLock) return 0;
  return Math.min(60 * 2 ** Math.min(failures - failuresBeforeLock, 10), 3600);
}

/** Names that nobody has, kept so that they are locked like real ones: else the lock would tell who exists. */
const unknown = new Map<string, { failures: number; lockedUntil: number }>();
const maxUnknown = 10_000;

/** Counts an attempt on a name that nobody has. @returns seconds left when it is locked */
export function reserveUnknown(identifier: string, at = Date.now()): number | undefined {
  const key = identifier.trim().slice(0, 300).toLowerCase();
  const entry = unknown.get(key) ?? { failures: 0, lockedUntil: 0 };
  if (entry.lockedUntil > at) return Math.ceil((entry.lockedUntil - at) / 1000);
  const failures = entry.failures + 1;
  unknown.delete(key);
  unknown.set(key, { failures, lockedUntil: at + lockSeconds(failures) * 1000 });
  // A map keeps insertion order: the first key is the one not tried for longest.
  const oldest = unknown.keys().next().value;
  if (unknown.size > maxUnknown && oldest !== undefined) unknown.delete(oldest);
  return undefined;
}

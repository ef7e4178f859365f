import type { Counter } from './counter';

/**
 * How long this process believes what it was told, in milliseconds: within it, a refusal costs no statement. Short,
 * because another process may have forgotten the failures meanwhile (an administrator unlocked somebody).
 */
const believedMs = 1_000;
/** Holds that are remembered; beyond, the oldest is asked for again. */
const most = 10_000;

/** On the global object, because a bundler may load this module more than once. */
const shared = globalThis as { latchkeyHolds?: Map<string, { until: number; at: number }> };
shared.latchkeyHolds ??= new Map();
const holds = shared.latchkeyHolds;

const keyOf = ({ subject, source }: Counter) => `${subject} ${source}`;

/** Remembers that a counter lets nothing through for so many seconds. */
export function rememberHold(counter: Counter, seconds: number, now = performance.now()): void {
  const key = keyOf(counter);
  holds.delete(key);
  holds.set(key, { until: now + seconds * 1000, at: now });
  // A map keeps insertion order.
  const oldest = holds.keys().next().value;
  if (holds.size > most && oldest !== undefined) holds.delete(oldest);
}

/** Seconds for which one of these counters lets nothing through, as far as this process knows; 0: it does not know. */
export function rememberedHold(counters: readonly Counter[], now = performance.now()): number {
  let seconds = 0;
  for (const counter of counters) {
    const hold = holds.get(keyOf(counter));
    if (!hold || now - hold.at > believedMs) continue;
    seconds = Math.max(seconds, (hold.until - now) / 1000);
  }
  return seconds;
}

/** Asks for all of them again: failures were forgotten, by this process. */
export function forgetHolds(): void {
  holds.clear();
}

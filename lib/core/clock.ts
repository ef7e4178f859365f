/**
 * The time that the product lives in. The demo clock can be moved forward, so nothing that decides on a date reads
 * `new Date()` by itself: it is handed a clock or calls `now()`.
 */
let offsetMs = 0;

/** Current time, moved by the demo offset. */
export function now(): Date {
  return new Date(Date.now() + offsetMs);
}

/** Moves the clock of this process. @param ms offset to real time, in milliseconds; 0 in production. */
export function setClockOffset(ms: number): void {
  offsetMs = ms;
}

/** How far this process's clock is ahead of real time, in milliseconds. */
export function clockOffset(): number {
  return offsetMs;
}

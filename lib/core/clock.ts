/**
 * Two times, because a demo's clock can be moved forward.
 *
 * **The product's calendar** is {@link now}: what people date and what happens on a day. Events; deletion and its 30 days;
 * cycles, their interval, rest and quarantine; operations and imports; one-time links; when mail was written and sent;
 * how many days a certificate has left.
 *
 * **Real time** is `new Date()` and `Date.now()`: what is agreed with somebody who knows nothing of the moved clock, and
 * what measures how long a machine waits. Sessions and their cookies; tokens; authentication requests, assertions and the
 * dates in certificates; signatures and Retry-After; locks, throttles and leases; heartbeats; the times of the queue
 * and of deliveries to webhooks; the age of requests, answers and deliveries by which they are cleared away; what the
 * database writes by itself (`created_at`, `updated_at`, `clock_timestamp()`).
 *
 * A column belongs to one of the two, and is written and compared by that one alone. Across them there is only what a
 * screen says (days left of a certificate), and {@link toRealTime} for the queue. Otherwise moving the clock by 30 days
 * takes away what is in use, such as everybody's session, or holds for 30 days what was to wait for a minute.
 */
const shared = globalThis as { latchkeyClockOffsetMs?: number };
/** On the global object: the server and what Next bundles are one process with two copies of this module. */
const offset = () => shared.latchkeyClockOffsetMs ?? 0;

/** Current time, moved by the demo offset. */
export function now(): Date {
  return new Date(Date.now() + offset());
}

/** Moves the clock of this process. @param ms offset to real time, in milliseconds; 0 in production. */
export function setClockOffset(ms: number): void {
  shared.latchkeyClockOffsetMs = ms;
}

/** When a moment of the product's calendar comes in real time: for the queue, which knows no other. */
export function toRealTime(moment: Date): Date {
  return new Date(moment.getTime() - offset());
}

/** How far this process's clock is ahead of real time, in milliseconds. */
export function clockOffset(): number {
  return offset();
}

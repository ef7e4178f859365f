const hourMs = 60 * 60_000;
/** Entra's: after 6, then 12, then every 24 hours, for 28 days. */
const [firstHours, secondHours, dailyHours, giveUpHours] = [6, 12, 24, 28 * 24] as const;
const secondAt = firstHours + secondHours;
const tries = 2 + Math.ceil((giveUpHours - secondAt) / dailyHours);

const hoursBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / hourMs;

/** How long a connection rests that has just failed again. @returns milliseconds; undefined: it is not tried any more */
export function quarantineRest(since: Date, now: Date): number | undefined {
  const hours = hoursBetween(since, now);
  if (hours >= giveUpHours) return undefined;
  return (hours < firstHours ? firstHours : hours < secondAt ? secondHours : dailyHours) * hourMs;
}

/** When a connection in quarantine is tried again by itself, and until when. */
export interface QuarantineSchedule {
  nextTryAt: Date;
  /** Which try that is, from 1. */
  attempt: number;
  /** How many there are, with the last one. */
  attempts: number;
  /** From this moment on, a try that fails is the last. */
  endsAt: Date;
}

/** @param nextTryAt null: at the next opportunity */
export function quarantineSchedule(since: Date, nextTryAt: Date | null, now: Date): QuarantineSchedule {
  const next = nextTryAt ?? now;
  const hours = hoursBetween(since, next);
  const later = Math.max(0, Math.round((hours - secondAt) / dailyHours));
  const attempt = hours < firstHours + secondHours / 2 ? 1 : Math.min(tries, 2 + later);
  return { nextTryAt: next, attempt, attempts: tries, endsAt: new Date(since.getTime() + giveUpHours * hourMs) };
}

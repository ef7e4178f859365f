import { clockOffset, now, toRealTime } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { Integration } from '@/lib/db/generated/client';
import type { Gate } from '@/lib/scim/transport';

/**
 * When requests may leave for one application: no more in a minute than it takes, and none before it has said so itself (Retry-After).
 * Whoever asks it anything passes here. Kept per process.
 */
export class Pace {
  #everyMs = 0;
  #next = 0;
  #restsUntil = 0;
  /** Where the demo's clock stood when that was said. */
  #clock = 0;

  /** @param requestsAMinute 0: as many as there are */
  allow(requestsAMinute: number): void {
    this.#everyMs = requestsAMinute > 0 ? 60_000 / requestsAMinute : 0;
  }

  /** Nothing leaves before this moment of real time. What was said before and lasts longer goes on. @returns whether that is news */
  rest(until: Date): boolean {
    // A demo's clock that was moved may have ended what is known here: only the database still knows.
    if (this.#clock !== clockOffset()) this.#restsUntil = 0;
    this.#clock = clockOffset();
    const isNews = until.getTime() > this.#restsUntil;
    if (isNews) this.#restsUntil = until.getTime();
    return isNews;
  }

  /** Waits until the next request may leave. @returns for how many milliseconds it must not, because the application rests: 0, usually */
  async turn(): Promise<number> {
    if (this.#everyMs > 0) await this.#slot();
    return this.#clock === clockOffset() ? Math.max(0, this.#restsUntil - Date.now()) : 0;
  }

  async #slot(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#everyMs;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
  }
}

const paces = new Map<string, Pace>();

/** The pace of an application at one address, kept for the life of the process. */
export function paceOf(applicationId: string, baseUrl: string): Pace {
  const key = `${applicationId} ${baseUrl}`;
  const known = paces.get(key);
  if (known) return known;
  const made = new Pace();
  paces.set(key, made);
  return made;
}

/** What requests of an application pass. @param restsUntil what is known of its rest */
export function gateOf(applicationId: string, pace: Pace, restsUntil: Date | null): Gate {
  if (restsUntil) pace.rest(restsUntil);
  return { turn: () => pace.turn(), rest: (ms) => restFor(applicationId, pace, ms) };
}

/**
 * Keeps what the application has asked for: in this process at once, in the database for every other worker, and for after a restart.
 * @param ms of its Retry-After
 */
async function restFor(applicationId: string, pace: Pace, ms: number): Promise<void> {
  const until = new Date(Date.now() + ms);
  if (!pace.rest(until)) return;
  await db.$executeRaw`
    UPDATE integrations SET rests_until = GREATEST(rests_until, ${until}) WHERE application_id = ${applicationId}::uuid`;
}

/** Until when nothing is asked, in real time: after failures, or because the server has asked for it. Null: it may be asked. */
export function restOf({ notBefore, restsUntil }: Pick<Integration, 'notBefore' | 'restsUntil'>): Date | null {
  const ends = [notBefore && notBefore > now() ? toRealTime(notBefore) : null, restsUntil];
  const last = Math.max(...ends.map((end) => end?.getTime() ?? 0));
  return last > Date.now() ? new Date(last) : null;
}

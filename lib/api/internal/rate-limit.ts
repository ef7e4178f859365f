/** What is left to a token after a request. */
export interface RateState {
  limit: number;
  remaining: number;
  /** Seconds until the next request is allowed (refused) or until all of the limit is there again. */
  resetSeconds: number;
  allowed: boolean;
}

interface Bucket {
  left: number;
  at: number;
}

const minuteMs = 60_000;
/** Buckets that are kept; beyond, full ones are forgotten. */
const most = 10_000;

/**
 * A token bucket per key: the limit at once, refilled evenly over a minute. Counted per process: behind several web
 * processes a token gets that many times the limit.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one request out. @param now milliseconds on a clock that only goes forward */
  take(key: string, limit: number, now = performance.now()): RateState {
    const before = this.#buckets.get(key) ?? { left: limit, at: now };
    const left = Math.min(limit, before.left + ((now - before.at) / minuteMs) * limit);
    // Fractions add up to a little less than they should.
    const allowed = left > 1 - 1e-6;
    const bucket = { left: allowed ? Math.max(0, left - 1) : left, at: now };
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > most) this.#forget(now);
    const missing = allowed ? limit - bucket.left : 1 - bucket.left;
    const resetSeconds = Math.ceil((missing / limit) * 60);
    return { limit, remaining: Math.floor(bucket.left), resetSeconds, allowed };
  }

  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (now - bucket.at > minuteMs) this.#buckets.delete(key);
    }
  }
}

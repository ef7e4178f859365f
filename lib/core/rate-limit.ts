/** What is left to a key after a request. */
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

/**
 * A token bucket per key: the limit at once, refilled evenly over a minute. Of more keys than are kept, the one that was
 * used least lately is forgotten, that is, full again: memory and the time that a request takes are bounded whoever asks.
 * Counted per process: behind several web processes a key gets that many times the limit.
 */
export class RateLimiter {
  // A map keeps the order in which keys were set: the first one was used least lately.
  readonly #buckets = new Map<string, Bucket>();

  /** @param most keys that are kept */
  constructor(readonly most = 10_000) {}

  /** Keys that are kept now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one request out. @param now milliseconds on a clock that only goes forward */
  take(key: string, limit: number, now = performance.now()): RateState {
    const before = this.#buckets.get(key) ?? { left: limit, at: now };
    const left = Math.min(limit, before.left + ((now - before.at) / minuteMs) * limit);
    // Fractions add up to a little less than they should.
    const allowed = left > 1 - 1e-6;
    const bucket = { left: allowed ? Math.max(0, left - 1) : left, at: now };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.most && oldest !== undefined) this.#buckets.delete(oldest);
    const missing = allowed ? limit - bucket.left : 1 - bucket.left;
    const resetSeconds = Math.ceil((missing / limit) * 60);
    return { limit, remaining: Math.floor(bucket.left), resetSeconds, allowed };
  }
}

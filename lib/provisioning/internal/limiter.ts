/** Concurrency against one application: additive increase, multiplicative decrease. Kept per process. */
export interface Limiter {
  /** Requests that may be under way at once. */
  readonly width: number;
  succeeded(): void;
  /** The application said it is too much (429, 503). */
  pushedBack(): void;
}

const start = 4;
const most = 16;
const successesPerStep = 20;

const limiters = new Map<string, Limiter>();

/** The limiter of one application, kept for the life of the process. */
export function limiterOf(applicationId: string): Limiter {
  const known = limiters.get(applicationId);
  if (known) return known;
  const made = createLimiter();
  limiters.set(applicationId, made);
  return made;
}

/** A limiter between 1 and 16, starting at 4. */
export function createLimiter(): Limiter {
  let width = start;
  let streak = 0;
  return {
    get width() {
      return width;
    },
    succeeded() {
      streak += 1;
      if (streak >= successesPerStep) {
        width = Math.min(most, width + 1);
        streak = 0;
      }
    },
    pushedBack() {
      width = Math.max(1, Math.floor(width / 2));
      streak = 0;
    },
  };
}

/** Runs `work` over the items with at most `limiter.width` under way. `work` answers false to let no further one begin. */
export async function runLimited<T>(
  items: readonly T[],
  limiter: Limiter,
  work: (item: T) => Promise<boolean>,
): Promise<void> {
  const waiting = [...items];
  let going = true;
  const active = new Set<Promise<void>>();
  while (active.size > 0 || (going && waiting.length > 0)) {
    while (going && waiting.length > 0 && active.size < limiter.width) {
      const item = waiting.shift() as T;
      const run: Promise<void> = work(item).then((proceed) => {
        going &&= proceed;
        active.delete(run);
      });
      active.add(run);
    }
    if (active.size > 0) await Promise.race(active);
  }
}

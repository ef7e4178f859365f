/** Concurrency against one application: additive increase, multiplicative decrease. Kept per process. */
export interface Limiter {
  /** Requests that may be under way at once. */
  readonly width: number;
  /** Whether one more may leave now, whichever stretch it is of. */
  readonly hasRoom: boolean;
  /** A request leaves. @returns the volley that it belongs to */
  begin(): number;
  /** It has come back: the next one leaves, the most urgent of all that wait. */
  ended(): void;
  /** Says that a wire has something waiting, or nothing any more. */
  waits(wire: Waiting, isWaiting: boolean): void;
  succeeded(): void;
  /** The application said it is too much (429, 503). Said to several of one volley, it is said once. */
  pushedBack(volley: number): void;
  /** What the server's profile says: where it begins, the first time, and how many there may be. */
  allow(atOnce: { begin: number; most: number }): void;
}

/** A wire of which something waits. */
export interface Waiting {
  /** Of what is next. */
  readonly urgency: number;
  pump(): void;
}

const start = 16;
/** For one more at once, where the application has pushed back before. Where it never has, each success is one more. */
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

/** A limiter between 1 and 32, starting at 16, unless the profile says otherwise. */
export function createLimiter(): Limiter {
  let width = start;
  let most = 32;
  let isTold = false;
  let streak = 0;
  let volley = 0;
  let underWay = 0;
  const waiting = new Set<Waiting>();
  return {
    get width() {
      return width;
    },
    get hasRoom() {
      return underWay < width;
    },
    begin() {
      underWay += 1;
      return volley;
    },
    ended() {
      underWay -= 1;
      for (const wire of [...waiting].sort((one, other) => one.urgency - other.urgency)) wire.pump();
    },
    waits(wire, isWaiting) {
      if (isWaiting) waiting.add(wire);
      else waiting.delete(wire);
    },
    allow(atOnce) {
      most = atOnce.most;
      width = Math.min(isTold ? width : atOnce.begin, most);
      isTold = true;
    },
    succeeded() {
      streak += 1;
      if (volley === 0 || streak >= successesPerStep) {
        width = Math.min(most, width + 1);
        streak = 0;
      }
    },
    pushedBack(of) {
      streak = 0;
      // Those that left before the last halving know nothing of it.
      if (of < volley) return;
      volley += 1;
      width = Math.max(1, Math.floor(width / 2));
    },
  };
}

/** How often a database that is away is asked again, and requests are looked at that wait, in milliseconds. */
const stepMs = 1_000;

/** PostgreSQL's own words for: not now. Every other refusal is an answer, and what answers is there. */
const notNow = /^(57P0[123]|08\w{3})$/;

/**
 * Knows whether the database is there, without asking while all goes well: it asks when something points to it, an
 * answer of 500 or a request that waits, and then until the database is back.
 */
export class DatabaseWatch {
  private away = false;
  private asking: Promise<boolean> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Map<object, { since: number; giveUp: () => void }>();

  /** @param probe one question with an end to it; rejects when there is no answer */
  constructor(private readonly probe: () => Promise<unknown>) {}

  get isAway(): boolean {
    return this.away;
  }

  /** Asks now. @returns whether the database is away */
  ask(): Promise<boolean> {
    this.asking ??= this.probe()
      .then(() => false, isAwayBy)
      .then((away) => {
        this.asking = undefined;
        this.away = away;
        if (away) this.giveUpAll();
        this.tick();
        return away;
      });
    return this.asking;
  }

  /** Watches over a request that needs the database. @param giveUp called when the database turns out to be away */
  add(request: object, giveUp: () => void): void {
    this.waiting.set(request, { since: performance.now(), giveUp });
    this.tick();
  }

  /** The request has its answer, or the beginning of it. */
  remove(request: object): void {
    this.waiting.delete(request);
  }

  private giveUpAll(): void {
    const given = [...this.waiting.values()];
    this.waiting.clear();
    for (const { giveUp } of given) giveUp();
  }

  /** One timer, and none while there is nothing to wait for. */
  private tick(): void {
    if (this.timer || (!this.away && this.waiting.size === 0)) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const [first] = this.waiting.values();
      const isLong = first !== undefined && performance.now() - first.since >= stepMs;
      if (this.away || isLong) void this.ask();
      else this.tick();
    }, stepMs);
    this.timer.unref();
  }
}

/** Whether what a question failed with means that nobody can be served. */
function isAwayBy(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Five characters are a SQLSTATE: PostgreSQL itself has answered. EPIPE, ECONNREFUSED and the like are the system's.
  return !/^(?!E)[0-9A-Z]{5}$/.test(code) || notNow.test(code);
}

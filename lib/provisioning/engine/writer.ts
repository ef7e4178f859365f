/** What a kill can leave to be looked up, beside what is under way: outcomes that wait to be written. */
export const mostUnwritten = 300;
/** As many are written together, unless nothing more comes. */
const enough = 100;
const lingerMs = 50;

/**
 * Writes outcomes while requests go on: those that have come together while the last ones were being written. One write at a
 * time, in the order in which they came.
 */
export class Writer<T> {
  readonly #write: (outcomes: readonly T[]) => Promise<void>;
  readonly #written: () => void;
  #waiting: T[] = [];
  #writing = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: { error: unknown } | undefined;

  /** @param written called after each write */
  constructor(write: (outcomes: readonly T[]) => Promise<void>, written: () => void) {
    this.#write = write;
    this.#written = written;
  }

  /** Whether something waits to be written, or is being. */
  get isBusy(): boolean {
    return this.#waiting.length + this.#writing > 0;
  }

  /** Whether nothing can be written any more; {@link drained} tells why. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Whether more can be taken. */
  get hasRoom(): boolean {
    return this.#waiting.length + this.#writing < mostUnwritten;
  }

  add(outcomes: readonly T[]): void {
    if (outcomes.length === 0) return;
    this.#waiting.push(...outcomes);
    this.#beginSoon();
  }

  /** Writes what waits, at once. @throws what a write threw, now or before */
  async drained(): Promise<void> {
    for (this.#begin(); this.#running; this.#begin()) await this.#running;
    if (this.#failure) throw this.#failure.error;
  }

  #beginSoon(): void {
    if (this.#waiting.length >= enough) this.#begin();
    else if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#begin(), lingerMs);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running || this.#waiting.length === 0 || this.#failure) return;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const outcomes = this.#waiting;
    this.#waiting = [];
    this.#writing = outcomes.length;
    try {
      await this.#write(outcomes);
    } catch (error) {
      this.#failure = { error };
    }
    this.#writing = 0;
    this.#running = undefined;
    this.#written();
    this.#beginSoon();
  }
}

/** A third of the process's connections to the database; every request of the API needs one or two. */
export const thirdOfPool = Math.max(1, Math.round(Number(process.env.DATABASE_POOL_SIZE ?? 15) / 3));

/**
 * Lets so many at once, the others in their order: what waits here holds nothing. Those who go first wait in a line of
 * their own, which is served before the other.
 */
export class Turns {
  #free: number;
  readonly #first: (() => void)[] = [];
  readonly #others: (() => void)[] = [];

  /** @param mostWaiting how many wait in each line at most; without it, any number */
  constructor(
    atOnce: number,
    private readonly mostWaiting = Number.POSITIVE_INFINITY,
  ) {
    this.#free = atOnce;
  }

  /** Whether the line is full: the next one would be turned away. */
  isFull(goesFirst = false): boolean {
    return this.#free === 0 && this.#line(goesFirst).length >= this.mostWaiting;
  }

  /** @throws what `work` throws; RangeError where the line is full, which {@link isFull} tells before */
  async run<T>(work: () => Promise<T>, goesFirst = false): Promise<T> {
    if (this.isFull(goesFirst)) throw new RangeError('Too many wait already.');
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#line(goesFirst).push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#first.shift() ?? this.#others.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #line(goesFirst: boolean): (() => void)[] {
    return goesFirst ? this.#first : this.#others;
  }
}

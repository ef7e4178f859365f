/** A third of the process's connections to the database; every request of the API needs one or two. */
export const thirdOfPool = Math.max(1, Math.floor(Number(process.env.DATABASE_POOL_SIZE ?? 15) / 3));

/** Lets so many at once, the others in their order: what waits here holds nothing. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

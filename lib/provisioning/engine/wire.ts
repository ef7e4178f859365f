import type { Limiter } from './limiter';

/** Something to be asked of the application: a look-up, or a request that changes something. */
export interface Job {
  /** Smaller goes first, before what waits already. */
  urgency: number;
  /** How many people or groups it is about; absent: one. */
  people?: number;
  /** Never rejects. @param volley for the limiter, when the application pushes back @returns whether something was carried out */
  run(volley: number): Promise<boolean>;
  /** It is not to leave any more. */
  drop(): void;
}

/**
 * Together, as long as nothing was carried out: the next so many leave when all of them are back. Who refuses everybody, or is down,
 * is not asked by all of them.
 */
const untilSuccess = 4;
const rateWindowMs = 1_000;
/** What a kill may leave to be looked up: so many at most are under way in requests that are about several. */
const mostTogether = 400;

const peopleOf = ({ people = 1 }: Job) => people;

/**
 * What is under way to one application in a stretch, bounded by its limiter, together with what other stretches send. The first request answers before others leave, so
 * that a revoked token is not tried by a whole volley.
 */
export class Wire {
  readonly #limiter: Limiter;
  readonly #mayBegin: () => boolean;
  readonly #waiting: Job[] = [];
  readonly #changed = new Set<() => void>();
  #active = 0;
  #people = { waiting: 0, active: 0 };
  /** So many may leave until all that have left are back; null: something was carried out, they need not wait for each other. */
  #volley: number | null = 1;
  #stopped = false;
  #rate = { since: performance.now(), count: 0, last: 0 };

  /** @param mayBegin whether what comes back can be taken; call {@link pump} when it becomes true again */
  constructor(limiter: Limiter, mayBegin: () => boolean) {
    this.#limiter = limiter;
    this.#mayBegin = mayBegin;
  }

  get width(): number {
    return this.#limiter.width;
  }

  /** People and groups that wait to leave. */
  get waiting(): number {
    return this.#people.waiting;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Of what leaves next. */
  get urgency(): number {
    return this.#waiting[0]?.urgency ?? Number.POSITIVE_INFINITY;
  }

  get isIdle(): boolean {
    return this.#active === 0 && this.#waiting.length === 0;
  }

  /** People and groups in a second, of late; 0 as long as nothing is known. */
  get rate(): number {
    const { since, count, last } = this.#rate;
    const ms = performance.now() - since;
    return last > 0 ? last : ms > 0 ? (count / ms) * 1_000 : 0;
  }

  add(jobs: readonly Job[]): void {
    if (this.#stopped) {
      for (const job of jobs) job.drop();
      return;
    }
    for (const job of jobs) {
      const behind = this.#waiting.findLastIndex((other) => other.urgency <= job.urgency);
      this.#waiting.splice(behind + 1, 0, job);
      this.#people.waiting += peopleOf(job);
    }
    this.pump();
  }

  /** Nothing leaves any more; what is under way comes back. */
  stop(): void {
    this.#stopped = true;
    this.#people.waiting = 0;
    for (const job of this.#waiting.splice(0)) job.drop();
    this.#limiter.waits(this, false);
    this.#tell();
  }

  /** Lets leave what may. */
  pump(): void {
    for (let job = this.#next(); job; job = this.#next()) {
      this.#waiting.shift();
      void this.#begin(job);
    }
    this.#limiter.waits(this, this.#waiting.length > 0);
  }

  /** What leaves now, if anything may. */
  #next(): Job | undefined {
    const [job] = this.#waiting;
    if (!job || this.#volley === 0 || !this.#limiter.hasRoom || !this.#mayBegin()) return undefined;
    const { active } = this.#people;
    return active === 0 || active + peopleOf(job) <= mostTogether ? job : undefined;
  }

  /** Waits until fewer than so many wait to leave, but no longer than so many milliseconds. @returns whether it is so */
  async below(count: number, patienceMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const until = performance.now() + patienceMs;
    while (!this.#stopped && this.waiting >= count && performance.now() < until) {
      await this.changed(until - performance.now());
    }
    return this.waiting < count;
  }

  /** Waits until nothing is under way or waits, but no longer than so many milliseconds. */
  async idle(patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    const until = performance.now() + patienceMs;
    while (!this.isIdle && performance.now() < until) await this.changed(until - performance.now());
  }

  async #begin(job: Job): Promise<void> {
    const people = peopleOf(job);
    this.#active += 1;
    this.#people.active += people;
    this.#people.waiting -= people;
    if (this.#volley !== null) this.#volley -= 1;
    const carriedOut = await job.run(this.#limiter.begin());
    this.#active -= 1;
    this.#people.active -= people;
    if (carriedOut) {
      this.#volley = null;
      this.#limiter.succeeded();
    } else if (this.#volley !== null && this.#active === 0) this.#volley = untilSuccess;
    this.#count(people);
    this.#limiter.ended();
    this.#tell();
  }

  #count(people: number): void {
    this.#rate.count += people;
    const ms = performance.now() - this.#rate.since;
    if (ms < rateWindowMs) return;
    this.#rate = { since: performance.now(), count: 0, last: (this.#rate.count / ms) * 1_000 };
  }

  /** Waits until something leaves the line or comes back, but no longer than so many milliseconds. */
  changed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(withinMs) ? setTimeout(resolve, Math.max(1, withinMs)) : undefined;
      this.#changed.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #tell(): void {
    const told = [...this.#changed];
    this.#changed.clear();
    for (const tell of told) tell();
  }
}

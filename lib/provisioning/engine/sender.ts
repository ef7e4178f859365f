import type { Connection } from '../connection';
import type { Adapter, Attempt, Outcome, Work } from './adapter';
import { bulkHabitOf, fewestMeasured, type Way } from './bulk-habit';
import { urgencyOf } from './claim';
import type { Settled } from './link';
import type { Job, Wire } from './wire';

/** What a sender asks of the line that it is part of. */
export interface Outlet<R extends Work, Act, S extends Settled> {
  wire: Wire;
  lineUp(jobs: readonly Job[]): void;
  /** The connection by which it is sent. */
  asked(attempt: Attempt<R, Act>): Connection;
  /** What has come back. */
  came(outcome: Outcome<S>, volley: number): void;
  /** It does not leave any more. */
  dropped(attempt: Attempt<R, Act>): void;
  /** Undefined where that is what only a defect or a lost database does. */
  guarded<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/**
 * How attempts leave that are on record: each by a request of its own, or several by one where the server takes that (RFC 7644 §3.7) and it is
 * no slower. As long as nobody knows, batches go one way and the other in turn, with nothing else under way, and the time is taken.
 */
export class Sender<W extends Work, R extends Work, Act, S extends Settled> {
  readonly #adapter: Adapter<W, R, Act, S>;
  readonly #outlet: Outlet<R, Act, S>;

  constructor(adapter: Adapter<W, R, Act, S>, outlet: Outlet<R, Act, S>) {
    this.#adapter = adapter;
    this.#outlet = outlet;
  }

  /** Lines up what is to be sent. */
  async send(connection: Connection, attempts: readonly Attempt<R, Act>[]): Promise<void> {
    const { bulkUse = 'off' } = connection.capabilities;
    const [shared, others] = bulkUse === 'off' ? [[], attempts] : this.#parted(attempts);
    this.#outlet.lineUp(others.map((attempt) => this.#alone(attempt)));
    if (bulkUse === 'on') return this.#outlet.lineUp(this.#jobs(connection, 'together', shared));
    if (shared.length < fewestMeasured) return this.#outlet.lineUp(this.#jobs(connection, 'alone', shared));
    await this.#outlet.wire.idle();
    const way = bulkHabitOf(connection).next;
    this.#outlet.lineUp(this.#timed(connection, way, shared));
  }

  #parted(attempts: readonly Attempt<R, Act>[]) {
    const { mayShare = () => false } = this.#adapter;
    const shared = attempts.filter(mayShare);
    const isShared = new Set(shared);
    return [shared, attempts.filter((attempt) => !isShared.has(attempt))] as const;
  }

  #jobs({ capabilities }: Connection, way: Way, attempts: readonly Attempt<R, Act>[]): Job[] {
    const atOnce = way === 'together' && capabilities.bulkUse !== 'off' ? capabilities.bulkOperations : 1;
    const jobs: Job[] = [];
    for (const left = [...attempts]; left.length > 0; ) {
      const few = left.splice(0, atOnce);
      const [only] = few;
      jobs.push(only && few.length === 1 ? this.#alone(only) : this.#together(few));
    }
    return jobs;
  }

  #alone(attempt: Attempt<R, Act>): Job {
    const { came, dropped, guarded, asked } = this.#outlet;
    return {
      urgency: urgencyOf(attempt.work.link),
      run: async (volley) => {
        const outcome = await guarded(() => this.#adapter.send({ ...attempt, connection: asked(attempt) }));
        if (outcome) came(outcome, volley);
        return outcome !== undefined && outcome.verdict === undefined;
      },
      drop: () => dropped(attempt),
    };
  }

  /** Several by one request. Those that it leaves out go as is known by then, if anything still goes. */
  #together(attempts: readonly Attempt<R, Act>[]): Job {
    const { came, dropped, guarded, lineUp } = this.#outlet;
    return {
      urgency: Math.min(...attempts.map(({ work }) => urgencyOf(work.link))),
      people: attempts.length,
      run: async (volley) => {
        const outcomes = (await guarded(() => this.#sendTogether(attempts))) ?? [];
        for (const outcome of outcomes) if (outcome) came(outcome, volley);
        const left = attempts.filter((_, index) => outcomes.length > 0 && outcomes[index] === undefined);
        const [first] = left;
        if (first) lineUp(this.#jobs(first.connection, 'together', left));
        return outcomes.some((outcome) => outcome && outcome.verdict === undefined);
      },
      drop: () => attempts.forEach(dropped),
    };
  }

  async #sendTogether(attempts: readonly Attempt<R, Act>[]): Promise<(Outcome<S> | undefined)[]> {
    const [first] = attempts;
    if (!first) return [];
    const { connection } = first;
    const { results, lost } = await connection.client.together(
      attempts.map(
        (attempt) => (client) => this.#adapter.send({ ...attempt, connection: { ...attempt.connection, client } }),
      ),
    );
    await bulkHabitOf(connection).answered(connection, lost);
    return results;
  }

  /** The same, with what it takes until the last of them is back. What was dropped or refused in between was not measured. */
  #timed(connection: Connection, way: Way, attempts: readonly Attempt<R, Act>[]): Job[] {
    const started = performance.now();
    const jobs = this.#jobs(connection, way, attempts);
    let left = jobs.length;
    const cameBack = async () => {
      left -= 1;
      if (left > 0) return;
      const ms = performance.now() - started;
      await this.#outlet.guarded(() =>
        bulkHabitOf(connection).measured(connection, way, { people: attempts.length, ms }),
      );
    };
    return jobs.map((job) => ({
      ...job,
      run: async (volley) => {
        const carriedOut = await job.run(volley);
        if (carriedOut) await cameBack();
        return carriedOut;
      },
    }));
  }
}

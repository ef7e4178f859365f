import type { Lesson } from '@/lib/scim/lesson';
import type { Connection } from '../connection';
import { blameOf } from '../internal/blame';

/** Two ways to the same: a request for each, or requests of several (RFC 7644 §3.7). */
export type Way = 'alone' | 'together';

/** So few tell nothing of how fast a way is. */
export const fewestMeasured = 20;
/** Of each way, the best of so many counts: the first one opens connections, and any may meet with something. */
const timesMeasured = 2;
/** Lost answers in a row after which it is the requests, where single ones are answered in between. */
const mostLost = 3;

/** What is known of requests of several to one application, beside what is kept of its server. */
export class BulkHabit {
  /** Milliseconds a person, of each batch. */
  #measured: Record<Way, number[]> = { together: [], alone: [] };
  #lost = { times: 0, successes: -1 };

  /** Which way the next batch goes, as long as it is not known which one is faster. */
  get next(): Way {
    const { together, alone } = this.#measured;
    return together.length <= alone.length ? 'together' : 'alone';
  }

  /** So many people went one way in so long. What that shows is learned of the server, once both ways were tried. */
  async measured({ client }: Connection, way: Way, { people, ms }: { people: number; ms: number }): Promise<void> {
    this.#measured[way].push(ms / people);
    const { together, alone } = this.#measured;
    if (together.length < timesMeasured || alone.length < timesMeasured) return;
    const [shared, single] = [Math.min(...together), Math.min(...alone)];
    this.#measured = { together: [], alone: [] };
    const text = `Both ways were measured: ${inMs(shared)} a person by requests of several, ${inMs(single)} by a request for each`;
    await client.learn({ bulkUse: shared <= single ? 'on' : 'off' }, { status: null, text });
  }

  /** A request of several was answered, or its answer was lost. A server that is out of order answers single ones neither: that is not held against it. */
  async answered({ client, application }: Connection, lost: Lesson | undefined): Promise<void> {
    const { successes } = blameOf(application.id);
    if (!lost) this.#lost = { times: 0, successes: -1 };
    else if (successes > this.#lost.successes) this.#lost = { times: this.#lost.times + 1, successes };
    if (!lost || this.#lost.times < mostLost) return;
    this.#lost = { times: 0, successes: -1 };
    await client.learn(
      { bulkUse: 'off' },
      { ...lost, text: `No answer that tells anything, ${mostLost} times: ${lost.text}` },
    );
  }
}

const inMs = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en-US')} ms`;

const habits = new Map<string, BulkHabit>();

/** Of the server of one application, for the life of the process. */
export function bulkHabitOf({ application, client }: Connection): BulkHabit {
  const key = `${application.id} ${client.baseUrl}`;
  const known = habits.get(key) ?? new BulkHabit();
  habits.set(key, known);
  return known;
}

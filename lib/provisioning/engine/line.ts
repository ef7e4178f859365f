import { runStatement } from '@/lib/db/statement';
import type { Connection } from '../connection';
import { decide, isWaiting } from '../hold';
import type { Verdict } from '../internal/verdict';
import type { Adapter, Attempt, Outcome, ToLookUp, Work } from './adapter';
import { releaseLinks, urgencyOf } from './claim';
import { commitIntents } from './intents';
import type { HeldOperation, Settled, SettledOperation } from './link';
import { keepKnown, keepTaken, Watch } from './on-demand';
import { Sender } from './sender';
import { settle } from './settle';
import { forgetIntents } from './statements';
import type { Job, Wire } from './wire';
import { Writer } from './writer';

/** What a line asks of the stretch that it is part of. */
export interface Surroundings {
  applicationId: string;
  wire: Wire;
  /** A verdict on the whole connection: nothing leaves any more. */
  stop(verdict: Verdict, volley: number): void;
  /** What only a defect or a lost database does. */
  fail(error: unknown): void;
}

/**
 * The way of people, or of groups, through a stretch: planned, looked up where that is needed, on record, sent, written down. Each step works on the
 * next ones while the step after it is still busy with those before, and waits for it when too many have gathered.
 */
export class Line<W extends Work, R extends Work, Act, S extends Settled> {
  /** Leased links that are not written yet, by id. */
  readonly #inHand = new Map<string, W['link']>();
  /** Of those that somebody provisions on demand, by id. */
  readonly #watches = new Map<string, Watch>();
  /** Who takes over what over there, as long as the database does not say so. */
  readonly #taking = new Map<string, R>();
  readonly #dropped: Attempt<R, Act>[] = [];
  readonly #adapter: Adapter<W, R, Act, S>;
  readonly #around: Surroundings;
  readonly #writer: Writer<S>;
  readonly #sender: Sender<W, R, Act, S>;
  #underWay = 0;

  constructor(adapter: Adapter<W, R, Act, S>, around: Surroundings) {
    this.#adapter = adapter;
    this.#around = around;
    this.#writer = new Writer(
      (settled) => this.#write(settled),
      () => {
        if (this.#writer.failed) around.wire.stop();
        else around.wire.pump();
      },
    );
    this.#sender = new Sender(adapter, {
      wire: around.wire,
      lineUp: (jobs) => this.#lineUp(jobs),
      asked: ({ connection, work }) => this.#watches.get(work.link.id)?.sending(connection) ?? connection,
      came: (outcome, volley) => this.#sent(outcome, volley),
      dropped: (attempt) => void this.#dropped.push(attempt),
      guarded: (work) => this.#guarded(work),
    });
  }

  get inHand(): readonly string[] {
    return [...this.#inHand.keys()];
  }

  /** Requests that wait to leave or have left. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Whether something is under way, or not yet written down. */
  get isBusy(): boolean {
    return this.#underWay > 0 || this.#writer.isBusy;
  }

  get hasRoom(): boolean {
    return !this.#writer.failed && this.#writer.hasRoom;
  }

  /** Takes claimed links up to where they wait to be sent. */
  async take(connection: Connection, links: readonly W['link'][]): Promise<void> {
    for (const link of links) this.#inHand.set(link.id, link);
    await this.#watch(links);
    const { planned, toLookUp } = await this.#adapter.planLinks(connection, links);
    await this.#commit(connection, planned);
    // Those who have to be looked up go through a few at a time, each few to the end: under a rate limit that allows only
    // some requests, looking everybody up first would never get to sending.
    const { wire } = this.#around;
    for (const waiting = [...toLookUp]; waiting.length > 0; ) {
      if (!(await wire.below(wire.width))) return;
      const few = await Promise.all(waiting.splice(0, wire.width).map((work) => this.#lookUp(connection, work)));
      await this.#commit(connection, few.flat());
    }
  }

  /** Writes what has come back. */
  written(): Promise<void> {
    return this.#writer.drained();
  }

  /**
   * Ends the line once nothing is under way any more: intents that never left are no attempts and go, or are again what somebody
   * has allowed; what is still leased stays due. @throws what was thrown while outcomes were written
   */
  async end(): Promise<void> {
    try {
      await this.#writer.drained();
      const ids = this.#dropped.map(({ operation }) => operation.id);
      if (ids.length > 0) await runStatement(forgetIntents, [ids]);
    } finally {
      await releaseLinks(this.#adapter.kind, [...this.#inHand.values()]);
    }
  }

  #settle(settled: readonly S[]): void {
    this.#writer.add(
      settled.map((entry) => {
        const watch = this.#watches.get(entry.link.id);
        return watch ? { ...entry, onDemand: watch.outcomeOf(entry) } : entry;
      }),
    );
  }

  async #watch(links: readonly W['link'][]): Promise<void> {
    const asked = links.flatMap(({ id, onDemandId }) => (onDemandId ? [{ id, onDemandId }] : []));
    for (const { id, onDemandId } of asked) this.#watches.set(id, new Watch(onDemandId));
    await keepTaken(asked.map(({ onDemandId }) => onDemandId));
  }

  async #write(settled: readonly S[]): Promise<void> {
    await settle(this.#adapter.kind, this.#around.applicationId, settled);
    for (const { link } of settled) {
      this.#inHand.delete(link.id);
      this.#watches.delete(link.id);
    }
    for (const [remoteId, { link }] of this.#taking) if (!this.#inHand.has(link.id)) this.#taking.delete(remoteId);
  }

  /** @returns nobody where it failed or is not to be asked any more */
  #lookUp(connection: Connection, work: ToLookUp<W>): Promise<R[]> {
    return new Promise((resolve) => {
      const run = async (volley: number) => {
        const asked = this.#watches.get(work.link.id)?.lookingUp(connection, this.#adapter.secrets(connection, work));
        const result = await this.#guarded(() => this.#adapter.lookUp(asked ?? connection, work));
        if (result && !('planned' in result)) this.#came(result, volley);
        resolve(result && 'planned' in result ? [result.planned] : []);
        return false;
      };
      this.#lineUp([{ urgency: urgencyOf(work.link), run, drop: () => resolve([]) }]);
    });
  }

  /** Commits the intents, and lines up what is to be sent. */
  async #commit(connection: Connection, planned: readonly R[]): Promise<void> {
    const { kind } = this.#adapter;
    const attempts: Attempt<R, Act>[] = [];
    const intents: Parameters<typeof commitIntents>[1][number][] = [];
    const settled: S[] = [];
    const decisions = planned.map((entry) => {
      const work = this.#withoutRivals(connection, entry);
      return { work, decided: this.#adapter.act(connection, work) };
    });
    const taken = decisions.flatMap(({ work, decided }) => ('act' in decided && decided.deprovisions ? [work] : []));
    const clear = taken.length > 0 ? await this.#adapter.clear(connection, taken) : undefined;
    for (const { work, decided } of decisions) {
      if ('settled' in decided) {
        settled.push(this.#withdrawn(decided.settled));
        continue;
      }
      const { act, ...intended } = decided;
      const { action, changes, deprovisions = false, drift = false, departure = null } = intended;
      const { hold, cycleId, id } = work.link;
      const isClear = !deprovisions || (clear?.has(id) ?? true);
      const decision = decide(action, hold, this.#adapter.waits(connection, work, act, isClear));
      if (decision.kind !== 'send') {
        const held = decision.kind === 'hold' && {
          action,
          changes,
          deprovisions,
          drift,
          departure,
          heldBy: decision.by,
        };
        settled.push(this.#stays(connection, work, held || undefined));
        continue;
      }
      const operation = { id: decision.id ?? crypto.randomUUID(), cycleId };
      attempts.push({ connection, work, act, operation });
      intents.push({ link: work.link, operation: { ...operation, ...intended } });
    }
    await this.#keepPlans(connection, decisions, intents);
    this.#settle(settled);
    const held = await commitIntents(kind, intents);
    const ours = attempts.flatMap((attempt) => {
      const { link } = attempt.work;
      const cycleId = held.get(link.id);
      if (cycleId !== undefined) return [{ ...attempt, operation: { ...attempt.operation, cycleId } }];
      // Taken over by another worker: left to it.
      this.#inHand.delete(link.id);
      return [];
    });
    await this.#sender.send(connection, ours);
  }

  /** For those who watch, before anything is sent. */
  async #keepPlans(
    connection: Connection,
    decisions: readonly { work: R }[],
    intents: Parameters<typeof commitIntents>[1],
  ): Promise<void> {
    if (this.#watches.size === 0) return;
    const operations = new Map(intents.map(({ link, operation }) => [link.id, operation.id]));
    const watches = decisions.flatMap(({ work }) => {
      const watch = this.#watches.get(work.link.id);
      watch?.planned(this.#adapter.shown(connection, work), operations.get(work.link.id));
      return watch ?? [];
    });
    await keepKnown(watches);
  }

  /** What was held for it is not planned any more. */
  #withdrawn(settled: S): S {
    const { hold, holdId } = settled.link;
    if (!holdId) return settled;
    return { ...settled, holdId: null, ...(isWaiting(hold) ? { operation: withdrawn(hold) } : {}) };
  }

  /** Nothing is sent: something waits, from now on or already, or nobody wanted it. */
  #stays(connection: Connection, work: R, planned?: Omit<HeldOperation, 'id' | 'cycleId'>): S {
    const { hold, cycleId } = work.link;
    if (!planned) return this.#adapter.held(connection, work);
    const settled = this.#adapter.held(connection, work, { ...planned, id: crypto.randomUUID(), cycleId });
    return isWaiting(hold) ? { ...settled, operation: withdrawn(hold) } : settled;
  }

  #withoutRivals(connection: Connection, work: R): R {
    const taken = this.#adapter.takes(work);
    if (taken === undefined) return work;
    const rival = this.#taking.get(taken);
    if (rival && rival.link.id !== work.link.id) return this.#adapter.withRival(connection, work, rival);
    this.#taking.set(taken, work);
    return work;
  }

  #lineUp(jobs: readonly Job[]): void {
    this.#underWay += jobs.length;
    const counted = jobs.map(({ urgency, run, drop }): Job => {
      const gone = () => {
        this.#underWay -= 1;
      };
      return {
        urgency,
        run: (volley) => run(volley).finally(gone),
        drop: () => {
          gone();
          drop();
        },
      };
    });
    this.#around.wire.add(counted);
  }

  #sent(outcome: Outcome<S>, volley: number): void {
    const { settled, verdict } = outcome;
    // What was allowed is done; what failed is tried again without being asked for once more.
    this.#came(verdict || !settled.link.holdId ? outcome : { settled: { ...settled, holdId: null } }, volley);
  }

  #came({ settled, verdict }: Outcome<S>, volley: number): void {
    if (verdict && verdict.connection !== 'fine') this.#around.stop(verdict, volley);
    this.#settle([settled]);
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#around.fail(error);
      return undefined;
    }
  }
}

const withdrawn = ({ id }: { id: string }): SettledOperation => ({ id, state: 'withdrawn', error: null });

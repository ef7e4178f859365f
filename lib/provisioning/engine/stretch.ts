import type { Connection } from '../connection';
import { type Verdict, worse } from '../internal/verdict';
import type { UserAct } from '../plan/user-request';
import { learn } from '../server-profile';
import { claimLinks } from './claim';
import { groups } from './groups/group-adapter';
import type { GroupAct } from './groups/group-events';
import type { GroupWork, ResolvedGroup, SettledGroup } from './groups/group-work';
import { limiterOf } from './limiter';
import { Line, type Surroundings } from './line';
import type { Lane } from './link';
import { users } from './users/user-adapter';
import type { PlannedUser, SettledUser, UserWork } from './users/user-work';
import { Wire } from './wire';

/** Groups that are planned together: of one that is new, everybody in it is read. As many are under way as the wire takes. */
const groupsTogether = 5;
/** People at once: as many as leave in so many seconds, so that whoever is more urgent is not behind many. */
const ahead = { seconds: 0.25, fewest: 16, unknown: 100, most: 400 };
/** No longer, in milliseconds, until it is looked whether something more urgent has come. */
const patienceMs = 500;

interface Whose {
  applicationId: string;
  /** Of the task's lane, under which rows are leased. */
  token: string;
  lane: Lane;
}

/** The work on one application in one task: a line of people and one of groups, over one wire. */
export class Stretch {
  readonly #whose: Whose;
  readonly #wire: Wire;
  readonly #users: Line<UserWork, PlannedUser, UserAct, SettledUser>;
  readonly #groups: Line<GroupWork, ResolvedGroup, GroupAct, SettledGroup>;
  /** People that leave by one request. */
  #together = 1;
  #verdict: Verdict | undefined;
  #failure: { error: unknown } | undefined;

  constructor(whose: Whose) {
    this.#whose = whose;
    const { applicationId } = whose;
    const limiter = limiterOf(applicationId);
    this.#wire = new Wire(limiter, () => this.#users.hasRoom && this.#groups.hasRoom);
    const around: Surroundings = {
      applicationId,
      wire: this.#wire,
      stop: (verdict, volley) => {
        if (verdict.connection === 'pause') {
          limiter.pushedBack(volley);
          void learn(applicationId, { concurrency: limiter.width }).catch((error: unknown) => around.fail(error));
        }
        this.#verdict = this.#verdict ? worse(this.#verdict, verdict) : verdict;
        this.#wire.stop();
      },
      fail: (error) => {
        this.#failure ??= { error };
        this.#wire.stop();
      },
    };
    this.#users = new Line(users, around);
    this.#groups = new Line(groups, around);
  }

  /** Set when nothing leaves any more: what the whole connection has to rest for, or a failure that {@link end} throws. */
  get stopped(): boolean {
    return this.#wire.stopped;
  }

  /** Waits until more can be lined up, or for a moment. */
  async room(): Promise<void> {
    await this.#wire.below(this.#batch, patienceMs);
  }

  /**
   * Takes what is due up to where it waits to leave: people first, the most urgent of them first, then groups. Where nothing is due,
   * waits for what is under way, which may be due again. @returns false when nothing is due and nothing is under way
   */
  async takeSome(connection: Connection): Promise<boolean> {
    limiterOf(this.#whose.applicationId).allow(connection.atOnce);
    this.#together = togetherIn(this.#whose.lane, connection);
    const { waiting } = this.#wire;
    if (waiting > 2 * ahead.most) return true;
    // Where the application is slow, only what is more urgent than a cycle is let in before what waits.
    const isFull = waiting >= this.#batch;
    const { lane } = this.#whose;
    const claim = { ...this.#whose, lane: isFull && lane === 'everything' ? ('changes' as const) : lane };
    const people = await claimLinks(users.kind, { ...claim, limit: this.#batch, inHand: this.#users.inHand });
    if (people.length > 0) {
      await this.#users.take(connection, people);
      return true;
    }
    if (isFull) return true;
    // Groups are made of accounts that are written down.
    if (this.#users.isBusy) return this.#comeBack(this.#users);
    const { width } = this.#wire;
    if (this.#groups.underWay >= width) return this.#comeBack(this.#groups, width);
    const some = await claimLinks(groups.kind, { ...claim, limit: groupsTogether, inHand: this.#groups.inHand });
    if (some.length > 0) {
      await this.#groups.take(connection, some);
      return true;
    }
    return this.#groups.isBusy && this.#comeBack(this.#groups);
  }

  /** Lets nothing leave any more: the connection is not active any more, or the process ends. */
  halt(): void {
    this.#wire.stop();
  }

  /** Waits for what is under way, and gives back the rest. @returns the verdict that stopped it, if one did */
  async end(): Promise<Verdict | undefined> {
    await this.#wire.idle();
    await this.#users.end();
    await this.#groups.end();
    if (this.#failure) throw this.#failure.error;
    return this.#verdict;
  }

  /** Waits for a moment until fewer of a line are under way, and once it is through has it written down. */
  async #comeBack(line: { underWay: number; written(): Promise<void> }, fewer = 1): Promise<true> {
    const until = performance.now() + patienceMs;
    while (line.underWay >= fewer && performance.now() < until) await this.#wire.changed(until - performance.now());
    if (line.underWay === 0) await line.written();
    return true;
  }

  get #batch(): number {
    const { rate } = this.#wire;
    // As many as fill whole requests.
    if (this.#together > 1) return ahead.most - (ahead.most % this.#together);
    if (rate === 0) return ahead.unknown;
    return Math.min(ahead.most, Math.max(ahead.fewest, this.#wire.width, Math.ceil(rate * ahead.seconds)));
  }
}

/** Only what a cycle does leaves together: what somebody waits for is not kept until there are more. */
function togetherIn(lane: Lane, { capabilities }: Connection): number {
  const { bulkUse, bulkOperations } = capabilities;
  return lane === 'everything' && bulkUse !== 'off' ? Math.min(bulkOperations, ahead.most) : 1;
}

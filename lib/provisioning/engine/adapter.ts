import type { OperationAction } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import type { Connection } from '../connection';
import type { Waits } from '../hold';
import type { Verdict } from '../internal/verdict';
import type { Departure } from '../plan/departure';
import type { PlannedLink } from '../plan/planned-link';
import type { OpenOperation } from './intents';
import type { HeldOperation, Kind, Link, Settled } from './link';

/** One person or group on its way through a stretch. */
export interface Work<L extends Link = Link> {
  link: L;
}

/** A person or group that has to be looked up over there first, with attempts of which nobody knows the outcome. */
export type ToLookUp<W extends Work> = W & { open: readonly OpenOperation[] };

/** A plan that sends something, on record before it leaves. */
export interface Attempt<R extends Work, Act> {
  connection: Connection;
  work: R;
  act: Act;
  operation: { id: string; cycleId: string | null };
}

export interface Outcome<S extends Settled> {
  settled: S;
  /** Absent: it was carried out. */
  verdict?: Verdict;
}

/** What comes of a plan: to be sent, or settled without a request. */
export type Planned<Act, S> =
  | {
      act: Act;
      action: OperationAction;
      changes: Changes;
      memberIds?: readonly string[];
      deprovisions?: boolean;
      drift?: boolean;
      departure?: Departure | null;
    }
  | { settled: S };

/** What is different between people and groups; everything else about them is the engine's (line.ts). */
export interface Adapter<W extends Work, R extends Work, Act, S extends Settled> {
  kind: Kind<S>;
  /**
   * By sets and without a request: what is to be done, where what is known tells it. Who is not in the directory any more is left
   * out.
   */
  planLinks(connection: Connection, links: readonly W['link'][]): Promise<{ planned: R[]; toLookUp: ToLookUp<W>[] }>;
  /** Asks the application for one of them, and settles what an interruption left open. Partial failure is data. */
  lookUp(connection: Connection, work: ToLookUp<W>): Promise<{ planned: R } | Outcome<S>>;
  /** Values of it that are shown to nobody, whoever repeats them. */
  secrets(connection: Connection, work: W): readonly string[];
  /** What is planned, to be shown. */
  shown(connection: Connection, work: R): PlannedLink;
  /** The id over there that is about to be taken over; undefined: none. */
  takes(work: R): string | undefined;
  /** The same as a conflict, because another one that is under way takes it over. */
  withRival(connection: Connection, work: R, rival: R): R;
  act(connection: Connection, work: R): Planned<Act, S>;
  /**
   * Ids of those links whose account may be taken away without anybody being asked: by how many lose theirs.
   * @param work all whose active account is to be taken away, of what is planned together
   */
  clear(connection: Connection, work: readonly R[]): Promise<ReadonlySet<string>>;
  /** Whether what is planned is sent only once somebody has allowed it. */
  waits(connection: Connection, work: R, act: Act, isClear: boolean): Waits;
  /** Left as it is, because something waits for somebody. @param held what waits from now on; absent: it does already */
  held(connection: Connection, work: R, held?: HeldOperation): S;
  /** Whether it may leave by one request with others; absent: never. */
  mayShare?(attempt: Attempt<R, Act>): boolean;
  /** Sends, and says what that means. */
  send(attempt: Attempt<R, Act>): Promise<Outcome<S>>;
}

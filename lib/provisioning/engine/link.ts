import type { OperationStateName } from '@/lib/core/states';
import type { Ask } from '@/lib/db/direct-transaction';
import type { LinkState, OperationAction } from '@/lib/db/generated/client';
import type { EventDraft } from '@/lib/events/draft';
import type { Changes } from '@/lib/events/schema';
import type { ScimExchange } from '@/lib/scim/exchange';
import type { HeldBy, Hold } from '../hold';
import type { KeptError } from '../internal/failed-as-one';
import type { OnDemandOutcomeName } from '../on-demand/schema';
import type { Departure } from '../plan/departure';
import type { PlannedLink } from '../plan/planned-link';
import type { TargetValues } from '../plan/values';

/** What was reviewed of a link, where it is worked on for a cycle that carries out a dry run. */
export interface Reviewed {
  /** Null: it was not in the run. */
  plan: PlannedLink | null;
  /** What we have changed since is part of carrying it out. */
  since: Date;
}

/** What the links of people and those of groups have in common: something of ours, and what it is over there. */
export interface Link {
  id: string;
  applicationId: string;
  /** Null while there is nothing over there. */
  remoteId: string | null;
  state: LinkState;
  lastSent: unknown;
  lastError: unknown;
  takenOver: boolean;
  dueAt: Date | null;
  attempts: number;
  leaseToken: string | null;
  /** The operation that somebody has to allow, or has decided on. */
  holdId: string | null;
  /** The run by which somebody has it provisioned on demand. */
  onDemandId: string | null;
  /** As work: that operation, where it is kept. */
  hold?: Hold | null;
  /** As work: what was reviewed of it, where that is what is carried out. */
  reviewed?: Reviewed | undefined;
  /** As work: the cycle that it is done for, null where none is at work on it. */
  cycleId: string | null;
}

/** What is now known of one link, ready to be written. */
export interface Settled<L extends Link = Link> {
  link: L;
  state: LinkState;
  remoteId: string | null;
  lastSent: TargetValues | null;
  lastError: { code: string; message: string; hint?: string | undefined } | null;
  takenOver: boolean;
  /** Something was changed over there just now. */
  changed: boolean;
  /** Milliseconds until it is looked at again; null: when something changes. */
  nextInMs: number | null;
  attempts: number;
  /** Null: nothing is held any more; absent: what is held stays held. */
  holdId?: string | null;
  operation?: SettledOperation;
  /** What is held from now on: on record, and not sent. */
  held?: HeldOperation;
  /** What it comes to for who provisions it on demand. */
  onDemand?: OnDemandOutcome;
  event?: EventDraft;
}

/** What provisioning on demand has come to; null: it goes on at once. */
export interface OnDemandOutcome {
  runId: string;
  outcome: OnDemandOutcomeName | null;
  /** Requests that were not kept before. */
  lookups: readonly ScimExchange[];
  sent: readonly ScimExchange[];
  operationId: string | null;
  error: { code: string; message: string; hint?: string | undefined } | null;
}

export interface HeldOperation {
  id: string;
  action: OperationAction;
  changes: Changes;
  cycleId: string | null;
  heldBy: HeldBy;
  deprovisions: boolean;
  drift: boolean;
  departure: Departure | null;
}

export interface SettledOperation {
  id: string;
  state: Exclude<OperationStateName, 'intent'>;
  error: KeptError | null;
  exchange?: ScimExchange;
  /** What is told of it from now on, where that is less than what was announced. */
  changes?: Changes;
  /** Its answer was lost, and looking it up has shown that it was carried out. */
  confirmed?: boolean;
}

/**
 * `urgent`: who is to lose their account; `changes`: what is due because somebody changed something, they among it; `everything`: what a
 * full cycle has made due as well.
 */
export type Lane = 'urgent' | 'changes' | 'everything';

/** Where links of one kind are kept. */
export interface LinkTable {
  table: 'user_links' | 'group_links';
  /** Whose it is: after the application, the order in which everybody locks. */
  owner: 'user_id' | 'group_id';
  /** Column of the operations. */
  operations: 'user_link_id' | 'group_link_id';
  /** SQL over `l`: the most urgent first. */
  order: string;
  /** SQL over `l`: what somebody changed, not a cycle; and of that, who is to lose something. */
  lanes: { changes: string; urgent: string };
  /** Columns that this kind alone has, with their types. */
  columns: Readonly<Record<string, string>>;
}

/** The member of an operation that says which link it is of. */
export const linkIdOf = ({ operations }: LinkTable) => (operations === 'user_link_id' ? 'userLinkId' : 'groupLinkId');

/** Links of one kind, and what is written of that kind alone. */
export interface Kind<S extends Settled> extends LinkTable {
  /** Values of `columns`. */
  own(settled: S): Readonly<Record<string, unknown>>;
  /** Rows of other tables that what follows refers to, where these are locked before links of this kind. */
  lockFirst?(ask: Ask, settled: readonly S[]): Promise<void>;
  /** What else follows, in the same transaction. */
  follow(ask: Ask, applicationId: string, settled: readonly S[]): Promise<void>;
  /** The application gave two of ours one id: what is said to who came second. */
  asDuplicate(settled: S): S;
}

import type { UserLink } from '@/lib/db/generated/client';
import type { LinkedPerson, PlannedPerson } from '../../plan/plan-links';
import type { Drift } from '../../schema';
import type { Settled } from '../link';

/** A person with their link. */
export type UserWork = LinkedPerson<UserLink>;

/** The same, planned by what is known of their account. */
export type PlannedUser = PlannedPerson<UserLink>;

export interface SettledUser extends Settled<UserLink> {
  lastRead: unknown;
  /** What differs over there and is left so; absent: as it was. */
  drift?: Drift | null;
  /** What somebody has to do over there from now on, by the ids of the template's manual tasks. */
  tasks?: readonly string[];
}

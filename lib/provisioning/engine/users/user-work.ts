import type { UserLink } from '@/lib/db/generated/client';
import type { ScimResource } from '@/lib/scim/path';
import type { DesiredPerson } from '../../plan/desired-users';
import type { LinkedUser } from '../../plan/plan-user';
import type { Settled } from '../link';

/** A person with their link. */
export interface UserWork {
  link: UserLink;
  person: DesiredPerson;
}

/** A person with what is known of their account, ready to be planned. */
export interface ResolvedUser extends UserWork {
  linked: LinkedUser;
  /** An account found by match just now. */
  found?: { remoteId: string; resource: ScimResource };
  /** The resource as read now; null when it was not. */
  read: ScimResource | null;
}

export interface SettledUser extends Settled<UserLink> {
  lastRead: unknown;
}

import type { UserLink } from '@/lib/db/generated/client';
import type { ScimResource } from '@/lib/scim/path';
import type { DesiredPerson } from '../desired-users';
import type { LinkedUser } from '../plan-user';

/** A person with what is known of their account, ready to be planned. */
export interface ResolvedUser {
  link: UserLink;
  person: DesiredPerson;
  linked: LinkedUser;
  /** An account found by match just now. */
  found?: { remoteId: string; resource: ScimResource };
  /** The resource as read now; null when it was not. */
  read: ScimResource | null;
}

import { isOneOf, linkStatesThat } from '@/lib/core/states';
import type { UserLink } from '@/lib/db/generated/client';
import type { ScimResource } from '@/lib/scim/path';
import type { Hold } from '../hold';
import { driftOf } from '../schema';
import { normalisedTargets } from '../server-profile';
import type { DesiredPerson } from './desired-users';
import { valuesOf } from './found-account';
import type { PlanContext } from './plan-context';
import type { LinkedUser } from './plan-user';
import { sameValue, type TargetValues } from './values';

/** What is planned by of a link. */
export interface PlannableLink
  extends Pick<UserLink, 'userId' | 'remoteId' | 'state' | 'lastSent' | 'lastRead' | 'lastChangeAt'> {
  /** As it is stored ({@link driftOf}). */
  drift: unknown;
  /** Null: nobody has looked at this person in this application yet. */
  id: string | null;
  /** What was held of it, as it stands by now. */
  hold?: Hold | null;
}

/** Somebody without a link. */
export function unlinked(userId: string): PlannableLink {
  return {
    id: null,
    userId,
    remoteId: null,
    state: 'pending',
    lastSent: null,
    lastRead: null,
    lastChangeAt: null,
    drift: null,
  };
}

/** Whether nothing is known over there that is theirs. */
export function isUnlinked({ remoteId, state }: PlannableLink): boolean {
  return !remoteId || state === 'deleted';
}

/** We made it inactive; also where a switch has kept it so since. */
function isInactive({ state, lastSent }: PlannableLink): boolean {
  return (
    state === 'deactivated' || (state === 'skipped' && sameValue((lastSent as TargetValues | null)?.active, false))
  );
}

/** What a link says of the account. @param read the resource as read now; null when it was not */
export function linkedOf(context: PlanContext, link: PlannableLink, read: ScimResource | null): LinkedUser {
  if (isUnlinked(link)) return noAccount(link);
  const lastRead = link.lastRead as ScimResource | null;
  const imported = isOneOf(linkStatesThat.wereNeverManaged, link.state);
  // Of an imported account nothing was sent yet: what the import read is all there is to compare with.
  const seen = read ?? (imported ? lastRead : null);
  return {
    kind: 'account',
    deactivated: isInactive(link),
    drift: driftOf(link.drift),
    released: link.state === 'released',
    imported,
    sent: link.lastSent as TargetValues | null,
    current: seen && valuesOf(context, seen),
    settled: lastRead && valuesOf(context, lastRead),
    normalised: normalisedTargets(context.capabilities),
  };
}

/** They have none: what is known of the one that they had. */
export function noAccount({ drift }: Pick<PlannableLink, 'drift'>): LinkedUser {
  return { kind: 'none', drift: driftOf(drift) };
}

/** To have an account of their own. Whoever shares a name is not looked for: what was found would be somebody else's. */
export function isWanted({ desired }: DesiredPerson): boolean {
  return desired.kind === 'present' && !desired.conflict;
}

/** What an account of theirs would be created with, and is searched by. */
export function creationValues({ desired }: DesiredPerson): TargetValues {
  return desired.kind === 'present' ? desired.create : {};
}

import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { UserLink } from '@/lib/db/generated/client';
import type { ScimResource } from '@/lib/scim/path';
import type { Connection } from './connection';
import { type DesiredPerson, desiredUsers, planPerson } from './desired-users';
import { foundAccount } from './internal/found-account';
import { matchInSnapshot } from './internal/match-accounts';
import { linkedOf } from './internal/resolve-accounts';
import type { DesiredUser, LinkedUser, UserPlan } from './plan-user';

export interface PersonPreview {
  desired: DesiredUser;
  plan: UserPlan;
  /** The account as the application had it when it was last read or written; null where none is known. */
  resource: ScimResource | null;
  /** A cycle would take this account over rather than create one. */
  takesOver: boolean;
}

/**
 * What the next cycle would do for one person, by the same plan as the engine and without a request: from the link and
 * from what was last read. @returns undefined for a person who is not in the directory
 */
export async function previewPerson(connection: Connection, userId: string): Promise<PersonPreview | undefined> {
  const applicationId = connection.application.id;
  const [people, link] = await Promise.all([
    desiredUsers(connection, [userId], now()),
    db.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId } } }),
  ]);
  const person = people.get(userId);
  if (!person) return undefined;
  const { desired } = person;
  const known = link?.remoteId ? link : undefined;
  const found = known ? await ofLink(connection, known) : await byMatch(connection, person);
  return { desired, plan: planPerson(connection, desired, found.linked), ...found };
}

interface Found {
  linked: LinkedUser;
  resource: ScimResource | null;
  takesOver: boolean;
}

async function ofLink(connection: Connection, link: UserLink): Promise<Found> {
  const resource = (link.lastRead as ScimResource | null) ?? (await snapshotOf(link));
  // What a cycle reads may differ from this; until then nothing is known to have drifted.
  return { linked: linkedOf(connection, link, null), resource, takesOver: false };
}

async function snapshotOf({ applicationId, remoteId }: UserLink): Promise<ScimResource | null> {
  if (!remoteId) return null;
  const row = await db.remoteAccount.findUnique({
    where: { applicationId_remoteId: { applicationId, remoteId } },
    select: { resource: true },
  });
  return (row?.resource as ScimResource | undefined) ?? null;
}

async function byMatch(connection: Connection, person: DesiredPerson): Promise<Found> {
  const none: Found = { linked: { kind: 'none' }, resource: null, takesOver: false };
  const { user, desired } = person;
  if (desired.kind !== 'present') return none;
  const matches = await matchInSnapshot(connection, [{ userId: user.id, values: desired.create }]);
  const match = matches.get(user.id);
  if (match?.kind === 'ambiguous') return { ...none, linked: match };
  if (match?.kind !== 'account') return none;
  const linked = foundAccount(connection, person, match);
  return { linked, resource: match.resource, takesOver: linked.kind === 'account' };
}

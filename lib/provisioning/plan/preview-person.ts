import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { UserLink } from '@/lib/db/generated/client';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import type { ScimResource } from '@/lib/scim/path';
import { type DesiredPerson, desiredUsers, planPerson } from './desired-users';
import { foundAccount } from './found-account';
import { shownChanges } from './hide-values';
import { isWanted, linkedOf } from './linked-account';
import { matchInSnapshot } from './match-accounts';
import type { PlanContext } from './plan-context';
import type { DesiredUser, LinkedUser, UserPlan } from './plan-user';
import { type ShownRequest, shownRequest, userRequest } from './user-request';

export interface PersonPreview {
  desired: DesiredUser;
  /** Generated and secret values are not in its changes. */
  plan: UserPlan;
  /** What would be sent; null where nothing would be. */
  request: ShownRequest | null;
  linked: LinkedUser;
  /** The account as the application had it when it was last read or written; null where none is known. */
  resource: ScimResource | null;
  /** A cycle would take this account over rather than create one. */
  takesOver: boolean;
}

/**
 * What the next cycle would do for one person, by the same plan and the same request as the engine, without sending it: from
 * the link and from what was last read. @returns undefined for a person who is not in the directory
 */
export async function previewPerson(
  context: PlanContext & { capabilities: Pick<ScimCapabilities, 'patch' | 'pathFilters'> },
  userId: string,
): Promise<PersonPreview | undefined> {
  const applicationId = context.application.id;
  const [people, link] = await Promise.all([
    desiredUsers(context, [userId], now()),
    db.userLink.findUnique({ where: { applicationId_userId: { applicationId, userId } } }),
  ]);
  const person = people.get(userId);
  if (!person) return undefined;
  const { desired } = person;
  const known = link?.remoteId && link.state !== 'deleted' ? { ...link, remoteId: link.remoteId } : undefined;
  const { remoteId, read, ...found } = known ? await ofLink(context, known) : await byMatch(context, person);
  const plan = withoutHidden(planPerson(context, desired, found.linked), person);
  const sends = plan.action === 'none' || plan.action === 'skip' ? undefined : plan;
  // By PUT, the engine reads the account before it sends it: what was last read is the best that is known of it.
  const current = context.capabilities.patch ? read : found.resource;
  const request = sends && shownRequest(userRequest(sends, { id: remoteId, current }, context.capabilities));
  return { desired, plan, request: request ?? null, ...found };
}

function withoutHidden(plan: UserPlan, { mapped }: DesiredPerson): UserPlan {
  if (plan.action === 'none' || plan.action === 'skip') return plan;
  const hidden = mapped ? (plan.action === 'create' ? mapped.create : mapped.update) : { generated: [], redacted: [] };
  return { ...plan, changes: shownChanges(plan.changes, hidden) };
}

interface Found {
  linked: LinkedUser;
  remoteId: string;
  /** As the engine holds it when it sends a PATCH. */
  read: ScimResource | null;
  resource: ScimResource | null;
  takesOver: boolean;
}

async function ofLink(context: PlanContext, link: UserLink & { remoteId: string }): Promise<Found> {
  const read = link.lastRead as ScimResource | null;
  // What a cycle reads may differ from this; until then nothing is known to have drifted.
  const linked = linkedOf(context, link, null);
  return { linked, remoteId: link.remoteId, read, resource: read ?? (await snapshotOf(link)), takesOver: false };
}

async function snapshotOf({ applicationId, remoteId }: UserLink & { remoteId: string }): Promise<ScimResource | null> {
  const row = await db.remoteAccount.findUnique({
    where: { applicationId_remoteId: { applicationId, remoteId } },
    select: { resource: true },
  });
  return (row?.resource as ScimResource | undefined) ?? null;
}

async function byMatch(context: PlanContext, person: DesiredPerson): Promise<Found> {
  const none: Found = { linked: { kind: 'none' }, remoteId: '', read: null, resource: null, takesOver: false };
  const { user, desired } = person;
  if (desired.kind !== 'present' || !isWanted({ person })) return none;
  const matches = await matchInSnapshot(context, [{ userId: user.id, values: desired.create }]);
  const match = matches.get(user.id);
  if (match?.kind === 'ambiguous') return { ...none, linked: match };
  if (match?.kind !== 'account') return none;
  const { remoteId, resource } = match;
  const linked = foundAccount(context, person, match);
  return { linked, remoteId, read: resource, resource, takesOver: linked.kind === 'account' };
}

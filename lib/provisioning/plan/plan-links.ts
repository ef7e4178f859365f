import { now } from '@/lib/core/clock';
import { mapInSlices } from '@/lib/core/in-slices';
import { db } from '@/lib/db/client';
import type { ScimResource } from '@/lib/scim/path';
import { type DesiredPerson, desiredUsers, planPerson } from './desired-users';
import { foundAccount } from './found-account';
import { creationValues, isUnlinked, isWanted, linkedOf, noAccount, type PlannableLink } from './linked-account';
import { type Match, matchInSnapshot } from './match-accounts';
import type { PlanContext } from './plan-context';
import type { LinkedUser, UserPlan } from './plan-user';

/** A person with their link. */
export interface LinkedPerson<L extends PlannableLink = PlannableLink> {
  link: L;
  person: DesiredPerson;
}

/** A person with what is known of their account, and what is to be done about it. */
export interface PlannedPerson<L extends PlannableLink = PlannableLink> extends LinkedPerson<L> {
  linked: LinkedUser;
  /** An account that is not linked yet, found by match; it would be taken over. */
  found?: { remoteId: string; resource: ScimResource };
  /** The account as it is now, as far as that was read; null when it was not. */
  read: ScimResource | null;
  /** The same as it was before we last wrote to it, where nothing later was read. */
  before: ScimResource | null;
  plan: UserPlan;
}

/** An account as it was read. */
export interface Seen {
  resource: ScimResource;
  /** We did not change it since; where we did, it is by now what we left there. */
  isNow: boolean;
}

/** How far what was read of the application is believed. */
export interface Sight<L extends PlannableLink> {
  /** Whether it was read what there is of theirs. */
  isRead(link: L): boolean;
  /** Whether they are to be looked up, whatever is known. */
  isDoubtful(link: L): boolean;
}

/** What was last read counts: all that can be said without asking the application. */
export const asLastRead: Sight<PlannableLink> = { isRead: () => true, isDoubtful: () => false };

/**
 * The one way from the directory to what is done about people's accounts: what is wanted for them, what is known of their accounts
 * (by the link, or by match among what was read), the plan. In a handful of statements however many they are, and without a request.
 * Who is not in the directory is left out.
 * @returns those who have to be looked up over there first as they are: {@link planLinked} and {@link planMatched} go on with them
 */
export async function planLinks<L extends PlannableLink>(
  context: PlanContext,
  links: readonly L[],
  sight: Sight<L>,
): Promise<{ planned: PlannedPerson<L>[]; toLookUp: LinkedPerson<L>[] }> {
  const userIds = links.map((link) => link.userId);
  const people = await desiredUsers(context, userIds, now());
  const known = links.flatMap((link): LinkedPerson<L>[] => {
    const person = people.get(link.userId);
    return person ? [{ link, person }] : [];
  });
  const isSought = ({ link, person }: LinkedPerson<L>) => isUnlinked(link) && isWanted(person);
  const isToLookUp = (entry: LinkedPerson<L>) =>
    sight.isDoubtful(entry.link) || (isSought(entry) && !sight.isRead(entry.link));
  const told = known.filter((entry) => !isToLookUp(entry));
  const [matches, reads] = await Promise.all([
    matchInSnapshot(
      context,
      told.filter(isSought).map(({ link, person }) => ({ userId: link.userId, values: creationValues(person) })),
    ),
    readAccounts(
      context,
      told.flatMap(({ link }) => (sight.isRead(link) ? [link] : [])),
    ),
  ]);
  const planned = await mapInSlices(told, (entry) => {
    const match = matches.get(entry.link.userId);
    return match
      ? planMatched(context, entry, match)
      : planLinked(context, entry, reads.get(entry.link.remoteId ?? '') ?? null);
  });
  return { planned, toLookUp: known.filter(isToLookUp) };
}

/** By what the link says. @param seen the account as it was read; null where it was not */
export function planLinked<L extends PlannableLink>(
  context: PlanContext,
  { link, person }: LinkedPerson<L>,
  seen: Seen | null,
): PlannedPerson<L> {
  const linked = linkedOf(context, link, seen?.isNow ? seen.resource : null);
  const plan = planPerson(context, person.desired, linked);
  const known = linked.kind === 'none' ? undefined : seen;
  const [read, before] = [known?.isNow ? known.resource : null, known && !known.isNow ? known.resource : null];
  return { link, person, linked, read, before, plan };
}

/** By what looking for their account has given. */
export function planMatched<L extends PlannableLink>(
  context: PlanContext,
  { link, person }: LinkedPerson<L>,
  match: Match,
): PlannedPerson<L> {
  const linked: LinkedUser =
    match.kind === 'account' ? foundAccount(context, person, match) : match.kind === 'none' ? noAccount(link) : match;
  const plan = planPerson(context, person.desired, linked);
  // An account that is a conflict is nobody's.
  if (match.kind !== 'account' || linked.kind !== 'account')
    return { link, person, linked, read: null, before: null, plan };
  const { remoteId, resource } = match;
  return { link, person, linked, found: { remoteId, resource }, read: resource, before: null, plan };
}

/** The id of their account over there, or of the one that would be taken over; null: there is none. */
export function remoteIdOf({ found, link }: Pick<PlannedPerson, 'found' | 'link'>): string | null {
  return found?.remoteId ?? (isUnlinked(link) ? null : link.remoteId);
}

/** The account as it was read now, or else when we last wrote to it. */
export function lastKnown({ read, link }: Pick<PlannedPerson, 'read' | 'link'>): ScimResource | null {
  return read ?? (link.lastRead as ScimResource | null);
}

async function readAccounts(context: PlanContext, links: readonly PlannableLink[]): Promise<Map<string, Seen>> {
  const byId = new Map(links.flatMap((link) => (link.remoteId ? [[link.remoteId, link]] : [])));
  if (byId.size === 0) return new Map();
  const rows = await db.remoteAccount.findMany({
    where: { applicationId: context.application.id, remoteId: { in: [...byId.keys()] } },
    select: { remoteId: true, resource: true, readAt: true },
  });
  return new Map(
    rows.map(({ remoteId, resource, readAt }) => {
      const { lastChangeAt } = byId.get(remoteId) ?? { lastChangeAt: null };
      const isNow = lastChangeAt === null || lastChangeAt < readAt;
      return [remoteId, { resource: resource as ScimResource, isNow }];
    }),
  );
}

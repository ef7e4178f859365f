import { db } from '@/lib/db/client';
import type { GroupLink, RemoteGroup } from '@/lib/db/generated/client';
import type { Hold } from '../hold';
import { switchedGroup } from './action-switches';
import { type DesiredMembership, desiredGroups } from './desired-group';
import type { MemberAccount } from './group-members';
import { matchGroupsInSnapshot } from './match-groups';
import type { PlanContext } from './plan-context';
import { type GroupPlan, type LinkedGroup, planGroup } from './plan-group';
import type { TargetValues } from './values';
import { withHolds } from './with-holds';

/** What is planned by of a link. */
export interface PlannableGroupLink
  extends Pick<
    GroupLink,
    'groupId' | 'remoteId' | 'state' | 'lastSent' | 'takenOver' | 'foreignMembers' | 'lastChangeAt' | 'unlinked'
  > {
  /** Null: nobody has looked at this group in this application yet. */
  id: string | null;
  /** What was held of it, as it stands by now. */
  hold?: Hold | null;
}

/** A group with its link. */
export interface LinkedMembership<L extends PlannableGroupLink = PlannableGroupLink> {
  link: L;
  /** Of a group that is known over there only who is to be added or taken out. */
  membership: DesiredMembership;
}

/** What is known of a group over there. */
export interface FoundGroup {
  linked: LinkedGroup;
  remoteId: string | null;
  takenOver: boolean;
  foreignMembers: number;
  /** As just read: those of ours who are there, and those who are not any more. Absent where it was not read. */
  members?: { added: readonly MemberAccount[]; removed: readonly MemberAccount[] };
}

export const noGroup: FoundGroup = { linked: { kind: 'none' }, remoteId: null, takenOver: false, foreignMembers: 0 };

/** A group with what is known of it over there, and what is to be done about it. */
export interface PlannedGroup<L extends PlannableGroupLink = PlannableGroupLink> extends LinkedMembership<L> {
  found: FoundGroup;
  plan: GroupPlan;
}

/** How far what is known of groups over there is believed. */
export interface GroupSight<L extends PlannableGroupLink> {
  /** Whether what was read of it counts: then nothing is asked. */
  isRead(link: L): boolean;
  /** Whether it is to be looked up, whatever is known. */
  isDoubtful(link: L): boolean;
  /** Whose membership may differ from what was sent; null: everybody's. */
  changedIn(link: L): readonly string[] | null;
}

/** What was last read counts: all that can be said without asking the application. */
export const asLastRead: GroupSight<PlannableGroupLink> = {
  isRead: () => true,
  isDoubtful: () => false,
  changedIn: () => null,
};

/**
 * The same as `planLinks` for groups: what is wanted, what is known (by what was sent last, or else by what was read), the plan. In a
 * handful of statements however many they are, and without a request. Who is not in the directory is left out.
 * @returns those that have to be looked up over there first as they are: {@link planFound} goes on with them
 */
export async function planGroupLinks<L extends PlannableGroupLink>(
  context: PlanContext,
  links: readonly L[],
  sight: GroupSight<L>,
): Promise<{ planned: PlannedGroup<L>[]; toLookUp: LinkedMembership<L>[] }> {
  const isKnown = (link: L) =>
    !sight.isDoubtful(link) && link.state !== 'released' && link.lastSent !== null && link.remoteId !== null;
  const memberships = await desiredGroups(
    context,
    links.map((link) => ({
      link,
      ...(isKnown(link) && link.id ? { differing: { groupLinkId: link.id, userIds: sight.changedIn(link) } } : {}),
    })),
  );
  const all = links.flatMap((link): LinkedMembership<L>[] => {
    const membership = memberships.get(link.groupId);
    return membership ? [{ link, membership }] : [];
  });
  const isTold = ({ link, membership }: LinkedMembership<L>) =>
    membership.desired.kind === 'released' || isKnown(link) || sight.isRead(link);
  const [told, toLookUp] = [all.filter(isTold), all.filter((entry) => !isTold(entry))];
  const read = await findRead(
    context,
    told.filter(({ link, membership }) => membership.desired.kind !== 'released' && !isKnown(link)),
  );
  const planned = told.map((entry) => {
    const { desired } = entry.membership;
    if (desired.kind === 'released') return planFound(context, entry, { ...byLink(entry), linked: noGroup.linked });
    return planFound(context, entry, isKnown(entry.link) ? byLink(entry) : (read.get(entry.link.groupId) ?? noGroup));
  });
  return { planned, toLookUp };
}

/** By what is known of it over there. */
export function planFound<E extends LinkedMembership>(
  { actions, groups, capabilities }: Pick<PlanContext, 'actions' | 'groups' | 'capabilities'>,
  entry: E,
  found: FoundGroup,
): E & PlannedGroup<E['link']> {
  const { createGroups } = capabilities;
  const plan = switchedGroup(actions, planGroup(entry.membership.desired, found.linked, { ...groups, createGroups }));
  // A group that is not taken over is none of ours.
  return { ...entry, plan, found: plan.action === 'skip' && plan.reason.candidate ? noGroup : found };
}

/** What the next cycle would do for these groups, without a request. */
export async function planGroups(context: PlanContext, groupIds: readonly string[]): Promise<PlannedGroup[]> {
  const rows = await db.groupLink.findMany({
    where: { applicationId: context.application.id, groupId: { in: [...groupIds] } },
  });
  const links = new Map<string, PlannableGroupLink>((await withHolds(rows)).map((link) => [link.groupId, link]));
  const { planned } = await planGroupLinks(
    context,
    groupIds.map((groupId) => links.get(groupId) ?? unlinkedGroup(groupId)),
    asLastRead,
  );
  return planned;
}

export function unlinkedGroup(groupId: string): PlannableGroupLink {
  const nothing = {
    remoteId: null,
    lastSent: null,
    takenOver: false,
    foreignMembers: 0,
    lastChangeAt: null,
    unlinked: false,
  };
  return { id: null, groupId, state: 'pending', ...nothing };
}

function byLink({ link, membership: { put } }: LinkedMembership): FoundGroup {
  const { lastSent, remoteId, takenOver, foreignMembers } = link;
  const linked = { kind: 'group' as const, sent: lastSent as TargetValues | null, current: null, members: put };
  return { linked, remoteId, takenOver, foreignMembers };
}

/** Groups of which what was read is all that is known: its name and its members. */
async function findRead(context: PlanContext, entries: readonly LinkedMembership[]): Promise<Map<string, FoundGroup>> {
  const sought = entries.flatMap(({ link, membership: { desired } }) =>
    link.remoteId || desired.kind !== 'present' ? [] : [{ groupId: link.groupId, values: desired.create }],
  );
  const matches = await matchGroupsInSnapshot(context, sought);
  const remoteIds = new Map(
    entries.map(({ link }) => {
      const match = matches.get(link.groupId);
      return [link.groupId, link.remoteId ?? (match?.kind === 'group' ? match.remoteId : null)];
    }),
  );
  const remotes = await readGroups(context, [...remoteIds.values()]);
  return new Map(
    entries.map((entry): [string, FoundGroup] => {
      const { groupId } = entry.link;
      const match = matches.get(groupId);
      if (match?.kind === 'ambiguous') return [groupId, { ...noGroup, linked: match }];
      const remoteId = remoteIds.get(groupId);
      return [groupId, remoteId ? asRead(entry, remoteId, remotes.get(remoteId)) : noGroup];
    }),
  );
}

function asRead({ link, membership }: LinkedMembership, remoteId: string, remote?: RemoteGroup): FoundGroup {
  const { desired } = membership;
  const wanted = desired.kind === 'present' ? desired.members : new Set<string>();
  const there = remote?.memberIds ?? [];
  const members = new Set(there.filter((id) => wanted.has(id)));
  const foreign = new Set(there.filter((id) => !wanted.has(id)));
  const current = remote ? { displayName: remote.displayName } : null;
  const candidate = { remoteId, name: remote?.displayName ?? '', foreignMembers: foreign.size };
  return {
    linked: { kind: 'group', sent: null, current, members, foreign, ...(link.remoteId ? {} : { candidate }) },
    remoteId,
    takenOver: link.takenOver || !link.remoteId,
    foreignMembers: foreign.size,
  };
}

/** As they were last read, by their ids over there. */
export async function readGroups(
  context: PlanContext,
  remoteIds: readonly (string | null)[],
): Promise<Map<string, RemoteGroup>> {
  const ids = remoteIds.flatMap((id) => id ?? []);
  if (ids.length === 0) return new Map();
  const rows = await db.remoteGroup.findMany({
    where: { applicationId: context.application.id, remoteId: { in: ids } },
  });
  return new Map(rows.map((row) => [row.remoteId, row]));
}

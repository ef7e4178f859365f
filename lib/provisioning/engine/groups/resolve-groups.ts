import { db } from '@/lib/db/client';
import type { GroupLink, Operation } from '@/lib/db/generated/client';
import type { Changes } from '@/lib/events/schema';
import type { Connection } from '../../connection';
import { blameOf } from '../../internal/blame';
import { judge } from '../../internal/verdict';
import type { DesiredMembership } from '../../plan/desired-group';
import { type TargetValues, targetsOf } from '../../plan/values';
import type { Outcome, ToLookUp } from '../adapter';
import { closeInterrupted } from '../close-interrupted';
import { listOpenOperations } from '../intents';
import { findGroup, noGroup } from './find-group';
import { groupEvent } from './group-events';
import { groupKind } from './group-kind';
import { failedGroup, unchanged } from './group-outcomes';
import type { FoundGroup, GroupWork, Members, ResolvedGroup, SettledGroup } from './group-work';

/** Tells those that are linked and were seen; the others are asked for. */
export async function sortGroups(
  _connection: Connection,
  works: readonly GroupWork[],
): Promise<{ told: ResolvedGroup[]; toLookUp: ToLookUp<GroupWork>[] }> {
  const linkIds = works.map(({ link }) => link.id);
  const [open, members] = await Promise.all([listOpenOperations(groupKind, linkIds), listMembers(linkIds)]);
  const isLeft = ({ membership }: GroupWork) => membership.desired.kind === 'released';
  const isKnown = ({ link }: GroupWork) =>
    !open.has(link.id) && link.state !== 'released' && link.lastSent !== null && link.remoteId !== null;
  return {
    told: works.flatMap((work) => {
      if (isLeft(work)) return [{ ...work, found: { ...fromLink(work.link, new Set()), linked: noGroup.linked } }];
      return isKnown(work) ? [{ ...work, found: fromLink(work.link, members.get(work.link.id) ?? new Set()) }] : [];
    }),
    toLookUp: works.flatMap((work) =>
      isLeft(work) || isKnown(work) ? [] : [{ ...work, open: open.get(work.link.id) ?? [] }],
    ),
  };
}

function fromLink({ lastSent, remoteId, takenOver, foreignMembers }: GroupLink, members: Set<string>): FoundGroup {
  const linked = { kind: 'group' as const, sent: lastSent as TargetValues | null, current: null, members };
  return { linked, remoteId, takenOver, foreignMembers };
}

async function listMembers(linkIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await db.groupLinkMember.findMany({
    where: { groupLinkId: { in: [...linkIds] } },
    select: { groupLinkId: true, remoteId: true },
  });
  const members = new Map<string, Set<string>>();
  for (const { groupLinkId, remoteId } of rows) {
    const known = members.get(groupLinkId);
    if (known) known.add(remoteId);
    else members.set(groupLinkId, new Set([remoteId]));
  }
  return members;
}

/** Asks for one group, and closes what an interruption left open. */
export async function lookUpGroup(
  connection: Connection,
  { open, ...work }: ToLookUp<GroupWork>,
): Promise<{ resolved: ResolvedGroup } | Outcome<SettledGroup>> {
  const { link, membership } = work;
  const { desired } = membership;
  const wanted = desired.kind === 'present' ? desired.members : new Set<string>();
  const put = (await listMembers([link.id])).get(link.id) ?? new Set();
  // Whoever was to be put there by an attempt that nobody answered may be there, and is ours then.
  const maybePut = new Set(open.flatMap(({ memberIds }) => memberIds ?? []));
  const now = desired.kind === 'present' ? desired.create : ((link.lastSent as TargetValues | null) ?? {});
  // It may have been created under the name of then, whatever it is called by now.
  const attempted = open.find((operation) => operation.action === 'create');
  const values = attempted ? [targetsOf(attempted.changes as Changes), now] : [now];
  const isOurs = (id: string) => wanted.has(id) || put.has(id) || maybePut.has(id);
  const search = await findGroup(connection, link, { values, isOurs, attempted: attempted !== undefined });
  if (!search.ok) {
    const verdict = blameOf(connection.application.id).consider(judge(search.failure, 'update'), link.id);
    return { settled: failedGroup(connection, work, { failure: search.failure, verdict }), verdict };
  }
  const there = search.found.linked.kind === 'group' ? search.found.linked.members : new Set<string>();
  const found = {
    ...search.found,
    members: {
      added: await accountsOf(link.applicationId, [...there], membership),
      removed: [...put].filter((id) => !there.has(id)),
    },
  };
  if (open.length > 0) await close(connection, { ...work, found }, open);
  return { resolved: { ...work, found } };
}

/** Accounts by their ids over there, also of those who are not in the group any more. */
async function accountsOf(
  applicationId: string,
  remoteIds: readonly string[],
  { accounts }: DesiredMembership,
): Promise<Members['added']> {
  const left = remoteIds.filter((id) => !accounts.has(id));
  const links = await db.userLink.findMany({
    where: { applicationId, remoteId: { in: left } },
    select: { id: true, remoteId: true },
  });
  return [
    ...remoteIds.flatMap((id) => accounts.get(id) ?? []),
    ...links.flatMap(({ id, remoteId }) => (remoteId ? { userLinkId: id, remoteId } : [])),
  ];
}

/** An intent whose answer nobody saw was carried out when the group is there with what was to be sent. */
async function close(connection: Connection, work: ResolvedGroup, open: readonly Operation[]): Promise<void> {
  const { link, membership, found } = work;
  const there = found.linked.kind === 'group';
  const done = open.filter(({ action }) => (action === 'delete' ? !there : action === 'create' && there));
  await closeInterrupted(groupKind, {
    settled: {
      ...unchanged(link),
      lastError: link.lastError as { code: string; message: string } | null,
      attempts: link.attempts,
      remoteId: there ? found.remoteId : link.remoteId,
      ...(there ? { members: found.members } : {}),
    },
    open,
    done: new Set(done.map(({ id }) => id)),
    eventOf: (operation) => groupEvent(connection, membership, operation),
  });
}

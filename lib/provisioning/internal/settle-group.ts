import { now } from '@/lib/core/clock';
import { type Tx, transaction } from '@/lib/db/client';
import type { GroupLink, LinkState } from '@/lib/db/generated/client';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import type { DesiredMembership } from '../desired-group';
import type { TargetValues } from '../values';
import { leaseMinutes } from './claim';
import type { FoundGroup } from './find-group';
import type { PushResult } from './push-members';
import { jsonOrNull, type SettledOperation, writeOperations } from './settle-users';

type Found = Extract<FoundGroup, { ok: true }>;

/** What is now known of one group's link. */
interface SettledGroup {
  state: LinkState;
  error: { code: string; message: string } | null;
  found?: Found;
  sent?: TargetValues | null;
  membership?: DesiredMembership;
  push?: PushResult;
  changed?: boolean;
  forget?: boolean;
  nextInMs?: number | null;
  attempts?: number;
  operation?: SettledOperation;
  event?: EventDraft;
}

/**
 * Writes what happened to one group in one transaction: link, members, operation, event. Nothing, when another worker has
 * taken over the lease: that one looks up what became of the intent.
 */
export async function settleGroup(link: GroupLink, settled: SettledGroup): Promise<void> {
  const { found, push, membership } = settled;
  await transaction(async (tx) => {
    const next =
      settled.nextInMs === undefined || settled.nextInMs === null ? null : new Date(Date.now() + settled.nextInMs);
    if (!(await holdsGroup(tx, link))) return;
    const fresh = await tx.groupLink.findUnique({ where: { id: link.id }, select: { dueAt: true } });
    await tx.groupLink.update({
      where: { id: link.id },
      data: {
        state: settled.state,
        lastError: jsonOrNull(settled.error),
        ...(found
          ? { remoteId: found.remoteId, takenOver: found.takenOver, foreignMembers: found.foreignMembers }
          : {}),
        ...(settled.sent === undefined ? {} : { lastSent: jsonOrNull(settled.sent) }),
        ...(settled.forget ? { remoteId: null, lastSent: jsonOrNull(null) } : {}),
        ...(settled.changed ? { lastChangeAt: now() } : {}),
        // A mark set meanwhile stays.
        ...(fresh?.dueAt?.getTime() === link.dueAt?.getTime() ? { dueAt: next } : {}),
        attempts: settled.attempts ?? 0,
        leaseToken: null,
        leaseUntil: null,
      },
    });
    if (settled.forget || settled.state === 'deleted')
      await tx.groupLinkMember.deleteMany({ where: { groupLinkId: link.id } });
    else if (membership) await writeMembers(tx, link, membership, found, push);
    if (settled.operation) await writeOperations(tx, [settled.operation]);
    if (settled.event) await recordEvents(tx, [settled.event]);
  });
}

/** Remembers the members that are there by us: those that were found there, plus added, minus removed. */
async function writeMembers(
  tx: Tx,
  link: GroupLink,
  membership: DesiredMembership,
  found: Found | undefined,
  push: PushResult | undefined,
) {
  const there = found?.linked.kind === 'group' ? [...found.linked.members] : [];
  const members = [...there, ...(push?.added ?? [])].flatMap((remoteId) => membership.accounts.get(remoteId) ?? []);
  await tx.groupLinkMember.createMany({
    data: members.map(({ userLinkId, remoteId }) => ({ groupLinkId: link.id, userLinkId, remoteId })),
    skipDuplicates: true,
  });
  await tx.groupLinkMember.deleteMany({ where: { groupLinkId: link.id, remoteId: { in: push?.removed ?? [] } } });
}

/** Whether a group link is still leased as it was claimed; locks it until the transaction ends, and prolongs the lease. */
export async function holdsGroup(tx: Tx, link: Pick<GroupLink, 'id' | 'leaseToken'>): Promise<boolean> {
  if (!link.leaseToken) return false;
  const held = await tx.groupLink.updateMany({
    where: { id: link.id, leaseToken: link.leaseToken },
    data: { leaseUntil: new Date(Date.now() + leaseMinutes * 60_000) },
  });
  return held.count > 0;
}

import { db } from '@/lib/db/client';
import type { GroupLink } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../connection';
import type { LinkedGroup } from '../plan-group';
import type { TargetValues } from '../values';
import { groupValues, matchGroup } from './match-groups';
import { memberIds } from './member-ids';

export type FoundGroup =
  | { ok: true; linked: LinkedGroup; remoteId: string | null; takenOver: boolean; foreignMembers: number }
  | { ok: false; failure: ScimFailure };

/**
 * The group over there: the one that is linked, or one that the matching attributes find, which is then taken over with the
 * members it has. @param values what it would be created with @param wanted remote ids of our accounts that are to be members
 */
export async function findGroup(
  connection: Connection,
  link: GroupLink,
  values: TargetValues,
  wanted: ReadonlySet<string>,
  reread: boolean,
): Promise<FoundGroup> {
  if (link.remoteId && !reread) {
    const members = await db.groupLinkMember.findMany({ where: { groupLinkId: link.id }, select: { remoteId: true } });
    const linked: LinkedGroup = {
      kind: 'group',
      sent: link.lastSent as TargetValues | null,
      current: null,
      members: new Set(members.map((member) => member.remoteId)),
    };
    return {
      ok: true,
      linked,
      remoteId: link.remoteId,
      takenOver: link.takenOver,
      foreignMembers: link.foreignMembers,
    };
  }
  const match = link.remoteId ? undefined : await matchGroup(connection, values);
  if (match?.kind === 'failed') return { ok: false, failure: match.failure };
  if (match?.kind === 'ambiguous') {
    return { ok: true, linked: match, remoteId: null, takenOver: false, foreignMembers: 0 };
  }
  const remoteId = link.remoteId ?? (match?.kind === 'group' ? match.remoteId : null);
  if (!remoteId) return none;
  const owner = await db.groupLink.findFirst({
    where: { applicationId: link.applicationId, remoteId, id: { not: link.id } },
    include: { group: true },
  });
  if (owner) {
    const reason = {
      code: 'DuplicateSourceEntries',
      message: `The group that matches is linked to ${owner.group.name}.`,
    };
    return { ok: true, linked: { kind: 'ambiguous', reason }, remoteId: null, takenOver: false, foreignMembers: 0 };
  }
  const read = await connection.client.getGroup(remoteId);
  if (!read.ok) return read.failure.kind === 'not_found' ? none : read;
  const there = memberIds(read.value);
  const ours = new Set(there.filter((id) => wanted.has(id)));
  const linked: LinkedGroup = {
    kind: 'group',
    sent: null,
    current: groupValues(connection, read.value),
    members: ours,
  };
  return {
    ok: true,
    linked,
    remoteId,
    takenOver: link.takenOver || !link.remoteId,
    foreignMembers: there.length - ours.size,
  };
}

const none: FoundGroup = { ok: true, linked: { kind: 'none' }, remoteId: null, takenOver: false, foreignMembers: 0 };

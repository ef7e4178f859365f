import { db } from '@/lib/db/client';
import type { GroupLink } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import type { Connection } from '../connection';
import type { LinkedGroup } from '../plan-group';
import type { TargetValues } from '../values';
import { memberIds } from './member-ids';

export type FoundGroup =
  | { ok: true; linked: LinkedGroup; remoteId: string | null; takenOver: boolean; foreignMembers: number }
  | { ok: false; failure: ScimFailure };

/**
 * The group over there: the one that is linked, or one with the same name, which is then taken over with the members it
 * has. @param wanted remote ids of our accounts that are to be members
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
  const name = String(values.displayName ?? '');
  const listed = link.remoteId ? null : await searchByName(connection, name);
  if (listed && !listed.ok) return listed;
  if (listed && listed.ids.length > 1) {
    const reason = {
      code: 'DuplicateTargetEntries',
      message: `${listed.ids.length} groups in the application are named ${name}.`,
    };
    return { ok: true, linked: { kind: 'ambiguous', reason }, remoteId: null, takenOver: false, foreignMembers: 0 };
  }
  const remoteId = link.remoteId ?? listed?.ids[0] ?? null;
  if (!remoteId) return none;
  const owner = await db.groupLink.findFirst({
    where: { applicationId: link.applicationId, remoteId, id: { not: link.id } },
    include: { group: true },
  });
  if (owner) {
    const reason = {
      code: 'DuplicateSourceEntries',
      message: `The group of that name is linked to ${owner.group.name}.`,
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
    current: { displayName: String(read.value.displayName ?? '') },
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

async function searchByName(
  connection: Connection,
  name: string,
): Promise<{ ok: true; ids: string[] } | { ok: false; failure: ScimFailure }> {
  if (!connection.capabilities.filter) {
    const known = await db.remoteGroup.findMany({ where: { applicationId: connection.application.id } });
    return { ok: true, ids: known.filter((group) => sameName(group.displayName, name)).map((group) => group.remoteId) };
  }
  const result = await connection.client.listGroups({ filter: eqFilter('displayName', name), count: 2 });
  if (!result.ok) return { ok: false, failure: result.failure };
  const found = result.value.resources.filter(
    (group) => sameName(String(group.displayName), name) && typeof group.id === 'string',
  );
  return { ok: true, ids: found.map((group) => String(group.id)) };
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

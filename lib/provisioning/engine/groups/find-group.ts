import { db } from '@/lib/db/client';
import type { GroupLink } from '@/lib/db/generated/client';
import type { ScimFailure } from '@/lib/scim/failure';
import type { Connection } from '../../connection';
import { memberIds } from '../../internal/member-ids';
import { findKeptGroups } from '../../kept-groups';
import { groupValues, keptGroup, takenGroup } from '../../plan/match-groups';
import { type FoundGroup, noGroup } from '../../plan/plan-group-links';
import type { SkipReason } from '../../plan/plan-user';
import type { TargetValues } from '../../plan/values';
import { tellsAll } from '../../told-members';
import { matchGroup } from './search-group';

export type GroupSearch = { ok: true; found: FoundGroup } | { ok: false; failure: ScimFailure };

interface Sought {
  /** What it would be found by, the likelier first: values that it may have been created with. */
  values: readonly TargetValues[];
  /** Whether an account, by its remote id, is one of ours that is to be a member, or that we put there or may have put there. */
  isOurs(remoteId: string): boolean;
  /** Of those, the ones that we put there: where the application does not tell all members, they are there. */
  put: ReadonlySet<string>;
  /** We tried to create it: what is found by those values is no group of somebody else. */
  attempted: boolean;
  /** The application has just said that there is a group of this name. */
  refused?: boolean;
}

/** What is asked of a link. */
type SoughtLink = Pick<GroupLink, 'applicationId' | 'groupId' | 'remoteId' | 'takenOver'> & { id: string | null };

/**
 * Asks for the group over there, without a write: the one that is linked, or one that the matching attributes find, which is then taken over with
 * the members it has.
 */
export async function findGroup(
  connection: Connection,
  link: SoughtLink,
  { values, isOurs, put, attempted, refused = false }: Sought,
): Promise<GroupSearch> {
  let remoteId = link.remoteId;
  for (const sought of remoteId ? [] : values) {
    const match = await matchGroup(connection, { groupId: link.groupId, values: sought, lost: attempted, refused });
    if (match.kind === 'failed') return { ok: false, failure: match.failure };
    if (match.kind === 'ambiguous') return ambiguous(match.reason);
    if (match.kind === 'group') {
      remoteId = match.remoteId;
      break;
    }
  }
  if (!remoteId) return { ok: true, found: noGroup };
  const owner = await db.groupLink.findFirst({
    where: { applicationId: link.applicationId, remoteId, ...(link.id && { id: { not: link.id } }) },
    include: { group: true },
  });
  if (owner) return ambiguous(takenGroup(`linked to ${owner.group.name}`));
  if ((await findKeptGroups(db, link.applicationId, [remoteId])).size > 0) return ambiguous(keptGroup);
  const read = await connection.client.getGroup(remoteId);
  if (!read.ok) return read.failure.kind === 'not_found' ? { ok: true, found: noGroup } : read;
  const shown = memberIds(read.value);
  const { memberReads, membersShown } = connection.capabilities;
  const isTold = tellsAll({ memberReads, membersShown }, shown.length, put.size);
  const there = isTold ? shown : [...new Set([...shown, ...put])];
  const ours = new Set(there.filter(isOurs));
  const foreign = new Set(there.filter((id) => !ours.has(id)));
  const current = groupValues(connection, read.value);
  const isTakenOver = !(link.remoteId || attempted);
  const foreignMembers = memberReads === 'nowhere' ? null : foreign.size;
  const candidate = { remoteId, name: String(read.value.displayName ?? ''), foreignMembers };
  return {
    ok: true,
    found: {
      linked: { kind: 'group', sent: null, current, members: ours, foreign, ...(isTakenOver && { candidate }) },
      remoteId,
      takenOver: link.takenOver || isTakenOver,
      foreignMembers: foreign.size,
    },
  };
}

function ambiguous(reason: SkipReason): GroupSearch {
  return { ok: true, found: { ...noGroup, linked: { kind: 'ambiguous', reason } } };
}

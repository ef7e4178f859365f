import type { LinkStateName } from '@/lib/core/states';
import { db } from '@/lib/db/client';
import type { GroupCandidate } from '../plan/plan-user';
import type { LinkError } from './links';

/** A user group as it stands in the application. */
export interface GroupLinkRow {
  groupId: string;
  name: string;
  linkId: string;
  state: LinkStateName;
  /** Members that Latchkey put there. */
  members: number;
  /** Members over there that Latchkey does not manage, and leaves alone. */
  foreignMembers: number;
  takenOver: boolean;
  /** The group over there; null: none is linked. The name is as last read. */
  remote: { remoteId: string; name: string | null } | null;
  /** Somebody has unlinked it: it is left alone. */
  unlinked: boolean;
  /** A group of its name that is taken over once somebody says so. */
  candidate: GroupCandidate | null;
  lastError: LinkError | null;
  lastChangeAt: Date | null;
}

const most = 500;

/** Groups that are, or were, managed in one application, by name; 500 at most. @param groupIds these alone */
export async function listGroupLinks(applicationId: string, groupIds?: readonly string[]): Promise<GroupLinkRow[]> {
  const rows = await db.groupLink.findMany({
    where: { applicationId, state: { not: 'deleted' }, ...(groupIds && { groupId: { in: [...groupIds] } }) },
    include: { group: { select: { name: true } }, counts: true },
    orderBy: [{ group: { name: 'asc' } }, { id: 'asc' }],
    take: most,
  });
  const remoteIds = rows.flatMap(({ remoteId }) => remoteId ?? []);
  const there = await db.remoteGroup.findMany({
    where: { applicationId, remoteId: { in: remoteIds } },
    select: { remoteId: true, displayName: true },
  });
  const nameOf = new Map(there.map(({ remoteId, displayName }) => [remoteId, displayName]));
  return rows.map((row) => ({
    groupId: row.groupId,
    name: row.group.name,
    linkId: row.id,
    state: row.state,
    members: row.counts?.members ?? 0,
    foreignMembers: row.foreignMembers,
    takenOver: row.takenOver,
    remote: row.remoteId === null ? null : { remoteId: row.remoteId, name: nameOf.get(row.remoteId) ?? null },
    unlinked: row.unlinked,
    candidate: (row.lastError as { candidate?: GroupCandidate } | null)?.candidate ?? null,
    lastError: row.lastError as unknown as LinkError | null,
    lastChangeAt: row.lastChangeAt,
  }));
}

/** Members over there whom nobody here has put there, in groups that are managed, and in how many of these there are any. */
export async function countForeignMembers(applicationId: string): Promise<{ members: number; groups: number }> {
  const where = { applicationId, state: 'provisioned' as const, foreignMembers: { gt: 0 } };
  const { _sum, _count } = await db.groupLink.aggregate({ where, _sum: { foreignMembers: true }, _count: true });
  return { members: _sum.foreignMembers ?? 0, groups: _count };
}

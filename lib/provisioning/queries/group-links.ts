import type { LinkStateName } from '@/lib/core/states';
import { db } from '@/lib/db/client';
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
  lastError: LinkError | null;
  lastChangeAt: Date | null;
}

const most = 500;

/** Groups that are, or were, managed in one application, by name; 500 at most. */
export async function listGroupLinks(applicationId: string): Promise<GroupLinkRow[]> {
  const rows = await db.groupLink.findMany({
    where: { applicationId, state: { not: 'deleted' } },
    include: { group: { select: { name: true } }, counts: true },
    orderBy: [{ group: { name: 'asc' } }, { id: 'asc' }],
    take: most,
  });
  return rows.map((row) => ({
    groupId: row.groupId,
    name: row.group.name,
    linkId: row.id,
    state: row.state,
    members: row.counts?.members ?? 0,
    foreignMembers: row.foreignMembers,
    takenOver: row.takenOver,
    lastError: row.lastError as unknown as LinkError | null,
    lastChangeAt: row.lastChangeAt,
  }));
}

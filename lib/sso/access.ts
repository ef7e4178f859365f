import { listGrants } from '@/lib/applications/scope';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';

export type Access =
  | { granted: true; user: User; applicationUsername: string | null }
  | { granted: false; reason: 'unknown_person' | 'suspended' | 'not_associated' };

/**
 * Whether a person may sign in to an application at this moment: active, and granted by an associated group (nested
 * members count) or by direct assignment. Everybody else is denied, without anybody having to say so.
 */
export async function decideAccess(tx: Tx, userId: string, applicationId: string): Promise<Access> {
  const user = await tx.user.findFirst({
    where: { id: userId, deletedAt: null },
    include: { assignments: { where: { applicationId }, select: { applicationUsername: true } } },
  });
  if (!user) return { granted: false, reason: 'unknown_person' };
  if (user.status !== 'active') return { granted: false, reason: 'suspended' };
  const grants = await listGrants(tx, userId, applicationId);
  if (!grants.direct && grants.groups.length === 0) return { granted: false, reason: 'not_associated' };
  return { granted: true, user, applicationUsername: user.assignments[0]?.applicationUsername ?? null };
}

import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { userTarget } from './user-target';

/** Ends the sessions of a person in a transaction that changes the person. @param keep id of a session that stays */
export async function endSessions(tx: Tx, userId: string, keep?: string): Promise<number> {
  const { count } = await tx.session.updateMany({
    where: { userId, revokedAt: null, ...(keep ? { id: { not: keep } } : {}) },
    data: { revokedAt: new Date() },
  });
  return count;
}

/**
 * Revokes one session, of oneself or (administrators) of somebody else; who may is the caller's to check.
 * Revoking twice is harmless. @throws AppError `not_found`
 */
export async function revokeSession(actor: Actor, input: { sessionId: string; userId?: string }): Promise<void> {
  const session = await db.session.findUnique({ where: { id: input.sessionId }, include: { user: true } });
  if (!session || (input.userId && session.userId !== input.userId)) {
    throw new AppError('not_found', 'This session does not exist any more.');
  }
  if (session.revokedAt) return;
  await attempt({ name: 'session_end', actor, target: userTarget(session.user) }, async (tx) => {
    await tx.session.updateMany({ where: { id: session.id, revokedAt: null }, data: { revokedAt: new Date() } });
  });
}

/** Revokes every session of a person, but for `keep`. @returns how many ended */
export async function revokeAllSessions(actor: Actor, input: { userId: string; keep?: string }): Promise<number> {
  return attempt({ name: 'session_end', actor }, async (tx, draft) => {
    const user = await tx.user.findUnique({ where: { id: input.userId } });
    if (!user) throw new AppError('not_found', 'This person is not in the directory any more.');
    draft.target = userTarget(user);
    const count = await endSessions(tx, user.id, input.keep);
    draft.message = `${count} sessions ended.`;
    return count;
  });
}

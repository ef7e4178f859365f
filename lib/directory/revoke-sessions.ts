import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import { declareCommand, defineCommand } from '@/lib/events/command';
import { attempt } from '@/lib/events/record';
import { revokeAllSessionsSchema, revokeSessionSchema } from './schema';
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
export const revokeSession = declareCommand(
  { id: 'revokeSession', permission: 'users.write', input: revokeSessionSchema, event: 'session_end' },
  async (actor, input) => {
    const session = await db.session.findUnique({ where: { id: input.sessionId }, include: { user: true } });
    if (!session || (input.userId && session.userId !== input.userId)) {
      throw new AppError('not_found', 'This session does not exist any more.');
    }
    if (session.revokedAt) return session.user;
    await attempt({ name: 'session_end', actor, target: userTarget(session.user) }, async (tx) => {
      await tx.session.updateMany({ where: { id: session.id, revokedAt: null }, data: { revokedAt: new Date() } });
    });
    return session.user;
  },
);

/** Revokes every session of a person, but for `keep`. @returns the person, and how many ended */
export const revokeAllSessions = defineCommand(
  { id: 'revokeAllSessions', permission: 'users.write', input: revokeAllSessionsSchema, event: 'session_end' },
  async (tx, draft, input) => {
    const user = await tx.user.findUnique({ where: { id: input.userId } });
    if (!user) throw new AppError('not_found', 'This person is not in the directory any more.');
    draft.target = userTarget(user);
    const count = await endSessions(tx, user.id, input.keep);
    draft.message = `${count} sessions ended.`;
    return { ...user, changed: count };
  },
);

import { AppError } from '@/lib/core/errors';
import { hashPassword, verifyPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { lockUser, userTarget } from './internal/users';
import { assertAcceptablePassword } from './password-policy';
import { endSessions } from './revoke-sessions';
import { startSession } from './start-session';

/**
 * A person changes the own password. This browser goes on with a new session, every other one of theirs ends.
 * @returns the new session's id, for the browser's cookie
 * @throws AppError `invalid_input` at currentPassword or newPassword
 */
export async function changePassword(
  actor: Actor,
  input: { userId: string; currentPassword: string; newPassword: string; sessionId: string },
): Promise<{ sessionId: string }> {
  const user = await db.user.findUniqueOrThrow({ where: { id: input.userId } });
  const right = user.passwordHash !== null && (await verifyPassword(user.passwordHash, input.currentPassword));
  if (right) {
    if (input.newPassword === input.currentPassword) {
      throw new AppError('invalid_input', 'This is your present password.', { field: 'newPassword' });
    }
    await assertAcceptablePassword(input.newPassword, user, 'newPassword');
  }
  const passwordHash = right ? await hashPassword(input.newPassword) : null;
  return attempt(
    { name: 'user_update', actor, target: userTarget(user), message: 'The password was changed.' },
    async (tx) => {
      const present = await lockUser(tx, user.id);
      if (!passwordHash || present.passwordHash !== user.passwordHash) {
        throw new AppError('invalid_input', 'This is not your present password.', { field: 'currentPassword' });
      }
      await tx.user.update({ where: { id: user.id }, data: { passwordHash, mustChangePassword: false } });
      const here = await tx.session.findUnique({ where: { id: input.sessionId }, select: { userAgent: true } });
      const sessionId = await startSession(tx, {
        user,
        clientAddress: actor.clientAddress,
        userAgent: here?.userAgent ?? null,
        replaces: input.sessionId,
      });
      await endSessions(tx, user.id, sessionId);
      return { sessionId };
    },
  );
}

import { AppError } from '@/lib/core/errors';
import { hashPassword, verifyPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { userTarget } from './internal/users';
import { endSessions } from './revoke-sessions';

/**
 * A person changes the own password; every other session of theirs ends.
 * @throws AppError `invalid_input` at currentPassword
 */
export async function changePassword(
  actor: Actor,
  input: { userId: string; currentPassword: string; newPassword: string; sessionId: string },
): Promise<void> {
  const user = await db.user.findUniqueOrThrow({ where: { id: input.userId } });
  const passwordHash = await hashPassword(input.newPassword);
  const right = user.passwordHash !== null && (await verifyPassword(user.passwordHash, input.currentPassword));
  await attempt(
    { name: 'user_update', actor, target: userTarget(user), message: 'The password was changed.' },
    async (tx) => {
      if (!right) {
        throw new AppError('invalid_input', 'This is not your present password.', { field: 'currentPassword' });
      }
      await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
      await endSessions(tx, user.id, input.sessionId);
    },
  );
}

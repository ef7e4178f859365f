import { AppError } from '@/lib/core/errors';
import { hashPassword } from '@/lib/crypto/password';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import { attemptAfter } from '@/lib/events/record';
import { checkPassword } from './check-password';
import { lockUser } from './internal/users';
import { knownBrowserOf, rememberBrowser } from './known-browser';
import { assertAcceptablePassword } from './password-policy';
import { endSessions } from './revoke-sessions';
import { startSession } from './start-session';
import { userTarget } from './user-target';

/**
 * A person changes the own password. This browser goes on with a new session, every other one of theirs ends. Wrong
 * present ones count like wrong ones at the sign-in. @param input `browserCookie`: as of {@link checkPassword}
 * @returns for the browser: the new session's id, and the cookie by which it stays one that signed in before
 * @throws AppError `invalid_input` at currentPassword or newPassword, `rate_limited`
 */
export async function changePassword(
  actor: Actor,
  input: {
    userId: string;
    currentPassword: string;
    newPassword: string;
    sessionId: string;
    browserCookie?: string | undefined;
  },
): Promise<{ sessionId: string; browserCookie: string }> {
  const { browserCookie } = input;
  const user = await db.user.findUniqueOrThrow({ where: { id: input.userId } });
  const wrong = () => new AppError('invalid_input', 'This is not your present password.', { field: 'currentPassword' });
  return attemptAfter(
    { name: 'user_update', actor, target: userTarget(user), message: 'The password was changed.' },
    async () => {
      const given = { password: input.currentPassword, clientAddress: actor.clientAddress, browserCookie };
      if (!(await checkPassword({ id: user.id, passwordHash: user.passwordHash }, given))) throw wrong();
      if (input.newPassword === input.currentPassword) {
        throw new AppError('invalid_input', 'This is your present password.', { field: 'newPassword' });
      }
      await assertAcceptablePassword(input.newPassword, user, 'newPassword');
      return hashPassword(input.newPassword);
    },
    async (tx, _draft, passwordHash) => {
      const present = await lockUser(tx, user.id);
      if (present.passwordHash !== user.passwordHash) throw wrong();
      await tx.user.update({ where: { id: user.id }, data: { passwordHash, mustChangePassword: false } });
      const here = await tx.session.findUnique({ where: { id: input.sessionId }, select: { userAgent: true } });
      const sessionId = await startSession(tx, {
        user,
        clientAddress: actor.clientAddress,
        userAgent: here?.userAgent ?? null,
        replaces: input.sessionId,
      });
      await endSessions(tx, user.id, sessionId);
      const known = knownBrowserOf(browserCookie, user);
      return { sessionId, browserCookie: rememberBrowser(browserCookie, { id: user.id, passwordHash }, known) };
    },
  );
}

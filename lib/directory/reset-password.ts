import { AppError } from '@/lib/core/errors';
import { hashPassword } from '@/lib/crypto/password';
import { randomToken } from '@/lib/crypto/tokens';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { forgetSubject } from '@/lib/throttle/forget';
import { subjectOf } from './check-password';
import { assertLive, lockUser } from './internal/users';
import { type IssuedLink, makeActivationLink } from './issue-activation-link';
import { endSessions } from './revoke-sessions';
import { userTarget } from './user-target';

/**
 * Takes a password away at once, and hands out the one-time link by which the person chooses another: every session ends,
 * every browser is a stranger again, wrong passwords are forgotten.
 * @throws AppError `not_found`, `conflict` (deleted), `not_active` (suspended)
 */
export async function resetPassword(actor: Actor, input: { id: string }): Promise<IssuedLink> {
  // One that nobody knows. Without any, an administrator would no longer count as one who can sign in.
  const passwordHash = await hashPassword(randomToken());
  return attempt({ name: 'user_update', actor }, async (tx, draft) => {
    const user = await lockUser(tx, input.id);
    draft.target = userTarget(user);
    assertLive(user);
    if (user.status === 'suspended') {
      throw new AppError('not_active', `${user.displayName} is suspended.`, { hint: 'Reactivate the person first.' });
    }
    if (user.passwordHash) await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
    const count = await endSessions(tx, user.id);
    draft.message = `The password was reset; sessions that ended: ${count}.`;
    await forgetSubject(tx, subjectOf(user.id), { withSources: true });
    return makeActivationLink(tx, user, { mail: false });
  });
}

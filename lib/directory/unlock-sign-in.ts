import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { forgetSubject } from '@/lib/throttle/forget';
import { subjectOf } from './check-password';
import { assertLive, lockUser } from './internal/users';
import { userIdSchema } from './schema';
import { findSignInHold } from './sign-in-hold';
import { userTarget } from './user-target';

/**
 * Forgets the wrong passwords that hold up a person's sign-in, and what else the addresses did that they came from. Takes
 * effect within a second in every process; harmless when nothing is held up.
 * @throws AppError `not_found`, `conflict` (deleted), `not_active` (suspended)
 */
export const unlockSignIn = defineCommand(
  { id: 'unlockSignIn', permission: 'users.write', input: userIdSchema, event: 'user_unlock' },
  async (tx, draft, input) => {
    const user = await lockUser(tx, input.id);
    draft.target = userTarget(user);
    assertLive(user);
    if (user.status === 'suspended') {
      throw new AppError('not_active', `${user.displayName} is suspended.`, { hint: 'Reactivate the person first.' });
    }
    const hold = await findSignInHold(user.id, tx);
    draft.message = hold ? `${hold.attempts} wrong passwords were forgotten.` : 'Nothing was held up.';
    await forgetSubject(tx, subjectOf(user.id), { withSources: true });
    return user;
  },
);

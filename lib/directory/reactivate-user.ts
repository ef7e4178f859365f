import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { forgetSubject } from '@/lib/throttle/forget';
import { subjectOf } from './check-password';
import { announceChange } from './internal/announce';
import { assertLive, lockUser } from './internal/users';
import { userIdSchema } from './schema';
import { userTarget } from './user-target';

/**
 * Makes a suspended person active again; wrong passwords of before are forgotten.
 * @throws AppError `already_active`, `conflict` (deleted), `not_found`
 */
export const reactivateUser = defineCommand(
  { id: 'reactivateUser', permission: 'users.write', input: userIdSchema, event: 'user_reactivate' },
  async (tx, draft, input) => {
    const before = await lockUser(tx, input.id);
    draft.target = userTarget(before);
    assertLive(before);
    if (before.status === 'active') throw new AppError('already_active', `${before.displayName} is already active.`);
    const user = await tx.user.update({
      where: { id: before.id },
      data: { status: 'active', version: { increment: 1 } },
    });
    await forgetSubject(tx, subjectOf(user.id));
    draft.changes = { status: { from: 'suspended', to: 'active' } };
    await announceChange(tx, { userIds: [user.id] });
    return user;
  },
);

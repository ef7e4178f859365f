import { AppError } from '@/lib/core/errors';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { forgetSubject } from '@/lib/throttle/forget';
import { subjectOf } from './check-password';
import { announceChange } from './internal/announce';
import { assertLive, lockUser } from './internal/users';
import { userTarget } from './user-target';

/**
 * Makes a suspended person active again; wrong passwords of before are forgotten.
 * @throws AppError `already_active`, `conflict` (deleted), `not_found`
 */
export async function reactivateUser(actor: Actor, input: { id: string }): Promise<User> {
  return attempt({ name: 'user_reactivate', actor }, async (tx, draft) => {
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
  });
}

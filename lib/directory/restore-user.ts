import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { Prisma, type User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { announceChange } from './internal/announce';
import { lockUser, userTarget } from './internal/users';

/**
 * Brings a deleted person back, with memberships and role as they were. A restored administrator has no session.
 * @throws AppError `conflict` when somebody has the username or e-mail address by now, or the person is not deleted;
 * `not_found` when the person was deleted permanently
 */
export async function restoreUser(actor: Actor, input: { id: string }): Promise<User> {
  return attempt({ name: 'user_restore', actor }, async (tx, draft) => {
    const before = await lockUser(tx, input.id);
    draft.target = userTarget(before);
    if (!before.deletedAt) throw new AppError('conflict', `${before.displayName} is not deleted.`);
    await assertFree(tx, before);
    const user = await tx.user
      .update({ where: { id: before.id }, data: { deletedAt: null, version: { increment: 1 } } })
      .catch((error: unknown) => {
        // Taken in the very moment between the question and the answer.
        const taken = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
        throw taken ? takenBy(before, 'somebody else') : error;
      });
    await announceChange(tx, { userIds: [user.id] });
    return user;
  });
}

async function assertFree(tx: Tx, user: User): Promise<void> {
  const [holder] = await tx.$queryRaw<{ displayName: string; username: string }[]>`
    SELECT display_name AS "displayName", username FROM users
    WHERE deleted_at IS NULL AND (lower(username) = lower(${user.username}) OR lower(email) = lower(${user.email}))
    LIMIT 1`;
  if (holder) throw takenBy(user, `${holder.displayName} (${holder.username})`);
}

function takenBy(user: User, holder: string): AppError {
  return new AppError(
    'conflict',
    `${user.displayName} cannot be restored: ${holder} now has the username “${user.username}” or the address ${user.email}.`,
    { hint: 'Give the other person another username and e-mail address, then restore.' },
  );
}

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { announceChange } from './internal/announce';
import { lockUser } from './internal/users';
import { userIdSchema } from './schema';
import { describeHolder, findHolders, isNameTaken } from './taken-names';
import { userTarget } from './user-target';

/**
 * Brings a deleted person back, with memberships and role as they were. A restored administrator has no session.
 * @throws AppError `conflict` when somebody has the username or e-mail address by now, or the person is not deleted;
 * `not_found` when the person was deleted permanently
 */
export const restoreUser = defineCommand(
  { id: 'restoreUser', permission: 'users.write', input: userIdSchema, event: 'user_restore' },
  (tx, draft, input) => restore(tx, draft, input.id),
);

/** {@link restoreUser} in the caller's transaction. */
export async function restore(tx: Tx, draft: EventDraft, id: string): Promise<User> {
  const before = await lockUser(tx, id);
  draft.target = userTarget(before);
  if (!before.deletedAt) throw new AppError('conflict', `${before.displayName} is not deleted.`);
  await assertFree(tx, before);
  const user = await tx.user
    .update({ where: { id: before.id }, data: { deletedAt: null, version: { increment: 1 } } })
    .catch((error: unknown) => {
      // Taken in the very moment between the question and the answer.
      throw isNameTaken(error) ? notRestored(before, 'Somebody else got the username or the e-mail address.') : error;
    });
  await announceChange(tx, { userIds: [user.id] });
  return user;
}

async function assertFree(tx: Tx, user: User): Promise<void> {
  const [taken] = await findHolders(tx, user);
  if (taken) throw notRestored(user, describeHolder(taken[1], user[taken[0]]));
}

function notRestored(user: User, why: string): AppError {
  return new AppError('conflict', `${user.displayName} (${user.username}) cannot be restored: ${why}`, {
    hint: 'Give the other person another username or e-mail address, then restore.',
  });
}

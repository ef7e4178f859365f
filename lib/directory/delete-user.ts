import { now } from '@/lib/core/clock';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { announceChange } from './internal/announce';
import { assertLive, assertNotLastAdministrator, lockUser } from './internal/users';
import { endSessions } from './revoke-sessions';
import { userTarget } from './user-target';

/**
 * Deletes a person softly: signed out, out of every group's effect, deactivated in every application, restorable for
 * 30 days. Memberships are kept for that. The username and e-mail address are free at once.
 * @throws AppError `last_administrator`, `conflict` (already deleted), `not_found`
 */
export async function deleteUser(actor: Actor, input: { id: string }): Promise<User> {
  return attempt({ name: 'user_delete', actor }, async (tx, draft) => {
    await assertNotLastAdministrator(tx, input.id, 'deleted');
    const before = await lockUser(tx, input.id);
    draft.target = userTarget(before);
    assertLive(before);
    const user = await tx.user.update({
      where: { id: before.id },
      data: { deletedAt: now(), version: { increment: 1 } },
    });
    await endSessions(tx, user.id);
    await announceChange(tx, { userIds: [user.id] });
    return user;
  });
}

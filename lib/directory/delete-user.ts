import { now } from '@/lib/core/clock';
import { defineCommand } from '@/lib/events/command';
import { announceShutOut } from './internal/announce';
import { assertNotOfSource } from './internal/sources';
import { assertLive, assertNotLastAdministrator, lockUser } from './internal/users';
import { endSessions } from './revoke-sessions';
import { userIdSchema } from './schema';
import { userTarget } from './user-target';

/**
 * Deletes a person softly: signed out, out of every group's effect, deactivated in every application, restorable for
 * 30 days. Memberships are kept for that. The username and e-mail address are free at once.
 * @throws AppError `last_administrator`, `conflict` (already deleted), `owned_by_source`, `not_found`
 */
export const deleteUser = defineCommand(
  { id: 'deleteUser', permission: 'users.write', input: userIdSchema, event: 'user_delete' },
  async (tx, draft, input, actor) => {
    await assertNotLastAdministrator(tx, input.id, 'deleted');
    const before = await lockUser(tx, input.id);
    draft.target = userTarget(before);
    assertLive(before);
    await assertNotOfSource(tx, actor, before, before.displayName);
    const user = await tx.user.update({
      where: { id: before.id },
      data: { deletedAt: now(), version: { increment: 1 } },
    });
    await endSessions(tx, user.id);
    await announceShutOut(tx, user.id);
    return user;
  },
);

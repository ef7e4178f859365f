import { AppError } from '@/lib/core/errors';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { announceChange } from './internal/announce';
import { assertLive, assertNotLastAdministrator, lockUser } from './internal/users';
import { endSessions } from './revoke-sessions';
import { userTarget } from './user-target';

/**
 * Suspends a person: signed out everywhere at once, and deactivated in every application.
 * @throws AppError `last_administrator`, `not_active` (already suspended), `conflict` (deleted), `not_found`
 */
export async function suspendUser(actor: Actor, input: { id: string }): Promise<User> {
  return attempt({ name: 'user_suspend', actor }, async (tx, draft) => {
    await assertNotLastAdministrator(tx, input.id, 'suspended');
    const before = await lockUser(tx, input.id);
    draft.target = userTarget(before);
    assertLive(before);
    if (before.status === 'suspended') throw new AppError('not_active', `${before.displayName} is already suspended.`);
    const user = await tx.user.update({
      where: { id: before.id },
      data: { status: 'suspended', version: { increment: 1 } },
    });
    draft.changes = { status: { from: 'active', to: 'suspended' } };
    await endSessions(tx, user.id);
    await announceChange(tx, { userIds: [user.id] });
    return user;
  });
}

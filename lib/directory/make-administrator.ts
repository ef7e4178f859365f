import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { announceChange } from './internal/announce';
import { assertLive, lockUser } from './internal/users';
import { endSessions } from './revoke-sessions';
import { userTarget } from './user-target';

/**
 * Gives a person the administrator's role. Sessions that began with less end, so that nobody finds one of them open.
 * @throws AppError `not_found`, `conflict` (deleted, or an administrator already), `not_active` (suspended)
 */
export async function makeAdministrator(actor: Actor, input: { id: string }): Promise<void> {
  await attempt({ name: 'user_update', actor }, async (tx, draft) => {
    const user = await lockUser(tx, input.id);
    draft.target = userTarget(user);
    assertLive(user);
    if (user.status === 'suspended') {
      throw new AppError('not_active', `${user.displayName} is suspended.`, { hint: 'Reactivate the person first.' });
    }
    if (user.role === 'administrator') {
      throw new AppError('conflict', `${user.displayName} is an administrator already.`);
    }
    await tx.user.update({ where: { id: user.id }, data: { role: 'administrator', version: { increment: 1 } } });
    draft.changes = { role: { from: user.role, to: 'administrator' } };
    await endSessions(tx, user.id);
    await announceChange(tx, { userIds: [user.id] });
  });
}

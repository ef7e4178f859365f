import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { announceShutOut } from './internal/announce';
import { assertLive, assertNotLastAdministrator, lockUser } from './internal/users';
import { endSessions } from './revoke-sessions';
import { userIdSchema } from './schema';
import { userTarget } from './user-target';

/**
 * Suspends a person: signed out everywhere at once, and deactivated in every application.
 * @throws AppError `last_administrator`, `not_active` (already suspended), `conflict` (deleted), `not_found`
 */
export const suspendUser = defineCommand(
  { id: 'suspendUser', permission: 'users.write', input: userIdSchema, event: 'user_suspend' },
  (tx, draft, input) => suspend(tx, draft, input.id),
);

/** {@link suspendUser} in the caller's transaction, which holds nobody's row yet. */
export async function suspend(tx: Tx, draft: EventDraft, id: string): Promise<User> {
  await assertNotLastAdministrator(tx, id, 'suspended');
  const before = await lockUser(tx, id);
  draft.target = userTarget(before);
  assertLive(before);
  if (before.status === 'suspended') throw new AppError('not_active', `${before.displayName} is already suspended.`);
  const user = await tx.user.update({
    where: { id: before.id },
    data: { status: 'suspended', version: { increment: 1 } },
  });
  draft.changes = { status: { from: 'active', to: 'suspended' } };
  await endSessions(tx, user.id);
  await announceShutOut(tx, user.id);
  return user;
}

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { forgetSubject } from '@/lib/throttle/forget';
import { subjectOf } from './check-password';
import { announceChange } from './internal/announce';
import { assertNotOfSource } from './internal/sources';
import { assertLive, lockUser } from './internal/users';
import { userIdSchema } from './schema';
import { userTarget } from './user-target';

/**
 * Makes a suspended person active again; wrong passwords of before are forgotten.
 * @throws AppError `already_active`, `conflict` (deleted), `owned_by_source` (not active there), `not_found`
 */
export const reactivateUser = defineCommand(
  { id: 'reactivateUser', permission: 'users.write', input: userIdSchema, event: 'user_reactivate' },
  (tx, draft, input, actor) => reactivate(tx, draft, actor, input.id),
);

/** {@link reactivateUser} in the caller's transaction. */
export async function reactivate(tx: Tx, draft: EventDraft, actor: Actor, id: string): Promise<User> {
  const before = await lockUser(tx, id);
  draft.target = userTarget(before);
  assertLive(before);
  if (before.status === 'active') throw new AppError('already_active', `${before.displayName} is already active.`);
  // Whom somebody suspended here is reactivated here; who is not active over there is not active.
  if (before.sourceActive === false) await assertNotOfSource(tx, actor, before, before.displayName);
  const user = await tx.user.update({
    where: { id: before.id },
    data: { status: 'active', version: { increment: 1 } },
  });
  await forgetSubject(tx, subjectOf(user.id));
  draft.changes = { status: { from: 'suspended', to: 'active' } };
  await announceChange(tx, { userIds: [user.id] });
  return user;
}

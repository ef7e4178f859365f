import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { hashPassword } from '@/lib/crypto/password';
import { hashToken, looksLikeToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { userTarget } from './internal/users';
import { endSessions } from './revoke-sessions';

const expired = () =>
  new AppError('link_expired', 'This link was already used, was replaced by a newer one, or is too old.', {
    hint: 'Ask an administrator for a new link.',
  });

/** The person an activation link is for, without using it up: mail scanners open links. Undefined when it does not work. */
export async function findActivation(token: string): Promise<{ username: string; firstname: string } | undefined> {
  if (!looksLikeToken(token)) return undefined;
  const link = await db.activationLink.findUnique({ where: { tokenHash: hashToken(token) }, include: { user: true } });
  if (!link || link.usedAt || link.expiresAt <= now()) return undefined;
  if (link.user.deletedAt || link.user.status !== 'active') return undefined;
  return { username: link.user.username, firstname: link.user.firstname };
}

/**
 * Sets the password by a one-time link, ends whatever sessions the person had, and lifts a lock-out.
 * @throws AppError `link_expired`
 */
export async function redeemActivationLink(input: {
  token: string;
  password: string;
  clientAddress: string | null;
}): Promise<{ username: string }> {
  if (!looksLikeToken(input.token)) throw expired();
  // Before the transaction: hashing takes long, and a row is held in there.
  const passwordHash = await hashPassword(input.password);
  const actor = { ...systemActor, clientAddress: input.clientAddress };
  return attempt({ name: 'user_activation', actor, message: 'The password was set by a link.' }, async (tx, draft) => {
    const used = await tx.activationLink.updateManyAndReturn({
      where: { tokenHash: hashToken(input.token), usedAt: null, expiresAt: { gt: now() } },
      data: { usedAt: now() },
    });
    const link = used[0];
    if (!link) throw expired();
    const user = await tx.user.findUniqueOrThrow({ where: { id: link.userId } });
    draft.target = userTarget(user);
    draft.actor = { id: user.id, name: user.username, clientAddress: input.clientAddress };
    if (user.deletedAt || user.status !== 'active') throw expired();
    await tx.user.update({
      where: { id: user.id },
      data: { passwordHash, failedSignIns: 0, lockedUntil: null },
    });
    await endSessions(tx, user.id);
    return { username: user.username };
  });
}

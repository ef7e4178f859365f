import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { hashPassword } from '@/lib/crypto/password';
import { hashToken, looksLikeToken } from '@/lib/crypto/tokens';
import { db } from '@/lib/db/client';
import type { ActivationLink } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { countGuess } from '@/lib/throttle/count-guess';
import { forgetSubject } from '@/lib/throttle/forget';
import { subjectOf } from './check-password';
import { lockUser } from './internal/users';
import { assertAcceptablePassword } from './password-policy';
import { endSessions } from './revoke-sessions';
import { userTarget } from './user-target';

/** What becomes of a link; `ended`: replaced, or by what happened to its person (migration 0007 has the rule). */
type LinkState = 'open' | 'used' | 'ended' | 'expired' | 'unknown';

export type Activation =
  /** `first`: no password was ever set. */
  { state: 'open'; username: string; firstname: string; first: boolean } | { state: Exclude<LinkState, 'open'> };

const doesNotWork = () =>
  new AppError('link_expired', 'This link does not work any more.', {
    hint: 'Sign in with the password that you chose, or get a new link under Forgot password.',
  });

function stateOf(link: ActivationLink): LinkState {
  if (link.usedAt) return 'used';
  if (link.endedAt) return 'ended';
  return link.expiresAt <= now() ? 'expired' : 'open';
}

/** What an activation link is good for, without using it up: mail scanners open links. */
export async function findActivation(token: string): Promise<Activation> {
  if (!looksLikeToken(token)) return { state: 'unknown' };
  const link = await db.activationLink.findUnique({ where: { tokenHash: hashToken(token) }, include: { user: true } });
  if (!link) return { state: 'unknown' };
  const state = stateOf(link);
  if (state !== 'open') return { state };
  const { username, firstname, passwordHash } = link.user;
  return { state, username, firstname, first: passwordHash === null };
}

/**
 * Sets the password by a one-time link, ends whatever sessions and other links the person had, and forgets wrong passwords
 * of before.
 * @throws AppError `invalid_input` at password; `link_expired` whatever the reason; {@link findActivation} tells it;
 * `rate_limited`: too many that nobody has from this address
 */
export async function redeemActivationLink(input: {
  token: string;
  password: string;
  clientAddress: string | null;
}): Promise<{ username: string }> {
  const link = looksLikeToken(input.token)
    ? await db.activationLink.findUnique({ where: { tokenHash: hashToken(input.token) }, include: { user: true } })
    : null;
  // Whoever makes tokens up gets nothing written and nothing hashed.
  if (!link) {
    await countGuess('link', input.clientAddress);
    throw doesNotWork();
  }
  // Checking and hashing take long: before a row is held.
  const isOpen = stateOf(link) === 'open';
  if (isOpen) await assertAcceptablePassword(input.password, link.user);
  const passwordHash = isOpen ? await hashPassword(input.password) : undefined;
  const actor = { ...systemActor, clientAddress: input.clientAddress };
  return attempt({ name: 'user_activation', actor, message: 'The password was set by a link.' }, async (tx, draft) => {
    // The person first, then the link: the order of every command that ends links.
    const user = await lockUser(tx, link.userId);
    draft.target = userTarget(user);
    if (!passwordHash) throw doesNotWork();
    const used = await tx.activationLink.updateMany({
      where: { id: link.id, usedAt: null, endedAt: null, expiresAt: { gt: now() } },
      data: { usedAt: now() },
    });
    if (used.count === 0) throw doesNotWork();
    draft.actor = { id: user.id, name: user.username, clientAddress: input.clientAddress };
    await tx.user.update({ where: { id: user.id }, data: { passwordHash, mustChangePassword: false } });
    await forgetSubject(tx, subjectOf(user.id));
    await endSessions(tx, user.id);
    return { username: user.username };
  });
}

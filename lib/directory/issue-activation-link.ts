import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { newId } from '@/lib/core/ids';
import { publicOrigin } from '@/lib/core/origin';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { sendLater } from '@/lib/mail/send-later';
import { passwordMail } from './internal/password-mail';
import { assertLive, lockUser } from './internal/users';
import { activationDays, issueActivationLinkSchema, passwordLinkMinutes } from './schema';
import { userTarget } from './user-target';

export interface IssuedLink {
  /** Shown once: only its hash is stored. */
  url: string;
  expiresAt: Date;
}

/**
 * Makes the link in the caller's transaction; earlier links of this person stop working.
 * @param options `requested`: by the person, with Forgot password; a link that replaces a password is short-lived then
 */
export async function makeActivationLink(
  tx: Tx,
  user: User,
  options: { mail: boolean; requested?: boolean },
): Promise<IssuedLink> {
  const { mail, requested = false } = options;
  const { row, link } = drawLink(user, requested);
  await tx.activationLink.updateMany({
    where: { userId: user.id, usedAt: null, endedAt: null },
    data: { endedAt: now() },
  });
  await tx.activationLink.create({ data: row });
  if (mail) await sendLater(tx, passwordMail(user, link.url, requested));
  return link;
}

/** A link, and the row by which it is known. */
export function drawLink(user: Pick<User, 'id' | 'passwordHash'>, requested = false) {
  const token = randomToken();
  const lifeMs = requested && user.passwordHash ? passwordLinkMinutes * 60_000 : activationDays * 86_400_000;
  const expiresAt = new Date(now().getTime() + lifeMs);
  const link: IssuedLink = { url: `${publicOrigin()}/activate?token=${token}`, expiresAt };
  return { link, row: { id: newId(), userId: user.id, tokenHash: hashToken(token), expiresAt, requested } };
}

/**
 * Issues a one-time link by which a person sets the password; also the way back for somebody who forgot it.
 * @throws AppError `not_found`, `conflict` (deleted), `not_active` (suspended)
 */
export const issueActivationLink = defineCommand(
  { id: 'issueActivationLink', permission: 'users.write', input: issueActivationLinkSchema, event: 'user_activation' },
  async (tx, draft, input) => {
    draft.message = 'A link was issued.';
    const user = await lockUser(tx, input.id);
    draft.target = userTarget(user);
    assertLive(user);
    if (user.status === 'suspended') {
      throw new AppError('not_active', `${user.displayName} is suspended.`, { hint: 'Reactivate the person first.' });
    }
    return { ...user, ...(await makeActivationLink(tx, user, { mail: input.mail })) };
  },
);

import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { hashToken, randomToken } from '@/lib/crypto/tokens';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { sendLater } from '@/lib/mail/send-later';
import { assertLive, lockUser, userTarget } from './internal/users';
import { activationDays } from './schema';

export interface IssuedLink {
  /** Shown once: only its hash is stored. */
  url: string;
  expiresAt: Date;
}

/** Address that people's browsers use. */
function origin(): string {
  return (process.env.ORIGIN ?? 'http://localhost:3000').replace(/\/$/, '');
}

/** Makes the link in the caller's transaction; earlier links of this person stop working. */
export async function makeActivationLink(tx: Tx, user: User, options: { mail: boolean }): Promise<IssuedLink> {
  const token = randomToken();
  const expiresAt = new Date(now().getTime() + activationDays * 86_400_000);
  await tx.activationLink.updateMany({
    where: { userId: user.id, usedAt: null, endedAt: null },
    data: { endedAt: now() },
  });
  await tx.activationLink.create({ data: { userId: user.id, tokenHash: hashToken(token), expiresAt } });
  const url = `${origin()}/activate?token=${token}`;
  if (options.mail) {
    await sendLater(tx, {
      to: user.email,
      subject: 'Set your Latchkey password',
      text: [
        `Hello ${user.firstname},`,
        '',
        'an account was prepared for you. Choose your password here:',
        url,
        '',
        `Your username is ${user.username}. The link works once, and for ${activationDays} days.`,
        'If you did not expect this mail, you need not do anything.',
      ].join('\n'),
    });
  }
  return { url, expiresAt };
}

/**
 * Issues a one-time link by which a person sets the password; also the way back for somebody who forgot it.
 * @throws AppError `not_found`, `conflict` (deleted), `not_active` (suspended)
 */
export async function issueActivationLink(actor: Actor, input: { id: string; mail: boolean }): Promise<IssuedLink> {
  return attempt({ name: 'user_activation', actor, message: 'A link was issued.' }, async (tx, draft) => {
    const user = await lockUser(tx, input.id);
    draft.target = userTarget(user);
    assertLive(user);
    if (user.status === 'suspended') {
      throw new AppError('not_active', `${user.displayName} is suspended.`, { hint: 'Reactivate the person first.' });
    }
    return makeActivationLink(tx, user, { mail: input.mail });
  });
}

'use server';

import { z } from 'zod';
import { readBrowserCookie, sendBrowserCookie } from '@/lib/auth/browser-cookie';
import { defineAction, definePublicAction } from '@/lib/auth/define-action';
import { getSession } from '@/lib/auth/session';
import { forgetSessionCookie, writeSessionCookie } from '@/lib/auth/session-cookie';
import { changePassword } from '@/lib/directory/change-password';
import { redeemActivationLink } from '@/lib/directory/redeem-activation-link';
import { requestPasswordLink } from '@/lib/directory/request-password-link';
import { revokeAllSessions, revokeSession } from '@/lib/directory/revoke-sessions';
import { passwordSchema, requestPasswordLinkSchema } from '@/lib/directory/schema';
import { endSession } from '@/lib/sso/logout/end-session';

/**
 * Ends the session in the database and forgets the cookie. Harmless when signed out.
 * @returns path at which the browser goes on: applications that it is signed in to are signed out of, too
 */
const signOut = async (): Promise<string> => {
  const session = await getSession();
  const next = session && (await endSession(session.sessionId));
  // It opens nothing any more. Where there is something to go on with, it is known by it, should the browser be led astray.
  if (!next) await forgetSessionCookie();
  return next ?? '/sign-in';
};
export const signOutAction = Object.assign(signOut, { permission: 'public' as const });

export const activateAction = definePublicAction(
  { schema: z.object({ token: z.string().max(200), password: passwordSchema }) },
  async ({ token, password }, { clientAddress }) => redeemActivationLink({ token, password, clientAddress }),
);

/** The answer says nothing of whether anybody has the name. */
export const requestPasswordLinkAction = definePublicAction(
  { schema: requestPasswordLinkSchema },
  async ({ name }, { clientAddress }) => {
    await requestPasswordLink({ name, clientAddress });
    return {};
  },
);

export const changeOwnPasswordAction = defineAction(
  {
    permission: 'account.password',
    schema: z.object({
      currentPassword: z.string().min(1, 'Type your present password.').max(1000),
      newPassword: passwordSchema,
    }),
  },
  async (input, { actor, session }) => {
    const userId = session.user.id;
    const changed = await changePassword(actor, {
      ...input,
      userId,
      sessionId: session.sessionId,
      browserCookie: await readBrowserCookie(),
    });
    await writeSessionCookie({ userId, sessionId: changed.sessionId });
    await sendBrowserCookie(changed.browserCookie);
  },
);

export const revokeOwnSessionAction = defineAction(
  { permission: 'account.self', schema: z.object({ sessionId: z.uuid() }) },
  async ({ sessionId }, { actor, session }) => {
    await revokeSession(actor, { sessionId, userId: session.user.id });
  },
);

export const revokeOtherSessionsAction = defineAction(
  { permission: 'account.self', schema: z.object({}) },
  async (_input, { actor, session }) => {
    const { changed } = await revokeAllSessions(actor, { userId: session.user.id, keep: session.sessionId });
    return { changed };
  },
);

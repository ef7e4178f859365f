import { cookies } from 'next/headers';
import { encode } from 'next-auth/jwt';
import { getSettings } from '@/lib/settings/settings';
import { authSecret, sessionCookieName, usesSecureCookies } from './cookies';

const base = () => ({ path: '/', httpOnly: true, sameSite: 'lax', secure: usesSecureCookies() }) as const;

/** Gives this browser a session that was started without next-auth: the same cookie as next-auth's. For server actions. */
export async function writeSessionCookie(session: { userId: string; sessionId: string }): Promise<void> {
  const maxAge = (await getSettings()).sessionHours * 3600;
  const token = { sub: session.userId, sessionId: session.sessionId };
  (await cookies()).set(sessionCookieName(), await encode({ token, secret: authSecret(), maxAge }), {
    ...base(),
    maxAge,
  });
}

/** Takes the cookie away from this browser. For server actions. */
export async function forgetSessionCookie(): Promise<void> {
  (await cookies()).set(sessionCookieName(), '', { ...base(), maxAge: 0 });
}

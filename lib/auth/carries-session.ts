import { decode } from 'next-auth/jwt';
import { authSecret, sessionCookieName } from './cookies';

/**
 * Whether a request's cookies hold a session that we have given out, be it still good or not: nobody can make one up.
 * Asks no database.
 */
export async function carriesSession(cookieHeader: string | undefined): Promise<boolean> {
  const prefix = `${sessionCookieName()}=`;
  const token = cookieHeader
    ?.split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(prefix))
    ?.slice(prefix.length);
  if (!token) return false;
  const claims = await decode({ token, secret: authSecret() }).catch(() => null);
  return typeof claims?.sessionId === 'string';
}

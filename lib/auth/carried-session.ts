import { decode } from 'next-auth/jwt';
import { authSecret, sessionCookieName } from './cookies';

/**
 * The id of the session that a request's cookies hold, which we have given out, be it still good or not: nobody can make
 * one up. Asks no database. @returns undefined where there is none
 */
export async function carriedSession(cookieHeader: string | undefined): Promise<string | undefined> {
  const prefix = `${sessionCookieName()}=`;
  const token = cookieHeader
    ?.split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(prefix))
    ?.slice(prefix.length);
  if (!token) return undefined;
  const claims = await decode({ token, secret: authSecret() }).catch(() => null);
  return typeof claims?.sessionId === 'string' ? claims.sessionId : undefined;
}

import { decode } from 'next-auth/jwt';
import { isUuid } from '@/lib/core/ids';
import { LeastUsed } from '@/lib/core/least-used';
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
  return sessionInToken(token);
}

/** Opened before: opening a token costs as much as a query. Each is as good as its own end says, in milliseconds. */
const opened = new LeastUsed<string, { sessionId: string; until: number; secret: string }>(2_000);

/** The same of the cookie's value. */
export async function sessionInToken(token: string | undefined): Promise<string | undefined> {
  if (!token) return undefined;
  const secret = authSecret();
  const known = opened.get(token);
  if (known?.secret === secret && Date.now() < known.until) return known.sessionId;
  const claims = await decode({ token, secret }).catch(() => null);
  const sessionId = claims?.sessionId;
  if (typeof sessionId !== 'string' || !isUuid(sessionId)) return undefined;
  if (typeof claims?.exp === 'number') opened.set(token, { sessionId, until: claims.exp * 1000, secret });
  return sessionId;
}

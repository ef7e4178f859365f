import { cookies } from 'next/headers';
import { knownBrowserDays } from '@/lib/directory/known-browser';
import { browserCookieName, usesSecureCookies } from './cookies';

/** The cookie of the present request, as it came. */
export async function readBrowserCookie(): Promise<string | undefined> {
  return (await cookies()).get(browserCookieName())?.value;
}

/** Sends it with the answer of the present action or route. Signing out leaves it: it opens nothing. */
export async function sendBrowserCookie(value: string): Promise<void> {
  (await cookies()).set(browserCookieName(), value, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: usesSecureCookies(),
    maxAge: knownBrowserDays * 86_400,
  });
}

import { publicOrigin } from '@/lib/core/origin';

/** Cookies are marked secure only where the product is served by https: a browser would drop them otherwise. */
export function usesSecureCookies(): boolean {
  return publicOrigin().startsWith('https:');
}

/** Name of the cookie that carries next-auth's token. */
export function sessionCookieName(): string {
  return usesSecureCookies() ? '__Secure-next-auth.session-token' : 'next-auth.session-token';
}

/** Name of the cookie that says for whom this browser signed in before (lib/directory/known-browser.ts). */
export function browserCookieName(): string {
  return usesSecureCookies() ? '__Secure-latchkey-browser' : 'latchkey-browser';
}

/** The secret that next-auth's tokens are encrypted with. Throws when the supervisor has not set it. */
export function authSecret(): string {
  const secret = process.env.NEXTAUTH_SECRET;
  if (!secret) throw new Error('NEXTAUTH_SECRET is not set.');
  return secret;
}

import type { IncomingMessage } from 'node:http';
import { browserCookieName } from '@/lib/auth/cookies';
import { addressKey } from '@/lib/core/address-key';
import { AppError } from '@/lib/core/errors';
import { retryAfterOf } from '@/lib/core/failure';
import { RateLimiter } from '@/lib/core/rate-limit';
import { assertNotHeldUp } from '@/lib/directory/check-password';
import { Refusal } from './refusal';

/**
 * Sign-ins of one address that are looked at in a minute, right ones too: a class that signs in together, and far more
 * than wrong passwords have room for (lib/directory/internal/password-budgets.ts). What is beyond would be work for nothing.
 */
const mostOfStrangers = 120;
/** Of browsers that say they signed in before, which shows only when it is looked at: an office at nine o'clock. */
const mostOfKnown = 600;

const limiter = new RateLimiter();

/**
 * Why a sign-in is refused whatever is in it: its address used up its budget a moment ago, sends more than are looked at,
 * or too many wait. Told before anything of it is read, at the cost of a look into this process's memory: this is what
 * keeps a flood of sign-ins from everybody else. Undefined where it has to be looked at.
 */
export function heldUpSignIn({ method, url, headers }: IncomingMessage, address: string): Refusal | undefined {
  if (method !== 'POST' || !isSignIn(url ?? '')) return undefined;
  const saysKnown = headers.cookie?.includes(`${browserCookieName()}=`) ?? false;
  const key = `${saysKnown ? 'known' : 'stranger'} ${addressKey(address)}`;
  const rate = limiter.take(key, saysKnown ? mostOfKnown : mostOfStrangers);
  if (!rate.allowed) {
    return new Refusal('rate_limited', 'Too many sign-ins come from this address.', {
      hint: `Try again in ${rate.resetSeconds} s.`,
      headers: { 'retry-after': String(rate.resetSeconds) },
    });
  }
  try {
    if (!saysKnown) assertNotHeldUp(address);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const seconds = retryAfterOf(error);
    return new Refusal(error.code, error.message, {
      ...(error.hint ? { hint: error.hint } : {}),
      ...(seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }),
    });
  }
}

/** Also where the path is percent-encoded, which Next takes for the same. */
function isSignIn(url: string): boolean {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '').endsWith('/callback/credentials');
  } catch {
    return false;
  }
}

import { addressKey } from '@/lib/core/address-key';
import { AppError } from '@/lib/core/errors';
import { keyedHash } from '@/lib/crypto/keyed-hash';
import { assertNotBusy, verifyNothing, verifyPassword } from '@/lib/crypto/password';
import { countAttempt } from '@/lib/throttle/count-attempt';
import { anything, anywhere, type Counter } from '@/lib/throttle/counter';
import { rememberedHold } from '@/lib/throttle/remembered-holds';
import { takeBack } from '@/lib/throttle/take-back';
import { budgets } from './internal/password-budgets';
import { knownBrowserOf } from './known-browser';

/** A password as somebody gave it. */
export interface PasswordAttempt {
  password: string;
  clientAddress: string | null;
  /** The cookie of browsers that signed in before, as it came. */
  browserCookie: string | undefined;
}

/** Whose password it is to be. Without an id: nobody has the name; without a hash: no password is set. */
export interface Claimed {
  id?: string;
  /** The name as it is compared; absent where the person is certain. */
  name?: string;
  passwordHash: string | null;
}

/** The subject that a person's failures are counted under. */
export const subjectOf = (userId: string): string => `user:${userId}`;

/** Seconds until a used-up budget has room, as a refusal: the same words for everybody, whether they exist or not. */
function heldUp(seconds: number): AppError {
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new AppError('rate_limited', 'Too many wrong passwords.', {
    hint: `Try again in ${wait}. Until then the right one is refused too; an administrator can lift that.`,
    details: { retryAfterSeconds: seconds },
  });
}

/**
 * Refuses what comes from an address that used up its budget a moment ago, at no cost. For whoever does not come with the
 * cookie of a browser that signed in before. @throws AppError `rate_limited`
 */
export function assertNotHeldUp(clientAddress: string | null): void {
  const seconds = Math.ceil(rememberedHold([fromAddress(addressKey(clientAddress))]));
  if (seconds > 0) throw heldUp(seconds);
  assertNotBusy();
}

/**
 * Checks a password within the budgets of wrong ones: a browser that signed in before has its own, strangers share those
 * of the address, of the person, and of both together. Takes the same time whether the person exists or not.
 * @throws AppError `rate_limited`, details `{retryAfterSeconds}`: used up, or too many wait; nothing was compared then
 */
export async function checkPassword(claimed: Claimed, attempt: PasswordAttempt): Promise<boolean> {
  const { id, passwordHash } = claimed;
  const browser = id ? knownBrowserOf(attempt.browserCookie, { id, passwordHash }) : undefined;
  assertNotBusy(browser !== undefined);
  const { own, shared } = countersOf(claimed, addressKey(attempt.clientAddress), browser);
  const counted = [...shared, own];
  const seconds = await countAttempt(counted);
  if (seconds !== undefined) throw heldUp(seconds);
  try {
    const isRight = passwordHash
      ? await verifyPassword(passwordHash, attempt.password, browser !== undefined)
      : await verifyNothing(attempt.password);
    // What others did at this address, or to this person, is not undone by one who knows the password.
    if (isRight) await takeBack(shared, [own]);
    return isRight;
  } catch (error) {
    await takeBack(counted);
    throw error;
  }
}

function fromAddress(network: string): Counter {
  return { subject: anything, source: network, budget: budgets.address };
}

function countersOf(
  { id, name }: Claimed,
  network: string,
  browser: string | undefined,
): { own: Counter; shared: Counter[] } {
  // Names that nobody has are counted like people. What was typed is not kept: it may be a password.
  const subject = id ? subjectOf(id) : `name:${keyedHash('unknown-name-v1', name ?? '')}`;
  if (browser) {
    return { own: { subject, source: `browser:${browser}`, budget: budgets.knownBrowser }, shared: [] };
  }
  return {
    own: { subject, source: network, budget: budgets.personFromAddress },
    shared: [fromAddress(network), { subject, source: anywhere, budget: budgets.person }],
  };
}

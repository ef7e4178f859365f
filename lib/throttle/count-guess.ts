import { addressKey } from '@/lib/core/address-key';
import { AppError } from '@/lib/core/errors';
import { countAttempt } from './count-attempt';
import type { Budget } from './counter';

/** 60 at once, then 8 a minute: room for scripts that go on with a token that was taken away. */
const guesses: Budget = { most: 60, halfLifeSeconds: 5 * 60 };

/**
 * Counts a secret that nobody has, for the address that it came from. Such secrets cannot be guessed, and one that is right
 * works whatever was counted; who tries all the same is told to slow down, and leaves nothing behind.
 * @throws AppError `rate_limited`, details `{retryAfterSeconds}`
 */
export async function countGuess(kind: 'token' | 'link', clientAddress: string | null): Promise<void> {
  const source = addressKey(clientAddress);
  const seconds = await countAttempt([{ subject: `unknown-${kind}`, source, budget: guesses }]);
  if (seconds === undefined) return;
  throw new AppError('rate_limited', `Too many ${kind}s that nobody has came from this address.`, {
    hint: `Try again in ${seconds} seconds.`,
    details: { retryAfterSeconds: seconds },
  });
}

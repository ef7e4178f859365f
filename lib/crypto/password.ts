import { availableParallelism } from 'node:os';
import { AppError } from '@/lib/core/errors';
import { Turns } from '@/lib/core/turns';

// OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane. The package's default algorithm is argon2id.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Loaded with the first password: a worker hardly ever sees one. */
const argon2 = () => import('@node-rs/argon2');
const hash = async (password: string) => (await argon2()).hash(password, cost);
const verify = async (passwordHash: string, password: string) => (await argon2()).verify(passwordHash, password);

/**
 * argon2 is heavy on purpose: some 30 ms of one core. Half of the cores stay for whoever is signed in already, and at
 * least one of libuv's four threads for files and names.
 */
const atOnce = Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2)));
/** On the global object, because a bundler may load this module more than once. */
const shared = globalThis as { latchkeyPasswordTurns?: Turns };
/** Twenty for each at work make people wait for about a second at most. */
shared.latchkeyPasswordTurns ??= new Turns(atOnce, 20 * atOnce);
const turns = shared.latchkeyPasswordTurns;

/** Seconds after which somebody who was turned away had better try again. */
const busySeconds = 2;

/**
 * Refuses early what would be refused anyway, before anything else is asked.
 * @param goesFirst as of {@link verifyPassword}
 * @throws AppError `rate_limited`, details `{retryAfterSeconds}`
 */
export function assertNotBusy(goesFirst = false): void {
  if (!turns.isFull(goesFirst)) return;
  throw new AppError('rate_limited', 'Too many people sign in at this moment.', {
    hint: `Try again in ${busySeconds} seconds.`,
    details: { retryAfterSeconds: busySeconds },
  });
}

async function inTurn<T>(work: () => Promise<T>, goesFirst = false): Promise<T> {
  assertNotBusy(goesFirst);
  return turns.run(work, goesFirst);
}

/** Hashes a password with argon2id, in PHC string form. @throws AppError `rate_limited` when too many wait already */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password));
}

/**
 * True when the password gave this hash.
 * @param goesFirst for whoever strangers must not hold up
 * @throws AppError `rate_limited` when too many wait already
 */
export function verifyPassword(passwordHash: string, password: string, goesFirst = false): Promise<boolean> {
  return inTurn(() => verify(passwordHash, password), goesFirst);
}

let decoy: Promise<string> | undefined;

/** Spends the same time as a real verification, so that an unknown username cannot be told by the clock. */
export async function verifyNothing(password: string): Promise<false> {
  decoy ??= hash('no such person');
  await verifyPassword(await decoy, password);
  return false;
}

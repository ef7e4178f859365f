import { AppError } from '@/lib/core/errors';
import { Turns, thirdOfPool } from '@/lib/core/turns';
import { type Tx, transaction } from './client';
import { Prisma } from './generated/client';

/** What somebody waits for in front of a screen takes this long at most, in milliseconds. */
const readTimeoutMs = 5_000;

const shared = globalThis as { latchkeyReadTurns?: Turns };
/**
 * Of the process's connections, two thirds stay for everybody else. On the global object: the server and what Next bundles are
 * one process with two copies of this module.
 */
const turns = shared.latchkeyReadTurns ?? new Turns(thirdOfPool);
shared.latchkeyReadTurns = turns;

/**
 * Reads what can take any time, as a search over everything there is, for a bounded one: PostgreSQL itself gives a
 * statement up. @param timeoutMs of each statement; 5 s unless told
 * @throws AppError `search_too_slow`
 */
export async function boundedRead<T>(read: (tx: Tx) => Promise<T>, timeoutMs = readTimeoutMs): Promise<T> {
  try {
    return await turns.run(() =>
      transaction(async (tx) => {
        await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true)`;
        return read(tx);
      }),
    );
  } catch (error) {
    if (!wasGivenUp(error)) throw error;
    throw new AppError('search_too_slow', `This search took longer than ${timeoutMs / 1_000} s and was given up.`, {
      hint: 'Narrow it: a shorter time, one application, one kind of event, or without words.',
      cause: error,
    });
  }
}

/** query_canceled: of a raw statement and of the client's own, the code stands in the message alone. */
function wasGivenUp(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.message.includes('Code: `57014`');
}

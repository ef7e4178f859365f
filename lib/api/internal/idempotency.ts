import { createHash } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import { Turns, thirdOfPool } from '@/lib/core/turns';
import { seal, unseal } from '@/lib/crypto/seal';
import { db, inOneTransaction, type Tx } from '@/lib/db/client';
import { AnsweredBefore, type KeptAnswer } from '@/lib/db/kept-answer';

/** An answer before it becomes a Response. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/**
 * Each holds a connection while its command runs, which may take a second (the key pair of an application), or while it
 * waits for the same key: two thirds of the pool stay for everybody else.
 */
const turns = new Turns(thirdOfPool);

const keyPattern = /^[\x21-\x7e]{1,255}$/;

/**
 * Runs a command once for a key. The key, what the command does and its answer are one transaction: a request that is
 * repeated, even at the same moment, waits for the first and gets its answer; after a refusal or a crash nothing is kept,
 * and the next request runs the command.
 * @param request method, path and body: the same key with another one is refused
 * @throws AppError `idempotency_key_reused`, `invalid_input` for a key that is none
 */
export async function once(
  tokenId: string,
  key: string,
  request: { method: string; path: string; body: string },
  run: () => Promise<Answer>,
): Promise<{ answer: Answer; replayed: boolean }> {
  const hash = hashOf(key, request);
  const context = contextOf(tokenId, key);
  const runOnce = () =>
    inOneTransaction(async (tx) => {
      // Where another transaction has just inserted the key, this waits until that one has ended.
      const inserted = await tx.$executeRaw`
      INSERT INTO idempotency_keys (token_id, key, request_hash) VALUES (${tokenId}::uuid, ${key}, ${hash})
      ON CONFLICT DO NOTHING`;
      if (inserted === 1) {
        const answer = await run();
        const where = { tokenId_key: { tokenId, key } };
        await tx.idempotencyKey.update({ where, data: { answerSealed: seal(JSON.stringify(answer), context) } });
        return { answer, replayed: false };
      }
      return replay(tx, tokenId, key, hash);
    });
  return turns.run(runOnce);
}

/**
 * As {@link once}, for a command that is one statement, and writes the key and the answer in it.
 * @param run gets what makes the row of an answer; throws AnsweredBefore where the key was there
 */
export async function onceByItself(
  tokenId: string,
  key: string,
  request: { method: string; path: string; body: string },
  run: (keep: (answer: Answer) => KeptAnswer) => Promise<Answer>,
): Promise<{ answer: Answer; replayed: boolean }> {
  const requestHash = hashOf(key, request);
  const keep = (answer: Answer) => {
    const answerSealed = seal(JSON.stringify(answer), contextOf(tokenId, key));
    return { tokenId, key, requestHash, answerSealed };
  };
  try {
    return { answer: await run(keep), replayed: false };
  } catch (error) {
    if (!(error instanceof AnsweredBefore)) throw error;
    return replay(db, tokenId, key, requestHash);
  }
}

/** @throws AppError `invalid_input` for a key that is none */
function hashOf(key: string, { method, path, body }: { method: string; path: string; body: string }): string {
  if (!keyPattern.test(key)) {
    throw new AppError('invalid_input', 'An Idempotency-Key has 1 to 255 visible ASCII characters.', {
      field: 'Idempotency-Key',
    });
  }
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex');
}

function contextOf(tokenId: string, key: string): string {
  return `idempotency:${tokenId}:${key}`;
}

/** The answer that was given. @throws AppError `idempotency_key_reused` */
async function replay(tx: Tx, tokenId: string, key: string, hash: string) {
  const kept = await tx.idempotencyKey.findUniqueOrThrow({ where: { tokenId_key: { tokenId, key } } });
  if (kept.requestHash !== hash || !kept.answerSealed) {
    throw new AppError('idempotency_key_reused', 'This Idempotency-Key was sent with another request before.', {
      field: 'Idempotency-Key',
      hint: 'Make a new key for each thing that is to be created.',
    });
  }
  return { answer: JSON.parse(unseal(kept.answerSealed, contextOf(tokenId, key))) as Answer, replayed: true };
}

import { createHash } from 'node:crypto';
import { AppError } from '@/lib/core/errors';
import { Turns, thirdOfPool } from '@/lib/core/turns';
import { seal, unseal } from '@/lib/crypto/seal';
import { inOneTransaction } from '@/lib/db/client';

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
  if (!keyPattern.test(key)) {
    throw new AppError('invalid_input', 'An Idempotency-Key has 1 to 255 visible ASCII characters.', {
      field: 'Idempotency-Key',
    });
  }
  const hash = createHash('sha256').update(`${request.method} ${request.path}\n${request.body}`).digest('hex');
  const context = `idempotency:${tokenId}:${key}`;
  const runOnce = () =>
    inOneTransaction(async (tx) => {
      // Where another transaction has just inserted the key, this waits until that one has ended.
      const inserted = await tx.$executeRaw`
      INSERT INTO idempotency_keys (token_id, key, request_hash) VALUES (${tokenId}::uuid, ${key}, ${hash})
      ON CONFLICT DO NOTHING`;
      const where = { tokenId_key: { tokenId, key } };
      if (inserted === 1) {
        const answer = await run();
        await tx.idempotencyKey.update({ where, data: { answerSealed: seal(JSON.stringify(answer), context) } });
        return { answer, replayed: false };
      }
      const kept = await tx.idempotencyKey.findUniqueOrThrow({ where });
      if (kept.requestHash !== hash || !kept.answerSealed) {
        throw new AppError('idempotency_key_reused', 'This Idempotency-Key was sent with another request before.', {
          field: 'Idempotency-Key',
          hint: 'Make a new key for each thing that is to be created.',
        });
      }
      return { answer: JSON.parse(unseal(kept.answerSealed, context)) as Answer, replayed: true };
    });
  return turns.run(runOnce);
}

import { addressKey } from '@/lib/core/address-key';
import { AppError } from '@/lib/core/errors';
import { seal } from '@/lib/crypto/seal';
import { type Tx, transaction } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';

/** The context under which a typed name is sealed in the queue. */
export const nameContext = 'send-password-link';

/** Requests within an hour: of one address, behind which there may be a whole office, and of all together. */
const mostOfAddress = 30;
const mostOfAll = 1000;

/**
 * Takes a request of Forgot password, the same way and in the same time whoever has the name, if anybody has: a task finds
 * that out. @param input `name`: username or e-mail address, as typed
 * @throws AppError `rate_limited`, which says nothing about the name
 */
export async function requestPasswordLink(input: { name: string; clientAddress: string | null }): Promise<void> {
  const { clientAddress } = input;
  const nameSealed = seal(input.name.trim().slice(0, 300), nameContext);
  await transaction(async (tx) => {
    await count(tx, 'all', mostOfAll);
    await count(tx, `address ${addressKey(clientAddress)}`, mostOfAddress);
    await enqueue(tx, 'send-password-link', { nameSealed, clientAddress });
  });
}

/** Refused, the transaction takes back what was counted: there are never more rows than requests were let through. */
async function count(tx: Tx, key: string, most: number): Promise<void> {
  const counted = await tx.$executeRaw`
    INSERT INTO password_link_limits AS held (key, since, count) VALUES (${key}, now(), 1)
    ON CONFLICT (key) DO UPDATE SET
      since = CASE WHEN held.since <= now() - interval '1 hour' THEN now() ELSE held.since END,
      count = CASE WHEN held.since <= now() - interval '1 hour' THEN 1 ELSE held.count + 1 END
    WHERE held.since <= now() - interval '1 hour' OR held.count < ${most}`;
  if (counted > 0) return;
  const [held] = await tx.$queryRaw<{ seconds: number }[]>`
    SELECT ceil(extract(epoch FROM since + interval '1 hour' - now()))::int AS seconds
    FROM password_link_limits WHERE key = ${key}`;
  throw new AppError('rate_limited', 'Too many links were asked for within an hour.', {
    hint: 'Try again later. An administrator can give you a link at once.',
    details: { retryAfterSeconds: Math.max(held?.seconds ?? 1, 1) },
  });
}

import { AppError } from '@/lib/core/errors';
import { canaryOpens, makeCanary } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';

const key = 'canary';

/**
 * Tells a wrong secret key at start, before anything fails later in the middle of the work. The first start leaves the
 * canary. @throws AppError `internal` when LATCHKEY_SECRET_KEY is not the one that sealed this database's secrets
 */
export async function checkCanary(): Promise<void> {
  // Two processes that start at once: the first one's canary stays.
  await db.setting.createMany({ data: [{ key, value: makeCanary() }], skipDuplicates: true });
  const stored = await db.setting.findUniqueOrThrow({ where: { key } });
  if (typeof stored.value === 'string' && canaryOpens(stored.value)) return;
  throw new AppError('internal', 'LATCHKEY_SECRET_KEY is not the key that this database’s secrets were sealed with.', {
    hint: 'Set the key that was used before (without the variable: the file in the data folder), then start again.',
  });
}

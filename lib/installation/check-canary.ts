import { StartRefused } from '@/lib/core/explain';
import { canaryOpens, makeCanary } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';

const key = 'canary';

/**
 * Tells a wrong secret key at start, before anything fails later in the middle of the work. The first start leaves the
 * canary. @throws StartRefused when LATCHKEY_SECRET_KEY is not the one that sealed this database's secrets
 */
export async function checkCanary(): Promise<void> {
  // Two processes that start at once: the first one's canary stays.
  await db.setting.createMany({ data: [{ key, value: makeCanary() }], skipDuplicates: true });
  const stored = await db.setting.findUniqueOrThrow({ where: { key } });
  if (typeof stored.value === 'string' && canaryOpens(stored.value)) return;
  throw new StartRefused(
    'LATCHKEY_SECRET_KEY is not the key that this database’s secrets were sealed with. With another one, none of them can ' +
      'be opened: tokens of applications, private keys of certificates, mails.\n' +
      'Set LATCHKEY_SECRET_KEY to the key that was used before; where it was never set, put secret.key back into the data ' +
      'folder from a backup and unset the variable. Then start again.',
  );
}

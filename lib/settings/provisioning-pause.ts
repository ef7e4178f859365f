import { z } from 'zod';
import { db, type Tx } from '@/lib/db/client';

/** Of the settings. Not a member of the installation's value: whoever saves that form does not resume anything by it. */
export const pauseKey = 'provisioning-pause';

export const pauseSchema = z.object({
  /** Who paused it, by name. */
  by: z.string(),
  /** ISO 8601. */
  since: z.string(),
});
export type ProvisioningPause = z.infer<typeof pauseSchema>;

/** Since when all provisioning is paused, and by whom; null: it is not. */
export async function findProvisioningPause(tx: Tx = db): Promise<ProvisioningPause | null> {
  const row = await tx.setting.findUnique({ where: { key: pauseKey } });
  return row && pauseSchema.parse(row.value);
}

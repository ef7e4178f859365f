import type { Tx } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { isRecord } from '@/lib/scim/json';
import { secretSettings } from './settings';

/**
 * Gives an application that was never connected the connection settings of another one, and what an administrator has said of its server:
 * neither address nor secret, nor what is noted of the secret. They hold once it is connected.
 */
export async function copyConnectionSettings(tx: Tx, from: string, to: string): Promise<void> {
  const found = await tx.integration.findUnique({ where: { applicationId: from } });
  if (!found) return;
  const { manageGroups, intervalMinutes, profile } = found;
  const kept = Object.entries(isRecord(found.settings) ? found.settings : {}).filter(
    ([name]) => !Object.hasOwn(secretSettings, name),
  );
  await tx.integration.create({
    data: {
      applicationId: to,
      status: 'inactive',
      baseUrl: '',
      tokenSealed: '',
      tokenUpdatedAt: found.tokenUpdatedAt,
      manageGroups,
      intervalMinutes,
      settings: Object.fromEntries(kept) as Prisma.InputJsonObject,
      profile: profile as Prisma.InputJsonValue,
      capabilities: {},
    },
  });
}

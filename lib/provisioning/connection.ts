import { listTargetAttributes } from '@/lib/applications/target-attributes';
import { unseal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import type { Integration } from '@/lib/db/generated/client';
import { outgoingHttp } from '@/lib/http/outgoing';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import { createScimClient, type ScimClient } from '@/lib/scim/client';
import type { ServerProfile } from '@/lib/scim/profile';
import { type PlanContext, planContext } from './plan/plan-context';
import { atOnceOf, capabilitiesOf, learn } from './server-profile';

/** Everything the engine needs to know about one application while it works on it. */
export interface Connection extends PlanContext {
  integration: Integration;
  capabilities: ScimCapabilities & ServerProfile;
  /** How many requests it begins with, and how many it may have at once. */
  atOnce: { begin: number; most: number };
  client: ScimClient;
}

/** The context under which an application's SCIM token is sealed. */
export const tokenContext = (applicationId: string): string => `scim-token:${applicationId}`;

/** The connection of one application; undefined where Identity Management is not configured or was deactivated. */
export async function findConnection(applicationId: string): Promise<Connection | undefined> {
  const row = await db.application.findUnique({
    where: { id: applicationId },
    include: { integration: true, mappings: { orderBy: { position: 'asc' } } },
  });
  if (!row?.integration || row.integration.status === 'inactive') return undefined;
  const capabilities = capabilitiesOf(row.integration, row.templateId);
  return {
    ...planContext(row, row.mappings, await listTargetAttributes(row)),
    integration: row.integration,
    capabilities,
    atOnce: atOnceOf(row.integration, row.templateId),
    client: createScimClient({
      baseUrl: row.integration.baseUrl,
      token: unseal(row.integration.tokenSealed, tokenContext(row.id)),
      http: outgoingHttp(),
      capabilities,
      learned: (taught) => learn(applicationId, taught),
    }),
  };
}

import { listTargetAttributes } from '@/lib/applications/target-attributes';
import { unseal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import type { Integration } from '@/lib/db/generated/client';
import { outgoingHttp } from '@/lib/http/outgoing';
import { parseCapabilities, type ScimCapabilities } from '@/lib/scim/capabilities';
import { createScimClient, type ScimClient } from '@/lib/scim/client';
import { type PlanContext, planContext } from './plan-context';

/** Everything the engine needs to know about one application while it works on it. */
export interface Connection extends PlanContext {
  integration: Integration;
  capabilities: ScimCapabilities;
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
  const capabilities = parseCapabilities(row.integration.capabilities);
  return {
    ...planContext(row, row.mappings, await listTargetAttributes(row)),
    integration: row.integration,
    capabilities,
    client: createScimClient({
      baseUrl: row.integration.baseUrl,
      token: unseal(row.integration.tokenSealed, tokenContext(row.id)),
      http: outgoingHttp(),
      capabilities,
    }),
  };
}

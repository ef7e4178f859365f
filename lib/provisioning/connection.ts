import { getTemplate } from '@/lib/applications/catalogue/templates';
import { unseal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import type { Integration } from '@/lib/db/generated/client';
import { outgoingHttp } from '@/lib/http/outgoing';
import type { ApplicationRule, AttributeMapping, TargetAttribute } from '@/lib/mappings/schema';
import { parseCapabilities, type ScimCapabilities } from '@/lib/scim/capabilities';
import { createScimClient, type ScimClient } from '@/lib/scim/client';

/** Everything the engine needs to know about one application while it works on it. */
export interface Connection {
  application: { id: string; displayLabel: string; usernameFormat: string; ssoActive: boolean };
  integration: Integration;
  capabilities: ScimCapabilities;
  client: ScimClient;
  userMappings: AttributeMapping[];
  groupMappings: AttributeMapping[];
  userAttributes: TargetAttribute[];
  groupAttributes: TargetAttribute[];
  rules: ApplicationRule[];
  /** Target paths by which existing accounts are found, first precedence first. */
  matchTargets: string[];
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
  const template = getTemplate(row.templateId);
  const capabilities = parseCapabilities(row.integration.capabilities);
  const userMappings = row.mappings.filter((mapping) => mapping.objectType === 'user');
  return {
    application: {
      id: row.id,
      displayLabel: row.displayLabel,
      usernameFormat: row.usernameFormat,
      ssoActive: row.kind === 'saml' && row.ssoStatus === 'active',
    },
    integration: row.integration,
    capabilities,
    client: createScimClient({
      baseUrl: row.integration.baseUrl,
      token: unseal(row.integration.tokenSealed, tokenContext(row.id)),
      http: outgoingHttp(),
      capabilities,
    }),
    userMappings,
    groupMappings: row.mappings.filter((mapping) => mapping.objectType === 'group'),
    userAttributes: template.scim?.userAttributes ?? [],
    groupAttributes: template.scim?.groupAttributes ?? [],
    rules: template.scim?.rules ?? [],
    matchTargets: matchTargets(userMappings),
  };
}

function matchTargets(mappings: readonly AttributeMapping[]): string[] {
  const matching = mappings.filter((mapping) => mapping.matchingPrecedence !== null);
  const sorted = matching.sort((one, other) => (one.matchingPrecedence ?? 0) - (other.matchingPrecedence ?? 0));
  return sorted.length > 0 ? sorted.map((mapping) => mapping.target) : ['userName'];
}

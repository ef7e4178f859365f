import { listTargetAttributes } from '@/lib/applications/target-attributes';
import type { Integration } from '@/lib/db/generated/client';
import { outgoingHttp } from '@/lib/http/outgoing';
import { createScimClient, type ScimClient } from '@/lib/scim/client';
import { authenticatorOf } from './authentication';
import { paced, paceOf } from './pace';
import { findIntegrated, type PlanContext, planContext } from './plan/plan-context';
import { atOnceOf, learn } from './server-profile';

/** Everything the engine needs to know about one application while it works on it. */
export interface Connection extends PlanContext {
  integration: Integration;
  /** How many requests it begins with, and how many it may have at once. */
  atOnce: { begin: number; most: number };
  client: ScimClient;
}

/** The connection of one application; undefined where Identity Management is not configured or was deactivated. */
export async function findConnection(applicationId: string): Promise<Connection | undefined> {
  const row = await findIntegrated(applicationId);
  if (!row) return undefined;
  const { integration } = row;
  const context = planContext(row, row.mappings, await listTargetAttributes(row));
  const pace = paceOf(applicationId);
  pace.allow(context.capabilities.rate);
  return {
    ...context,
    integration,
    atOnce: atOnceOf(integration, row.templateId),
    client: createScimClient({
      baseUrl: integration.baseUrl,
      authenticator: authenticatorOf(integration),
      http: paced(outgoingHttp(), pace),
      capabilities: context.capabilities,
      learned: (taught) => learn(applicationId, taught),
    }),
  };
}

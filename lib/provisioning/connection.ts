import { listTargetAttributes } from '@/lib/applications/target-attributes';
import type { Integration } from '@/lib/db/generated/client';
import type { HttpClient } from '@/lib/http/client';
import { createScimClient, type ScimClient } from '@/lib/scim/client';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { authenticationOf, authenticatorOf, type StoredAuthentication } from './authentication';
import { gateOf, paceOf } from './pace';
import { findIntegrated, type PlanContext, planContext } from './plan/plan-context';
import { atOnceOf, learn, listsByHandOf } from './server-profile';
import { httpOf } from './trust';

/** Everything the engine needs to know about one application while it works on it. */
export interface Connection extends PlanContext {
  integration: Integration;
  /** All provisioning is paused. */
  isPausedEverywhere: boolean;
  /** How many requests it begins with, and how many it may have at once. */
  atOnce: { begin: number; most: number };
  /** Whether the server's lists are whole, where an administrator says so; null: what a reading finds counts. */
  listsByHand: boolean | null;
  client: ScimClient;
}

/** Whether anything may be sent by it now. */
export function maySend({ integration, isPausedEverywhere }: Connection): boolean {
  return integration.status === 'active' && !isPausedEverywhere;
}

/** The connection of one application; undefined where Identity Management is not configured or was deactivated. */
export async function findConnection(applicationId: string): Promise<Connection | undefined> {
  const row = await findIntegrated(applicationId);
  return row && connectionOf(row);
}

/** An application with its mapping tables and the connection that is meant. */
export type IntegratedRow = NonNullable<Awaited<ReturnType<typeof findIntegrated>>>;

interface ConnectionOptions {
  stored?: StoredAuthentication;
  guard?: (http: HttpClient) => HttpClient;
}

/** @param stored where its credentials are kept, if not with it @param guard what requests pass before they leave */
export async function connectionOf(
  row: IntegratedRow,
  { stored = row.integration, guard = (http) => http }: ConnectionOptions = {},
): Promise<Connection> {
  const { id, integration } = row;
  const [attributes, pause] = await Promise.all([listTargetAttributes(row), findProvisioningPause()]);
  const context = planContext(row, row.mappings, attributes);
  const pace = paceOf(id, integration.baseUrl);
  pace.allow(context.capabilities.rate);
  return {
    ...context,
    integration,
    isPausedEverywhere: pause !== null,
    atOnce: atOnceOf(integration, row.templateId),
    listsByHand: listsByHandOf(integration, row.templateId),
    client: createScimClient({
      baseUrl: integration.baseUrl,
      authenticator: authenticatorOf(stored),
      http: guard(httpOf(integration.baseUrl, authenticationOf(stored))),
      gate: gateOf(id, pace, integration.restsUntil),
      capabilities: context.capabilities,
      learned: (taught, lesson) => {
        // What is planned from here on goes by it as well.
        Object.assign(context.capabilities, taught);
        return learn(id, taught, lesson);
      },
      accepted: acceptedBy(id, integration.baseUrl),
    }),
  };
}

const accepted = new Map<string, Set<string>>();

/** Forms of requests that the server of an application was seen to take, for the life of the process. */
function acceptedBy(applicationId: string, baseUrl: string): Set<string> {
  const key = `${applicationId} ${baseUrl}`;
  const known = accepted.get(key) ?? new Set();
  accepted.set(key, known);
  return known;
}

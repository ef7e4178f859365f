import { buildResource } from '@/lib/mappings/resource';
import { valueAt } from '@/lib/mappings/target';
import { type AttributesUpdate, attributesUpdate } from '@/lib/scim/attributes-update';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import { readBoolean } from '@/lib/scim/json';
import { patchBody, type ScimOperation } from '@/lib/scim/patch';
import type { ScimResource } from '@/lib/scim/path';
import type { UserPlan } from './plan-user';
import { targetsOf } from './values';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A plan that sends something. */
export type UserAct = Exclude<UserPlan, { action: 'none' | 'skip' }>;

/** What carries a plan out. Pure: the engine sends it, and a preview shows it. */
export type UserRequest =
  | { method: 'POST'; body: ScimResource }
  | { method: 'PATCH'; id: string; operations: ScimOperation[] }
  | { method: 'PUT'; id: string; body: ScimResource }
  | { method: 'DELETE'; id: string };

/**
 * Without PATCH the whole resource is sent, carrying over what is not ours (RFC 7644 §3.5.1).
 * @param id the account's; not needed for one that is created
 * @param current the account as last read; null where it was not
 */
export function userRequest(
  plan: UserAct,
  { id, current }: { id: string; current: ScimResource | null },
  capabilities: Pick<ScimCapabilities, 'patch' | 'pathFilters' | 'addAbsent' | 'deactivation'>,
): UserRequest {
  if (plan.action === 'create') return { method: 'POST', body: newUser(plan) };
  if (plan.action === 'delete') return { method: 'DELETE', id };
  const update = userUpdate(plan, { id, current }, capabilities);
  if (!capabilities.patch || update.by === 'PUT') return { method: 'PUT', id, body: update.whole(current ?? {}).body };
  return { method: 'PATCH', id, operations: update.operations(capabilities) };
}

/** The body that an account is created with. */
export function newUser({ changes }: Extract<UserAct, { action: 'create' }>): ScimResource {
  return buildResource(targetsOf(changes), [userSchema]);
}

/** What becomes of an account that is there, whichever way its server takes it. */
export function userUpdate(
  plan: Exclude<UserAct, { action: 'create' | 'delete' }>,
  { id, current }: { id: string; current: ScimResource | null },
  { deactivation }: Pick<ScimCapabilities, 'deactivation'>,
): AttributesUpdate {
  const by = deactivation === 'put' && deactivates(plan) ? 'PUT' : undefined;
  return attributesUpdate({ collection: 'Users', id, current }, plan.changes, by);
}

/** Whether the account is to be inactive by what is sent. */
export function deactivates(act: UserAct): boolean {
  return readBoolean(valueAt(act.changes, 'active')?.to) === false;
}

/** A request as a person reads it: the path below the base URL, and the body. */
export interface ShownRequest {
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  body: Readonly<Record<string, unknown>> | null;
}

export function shownRequest(request: UserRequest): ShownRequest {
  const { method } = request;
  const path = method === 'POST' ? '/Users' : `/Users/${encodeURIComponent(request.id)}`;
  if (method === 'DELETE') return { method, path, body: null };
  return { method, path, body: method === 'PATCH' ? patchBody(request.operations) : request.body };
}

import { buildResource } from '@/lib/mappings/resource';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import { applyChanges, patchBody, patchFromChanges, type ScimOperation } from '@/lib/scim/patch';
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
  { patch, pathFilters }: Pick<ScimCapabilities, 'patch' | 'pathFilters'>,
): UserRequest {
  if (plan.action === 'create') return { method: 'POST', body: buildResource(targetsOf(plan.changes), [userSchema]) };
  if (plan.action === 'delete') return { method: 'DELETE', id };
  if (!patch) return { method: 'PUT', id, body: applyChanges(current ?? {}, plan.changes) };
  const options = { pathFilters, ...(current ? { current } : {}) };
  return { method: 'PATCH', id, operations: patchFromChanges(plan.changes, options) };
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

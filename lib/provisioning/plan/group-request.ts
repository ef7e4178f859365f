import type { Changes } from '@/lib/events/schema';
import { buildResource } from '@/lib/mappings/resource';
import type { ScimCapabilities } from '@/lib/scim/capabilities';
import { memberOperations, patchBody, patchFromChanges, splitMemberChanges } from '@/lib/scim/patch';
import type { ScimResource } from '@/lib/scim/path';
import type { GroupPlan } from './plan-group';
import type { ShownRequest } from './user-request';
import { targetsOf } from './values';

/** Members in one request, until an application says that it takes fewer. */
export const mostMembersPerRequest = 500;
const requestsAtOnce = 20;

/**
 * Members that are added and taken out before it is written down, and the rest is planned anew: what is held, recorded and sent of a
 * group has a bound however large it is, and so has the time that it takes, which is that of a lease.
 */
export function mostMembersAtOnce({
  maxMembers = mostMembersPerRequest,
}: Pick<ScimCapabilities, 'maxMembers'>): number {
  return requestsAtOnce * maxMembers;
}

/** The body that a group is created with; its members follow. */
export function groupBody(changes: Changes): ScimResource {
  return buildResource(targetsOf(changes), ['urn:ietf:params:scim:schemas:core:2.0:Group']);
}

/**
 * The first request that carries a plan out, as a person reads it: the group's own attributes go before its members.
 * @returns null where nothing is sent, or where the group is read first (an application without PATCH)
 */
export function firstGroupRequest(
  plan: GroupPlan,
  id: string,
  capabilities: Pick<ScimCapabilities, 'patchGroups' | 'pathFilters' | 'addAbsent' | 'maxMembers'>,
): ShownRequest | null {
  const path = `/Groups/${encodeURIComponent(id)}`;
  if (plan.action === 'create') return { method: 'POST', path: '/Groups', body: groupBody(plan.changes) };
  if (plan.action === 'delete') return { method: 'DELETE', path, body: null };
  if (plan.action !== 'update' || !capabilities.patchGroups) return null;
  const { add, remove, changes } = plan;
  if (Object.keys(changes).length > 0) {
    return { method: 'PATCH', path, body: patchBody(patchFromChanges(changes, capabilities)) };
  }
  const [members] = splitMemberChanges({ add, remove }, capabilities.maxMembers ?? mostMembersPerRequest);
  return members ? { method: 'PATCH', path, body: patchBody(memberOperations(members, capabilities)) } : null;
}

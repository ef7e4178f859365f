import type { Changes } from '@/lib/events/schema';
import type { ScimClient, UpdateResult } from '@/lib/scim/client';
import { applyChanges, type MemberChanges, memberOperations } from '@/lib/scim/patch';
import type { ScimResource } from '@/lib/scim/path';
import type { RequestOptions } from '@/lib/scim/transport';
import { memberIds } from '../../internal/member-ids';
import { attributeOperations } from '../../plan/group-request';

/** Changes attributes of a group, by PATCH or, where the application has none, by PUT of what is there with the changes. */
export function changeAttributes(
  client: ScimClient,
  id: string,
  changes: Changes,
  options: RequestOptions,
): Promise<UpdateResult> {
  const { capabilities } = client;
  if (capabilities.patch) return client.patchGroup(id, attributeOperations(changes, capabilities), options);
  return replace(client, id, (group) => applyChanges(group, changes), options);
}

/** Adds and removes members; without PATCH, the members that are there are carried over (RFC 7644 §3.5.1). */
export function changeMembers(
  client: ScimClient,
  id: string,
  changes: MemberChanges,
  options: RequestOptions,
): Promise<UpdateResult> {
  const { patch, pathFilters } = client.capabilities;
  if (patch) return client.patchGroup(id, memberOperations(changes, { pathFilters }), options);
  return replace(
    client,
    id,
    (group) => {
      const members = new Set([...memberIds(group), ...changes.add]);
      for (const gone of changes.remove) members.delete(gone);
      return { ...applyChanges(group, {}), members: [...members].map((value) => ({ value })) };
    },
    options,
  );
}

async function replace(
  client: ScimClient,
  id: string,
  change: (group: ScimResource) => ScimResource,
  options: RequestOptions,
): Promise<UpdateResult> {
  const read = await client.getGroup(id);
  return read.ok ? client.replaceGroup(id, change(read.value), options) : read;
}

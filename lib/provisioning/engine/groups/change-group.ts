import type { Changes } from '@/lib/events/schema';
import { attributesUpdate } from '@/lib/scim/attributes-update';
import type { ScimClient, UpdateResult } from '@/lib/scim/client';
import { applyChanges, type MemberChanges, memberOperations } from '@/lib/scim/patch';
import type { RequestOptions } from '@/lib/scim/transport';
import type { Update } from '@/lib/scim/update';
import { updateResource } from '@/lib/scim/update-resource';
import { memberIds } from '../../internal/member-ids';

/** Changes attributes of a group. */
export function changeAttributes(
  client: ScimClient,
  id: string,
  changes: Changes,
  options: RequestOptions,
): Promise<UpdateResult> {
  return updateResource(client, attributesUpdate({ collection: 'Groups', id, current: null }, changes), options);
}

/** Adds and removes members. */
export function changeMembers(
  client: ScimClient,
  id: string,
  changes: MemberChanges,
  options: RequestOptions,
): Promise<UpdateResult> {
  return updateResource(client, membersUpdate(id, changes), options);
}

/** Without PATCH, the members that are there are carried over (RFC 7644 §3.5.1). */
function membersUpdate(id: string, changes: MemberChanges): Update {
  return {
    collection: 'Groups',
    id,
    current: null,
    operations: (form) => memberOperations(changes, form),
    whole: (group) => {
      const members = new Set([...memberIds(group), ...changes.add]);
      for (const gone of changes.remove) members.delete(gone);
      return { ...applyChanges(group, {}), members: [...members].map((value) => ({ value })) };
    },
    again: (group) => {
      const there = new Set(memberIds(group));
      const add = changes.add.filter((member) => !there.has(member));
      const remove = changes.remove.filter((member) => there.has(member));
      if (add.length + remove.length === 0) return undefined;
      return { ...membersUpdate(id, { add, remove }), current: group };
    },
  };
}

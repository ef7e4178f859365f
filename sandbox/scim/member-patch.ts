import { type GroupRecord, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';

/** From this size on the library needs whole seconds for one member (2.3 s at 10,000). */
const largeGroup = 300;

const oneMember = /^members\[value eq "([^"]+)"\]$/i;

export type MemberPatch = { group: GroupRecord } | { unknownMember: string };

/**
 * Adds and removes members of a large group in time proportional to the change (RFC 7644 section 3.5.2).
 * @returns undefined when the group is small or the request does anything else: the library's business
 */
export function patchMembers(tenant: Tenant, group: GroupRecord, body: unknown): MemberPatch | undefined {
  if (group.members.size < largeGroup || !isObject(body) || !Array.isArray(body.Operations)) return undefined;
  const members = new Set(group.members);
  for (const operation of body.Operations) {
    if (!isObject(operation)) return undefined;
    const op = text(operation.op).toLowerCase();
    const path = text(operation.path);
    const [, single] = oneMember.exec(path) ?? [];
    if (op === 'remove' && single !== undefined) {
      members.delete(single);
      continue;
    }
    const ids = path.toLowerCase() === 'members' ? idsOf(operation.value) : undefined;
    if (!ids || (op !== 'add' && op !== 'remove')) return undefined;
    for (const id of ids) {
      if (op === 'remove') members.delete(id);
      else if (tenant.store.user(id)) members.add(id);
      else return { unknownMember: id };
    }
  }
  return { group: { ...group, members, modified: new Date().toISOString() } };
}

function idsOf(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every(isObject)) return undefined;
  return list.map((member) => text(member.value));
}

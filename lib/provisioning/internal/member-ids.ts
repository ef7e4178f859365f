import type { ScimResource } from '@/lib/scim/path';

/** The ids of a group's members, whatever else the server says of them. */
export function memberIds(group: ScimResource): string[] {
  const { members } = group;
  if (!Array.isArray(members)) return [];
  return members.flatMap((member: unknown) => {
    const value = typeof member === 'object' && member !== null ? (member as { value?: unknown }).value : member;
    // Ids are text; some servers send numbers.
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  });
}

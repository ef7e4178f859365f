import type { Group } from '@/lib/db/generated/client';
import { groupSchemaId } from '@/lib/scim/server/names';
import { etagOf } from './user-resource';

export interface GroupMemberRow {
  id: string;
  displayName: string;
}

/** A group as SCIM has it (RFC 7643 §4.2). @param members absent: not told */
export function toGroupResource(
  group: Group,
  members: readonly GroupMemberRow[] | undefined,
  base: string,
): Record<string, unknown> {
  return {
    schemas: [groupSchemaId],
    id: group.id,
    ...(group.externalId ? { externalId: group.externalId } : {}),
    displayName: group.name,
    ...(members && members.length > 0
      ? {
          members: members.map(({ id, displayName }) => ({
            value: id,
            $ref: `${base}/Users/${id}`,
            display: displayName,
            type: 'User',
          })),
        }
      : {}),
    meta: {
      resourceType: 'Group',
      created: group.createdAt.toISOString(),
      lastModified: group.updatedAt.toISOString(),
      location: `${base}/Groups/${group.id}`,
      version: etagOf(group),
    },
  };
}

import type { User } from '@/lib/db/generated/client';
import { customSchemaId, enterpriseSchemaId, userSchemaId } from '@/lib/scim/server/names';

/** A person with what a resource tells besides. */
export interface ResourceUser extends User {
  managerName?: string | null;
  /** Groups of the source that the person is in; absent: not told. */
  groups?: readonly { id: string; name: string }[];
}

type Resource = Record<string, unknown>;

/** The tag of a version (RFC 7644 §3.14). */
export const etagOf = ({ version }: { version: number }) => `W/"${version}"`;

/** A person as SCIM has them (RFC 7643 §4.1). @param base of the endpoint, without a slash at its end */
export function toUserResource(user: ResourceUser, base: string): Resource {
  const custom = user.customAttributes as Resource;
  const enterprise = given({
    employeeNumber: user.employeeIdentifier,
    costCenter: user.costCenter,
    organization: user.company,
    department: user.department,
    manager: user.managerId && {
      value: user.managerId,
      $ref: `${base}/Users/${user.managerId}`,
      ...(user.managerName ? { displayName: user.managerName } : {}),
    },
  });
  const hasEnterprise = Object.keys(enterprise).length > 0;
  const hasCustom = Object.keys(custom).length > 0;
  return {
    schemas: [userSchemaId, ...(hasEnterprise ? [enterpriseSchemaId] : []), ...(hasCustom ? [customSchemaId] : [])],
    id: user.id,
    ...given({ externalId: user.externalId }),
    userName: user.username,
    name: { formatted: `${user.firstname} ${user.lastname}`, familyName: user.lastname, givenName: user.firstname },
    displayName: user.displayName,
    ...given({ title: user.jobTitle }),
    active: user.status === 'active',
    emails: [{ value: user.email, type: 'work', primary: true }],
    ...(user.phone ? { phoneNumbers: [{ value: user.phone, type: 'work', primary: true }] } : {}),
    ...(user.location ? { addresses: [{ formatted: user.location, type: 'work', primary: true }] } : {}),
    ...(user.groups && user.groups.length > 0
      ? {
          groups: user.groups.map(({ id, name }) => ({
            value: id,
            $ref: `${base}/Groups/${id}`,
            display: name,
            type: 'direct',
          })),
        }
      : {}),
    ...(hasEnterprise ? { [enterpriseSchemaId]: enterprise } : {}),
    ...(hasCustom ? { [customSchemaId]: custom } : {}),
    meta: {
      resourceType: 'User',
      created: user.createdAt.toISOString(),
      lastModified: user.updatedAt.toISOString(),
      location: `${base}/Users/${user.id}`,
      version: etagOf(user),
    },
  };
}

function given(values: Resource): Resource {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
}

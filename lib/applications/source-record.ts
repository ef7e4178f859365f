import type { Group, User } from '@/lib/db/generated/client';
import type { SourceRecord } from '@/lib/mappings/source';
import type { Value } from '@/lib/mappings/value';

/** A person as an application is told of them: without the secret of their own sign-in. */
export type Person = Omit<User, 'passwordHash'>;

/**
 * A person as mappings see them. `username` is the application username, so that NameID and SCIM `userName` agree
 * whichever of the two names a mapping uses.
 * @param active not suspended and not deleted
 */
export function userRecord(user: Person, applicationUsername: string, active: boolean): SourceRecord {
  return {
    ...(user.customAttributes as Record<string, Value>),
    id: user.id,
    username: applicationUsername,
    applicationUsername,
    email: user.email,
    firstname: user.firstname,
    lastname: user.lastname,
    displayName: user.displayName,
    employeeIdentifier: user.employeeIdentifier,
    jobTitle: user.jobTitle,
    department: user.department,
    company: user.company,
    costCenter: user.costCenter,
    location: user.location,
    phone: user.phone,
    manager: user.managerId,
    active,
  };
}

/** A user group as mappings see it. */
export function groupRecord(group: Group): SourceRecord {
  return { id: group.id, name: group.name, description: group.description };
}

import type { User } from '@/lib/db/generated/client';
import type { UserValues } from './schema';

/** Column values of a form; an empty display name becomes first and last name. */
export function toColumns(values: UserValues) {
  const { username, email, firstname, lastname, displayName, ...rest } = values;
  return {
    username,
    email: email.toLowerCase(),
    firstname,
    lastname,
    displayName: displayName ?? `${firstname} ${lastname}`,
    employeeIdentifier: rest.employeeIdentifier,
    jobTitle: rest.jobTitle,
    department: rest.department,
    company: rest.company,
    costCenter: rest.costCenter,
    location: rest.location,
    phone: rest.phone,
    managerId: rest.managerId,
    customAttributes: rest.customAttributes,
    role: rest.role,
  };
}

export type UserColumns = ReturnType<typeof toColumns>;

/** What a form would hold for a stored person. */
export function columnsOf(user: User): UserColumns {
  return {
    username: user.username,
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
    managerId: user.managerId,
    customAttributes: user.customAttributes as UserColumns['customAttributes'],
    role: user.role,
  };
}

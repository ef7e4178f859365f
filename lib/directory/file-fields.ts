/** What a file of people says of each, in its order: as it is imported, and as it is exported. */
export const fileFields = [
  'username',
  'email',
  'firstname',
  'lastname',
  'displayName',
  'employeeIdentifier',
  'jobTitle',
  'department',
  'company',
  'costCenter',
  'location',
  'phone',
  'manager',
] as const;
export type FileField = (typeof fileFields)[number];

/** What a person of the directory can take from an account, as the console calls it. */
export const takenAttributes = {
  username: 'Username',
  email: 'Company Email',
  firstname: 'First Name',
  lastname: 'Last Name',
  displayName: 'Display Name',
  employeeIdentifier: 'Employee ID',
  jobTitle: 'Job Title',
  department: 'Department',
  company: 'Company',
  costCenter: 'Cost Center',
  location: 'Location',
  phone: 'Work Phone',
} as const;
export type TakenAttribute = keyof typeof takenAttributes;
export const takenAttributeNames = Object.keys(takenAttributes) as [TakenAttribute, ...TakenAttribute[]];

/** An existing person keeps the names by which they sign in and get their links, whatever the application says. */
export const keptAttributes: readonly TakenAttribute[] = ['username', 'email'];

/** One attribute of an account beside the same one of a person. */
export interface ComparedAttribute {
  name: TakenAttribute;
  person: string | null;
  account: string;
  /** The same, in whatever case and form of writing. */
  agrees: boolean;
  /** What *update* would write. */
  updates: boolean;
}

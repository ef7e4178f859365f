import { z } from 'zod';
import { attributeKeySchema } from '@/lib/directory/schema';
import { customSource } from '@/lib/filters/schema';

/** What a person of the directory can take from an account, as the console calls it; custom attributes besides. */
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
export type PersonAttribute = keyof typeof takenAttributes;
export type CustomTaken = `${typeof customSource}${string}`;
export type TakenAttribute = PersonAttribute | CustomTaken;
export const personAttributeNames = Object.keys(takenAttributes) as [PersonAttribute, ...PersonAttribute[]];

export const takenAttributeSchema = z.union([
  z.enum(personAttributeNames),
  z
    .string()
    .refine(
      (text) => text.startsWith(customSource) && attributeKeySchema.safeParse(text.slice(customSource.length)).success,
      `A custom attribute is written ${customSource} and its name.`,
    )
    .transform((text) => text as CustomTaken),
]);

/** The name of a custom attribute; undefined for the others. */
export const customKey = (attribute: TakenAttribute): string | undefined =>
  attribute.startsWith(customSource) ? attribute.slice(customSource.length) : undefined;

/** As the console calls it. @param custom labels of custom attributes; an empty one is the name */
export function takenLabel(attribute: TakenAttribute, custom: readonly { name: string; label: string }[]): string {
  const key = customKey(attribute);
  if (key === undefined) return takenAttributes[attribute as PersonAttribute];
  return custom.find(({ name }) => name === key)?.label || key;
}

/** An existing person keeps the names by which they sign in and get their links, whatever the application says. */
export const keptAttributes: readonly TakenAttribute[] = ['username', 'email'];

/** One attribute of an account beside the same one of a person. */
export interface ComparedAttribute {
  name: TakenAttribute;
  label: string;
  person: string | null;
  account: string;
  /** The same, in whatever case and form of writing. */
  agrees: boolean;
  /** What *update* would write. */
  updates: boolean;
}

import { AppError } from '@/lib/core/errors';
import { foldName } from '@/lib/core/fold-name';
import { cleanLine } from '@/lib/core/text';
import type { ImportRow } from '@/lib/db/generated/client';
import { type UserValues, userValuesSchema } from '@/lib/directory/schema';
import type { ImportedColumns } from '@/lib/directory/update-imported-user';
import { readPath, type ScimResource } from '@/lib/scim/path';
import {
  type ComparedAttribute,
  keptAttributes,
  type TakenAttribute,
  takenAttributeNames,
  takenAttributes,
} from '../taken-attributes';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What is known of an account without its resource. */
export type ListedAccount = Pick<ImportRow, 'userName' | 'email' | 'displayName' | 'firstname' | 'lastname'>;
export type TakenValues = Partial<Record<TakenAttribute, string | null>>;

/**
 * What the directory takes over of an account, before anything is checked. Texts are made one line; a username or an e-mail
 * address is another one if anything about it is changed, so that it is taken as it is or not at all.
 */
export function takenValues(row: ListedAccount, resource: ScimResource | undefined): TakenValues {
  const text = (path: string): string | null => {
    const value = resource && readPath(resource, path);
    return typeof value === 'string' ? cleanLine(value) || null : null;
  };
  const [first, last] = namesOf(row);
  return {
    username: row.userName,
    email: row.email ?? (row.userName.includes('@') ? row.userName : ''),
    firstname: cleanLine(first),
    lastname: cleanLine(last),
    displayName: row.displayName && cleanLine(row.displayName),
    jobTitle: text('title'),
    department: text(`${enterprise}:department`),
    costCenter: text(`${enterprise}:costCenter`),
    company: text(`${enterprise}:organization`),
    employeeIdentifier: text(`${enterprise}:employeeNumber`),
    phone: text('phoneNumbers.value'),
  };
}

/**
 * The same as a person's form would hold it.
 * @throws AppError `invalid_input` that names the property, where the account has no usable value
 */
export function accountValues(row: ListedAccount, resource: ScimResource | undefined): UserValues {
  return checked(userValuesSchema.safeParse(takenValues(row, resource)));
}

/**
 * What an existing person takes over: never a name by which they sign in, and nothing that the account does not say.
 * @throws AppError `invalid_input` that names the property
 */
export function updatedValues(row: ListedAccount, resource: ScimResource | undefined): ImportedColumns {
  const said = Object.entries(takenValues(row, resource)).filter(
    ([name, value]) => value && !keptAttributes.includes(name as TakenAttribute),
  );
  const parsed = checked(userValuesSchema.partial().safeParse(Object.fromEntries(said)));
  return Object.fromEntries(said.map(([name]) => [name, parsed[name as TakenAttribute]])) satisfies ImportedColumns;
}

/** What an account says beside what is known of a person, attribute by attribute. */
export function compareWith(
  person: Readonly<Record<TakenAttribute, string | null>>,
  taken: TakenValues,
): ComparedAttribute[] {
  return takenAttributeNames.flatMap((name) => {
    const account = taken[name];
    if (!account) return [];
    const before = person[name] || null;
    const agrees = before !== null && foldName(before) === foldName(account);
    return [{ name, person: before, account, agrees, updates: before !== account && !keptAttributes.includes(name) }];
  });
}

interface Parsed<T> {
  success: boolean;
  data?: T;
  error?: { issues: readonly { message: string; path: PropertyKey[] }[] };
}

function checked<T>({ data, error }: Parsed<T>): T {
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  const field = issue?.path.join('.') ?? '';
  const label = field in takenAttributes ? `the ${takenAttributes[field as TakenAttribute].toLowerCase()}` : field;
  throw new AppError('invalid_input', issue?.message ?? 'The account has no usable values.', {
    field,
    hint: `Correct ${label} in the application and fetch again, or create the person by hand and link.`,
  });
}

/** First and last name; split from the display name where the account has only that. */
function namesOf({ firstname, lastname, displayName }: ListedAccount): [string, string] {
  if (firstname || lastname) return [firstname ?? '', lastname ?? ''];
  const words = (displayName ?? '').trim().split(/\s+/);
  return [words.slice(0, -1).join(' '), words.at(-1) ?? ''];
}

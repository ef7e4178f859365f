import { AppError } from '@/lib/core/errors';
import { cleanLine } from '@/lib/core/text';
import type { ImportRow } from '@/lib/db/generated/client';
import { type UserValues, userValuesSchema } from '@/lib/directory/schema';
import { readPath, type ScimResource } from '@/lib/scim/path';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * What the directory takes over of an account, as a person's form would hold it. Texts are made one line; a username or an
 * e-mail address is another one if anything about it is changed, so that it is taken as it is or not at all.
 * @throws AppError `invalid_input` that names the property, where the account has no usable value
 */
export function accountValues(row: ImportRow, resource: ScimResource | undefined): UserValues {
  const text = (path: string): string | null => {
    const value = resource && readPath(resource, path);
    return typeof value === 'string' ? cleanLine(value) || null : null;
  };
  const [first, last] = namesOf(row);
  const parsed = userValuesSchema.safeParse({
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
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new AppError('invalid_input', issue?.message ?? 'The account has no usable values.', {
    field,
    hint: `Correct ${labels[field] ?? field} in the application and fetch again, or create the person by hand and link.`,
  });
}

const labels: Record<string, string> = {
  username: 'the username',
  email: 'the e-mail address',
  firstname: 'the first name',
  lastname: 'the last name',
};

/** First and last name; split from the display name where the account has only that. */
function namesOf({ firstname, lastname, displayName }: ImportRow): [string, string] {
  if (firstname || lastname) return [firstname ?? '', lastname ?? ''];
  const words = (displayName ?? '').trim().split(/\s+/);
  return [words.slice(0, -1).join(' '), words.at(-1) ?? ''];
}

import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import { type FileField, fileFields } from '@/lib/directory/file-fields';
import { findProperty, listProperties } from '@/lib/mappings/source';

/** Of a custom attribute, in front of its name. */
export const customField = 'customAttributes.';

export interface FieldOption {
  /** One of the fields, or `customAttributes.` and a name. */
  value: string;
  label: string;
}

/** What the columns of a file can be, in the order in which it is offered; custom attributes by what people call them, with their names. */
export function fieldOptions(customAttributes: readonly Pick<NamedAttribute, 'name' | 'label'>[]): FieldOption[] {
  const labels = new Map(listProperties('user').map(({ name, label }) => [name, label]));
  return [
    ...fileFields.map((value) => ({
      value,
      label: value === 'manager' ? 'Manager (username or e-mail)' : (labels.get(value) ?? value),
    })),
    ...customAttributes.map(({ name, label }) => ({
      value: customField + name,
      label: label ? `${label} (${name})` : name,
    })),
  ];
}

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** What other systems head a column with, besides the names that mappings know. */
const heads = new Map<string, FileField>(
  Object.entries({
    userprincipalname: 'username',
    login: 'username',
    user: 'username',
    mailaddress: 'email',
    emailaddress: 'email',
    workemail: 'email',
    vorname: 'firstname',
    nachname: 'lastname',
    familyname: 'lastname',
    name: 'displayName',
    fullname: 'displayName',
    employeeno: 'employeeIdentifier',
    personnelnumber: 'employeeIdentifier',
    position: 'jobTitle',
    office: 'location',
    city: 'location',
    mobile: 'phone',
    reportsto: 'manager',
    manageremail: 'manager',
    managerusername: 'manager',
  }),
);

/** What each column is, by its head: one of ours, a vendor's name for it, or a custom attribute; empty for what is not known. Each once. */
export function guessColumns(
  header: readonly string[],
  customAttributes: readonly Pick<NamedAttribute, 'name' | 'label'>[],
): string[] {
  const options = [
    ...fieldOptions([]).map(({ value, label }) => ({ value, names: [value, label] })),
    ...customAttributes.map(({ name, label }) => ({
      value: customField + name,
      names: [customField + name, name, label],
    })),
  ];
  const taken = new Set<string>();
  return header.map((head) => {
    const found =
      options.find(({ names }) => names.some((one) => one && plain(one) === plain(head)))?.value ??
      heads.get(plain(head)) ??
      knownAs(head);
    if (!found || taken.has(found)) return '';
    taken.add(found);
    return found;
  });
}

/** By a name that a mapping would know it by. */
function knownAs(head: string): string | undefined {
  const name = findProperty('user', head)?.name;
  return fileFields.find((field) => field === name);
}

import type { ObjectType } from '@/lib/mappings/schema';
import type { Value } from '@/lib/mappings/value';

/**
 * What is known of one person or group: canonical property name (see the tables below) to value, custom attributes by
 * their own names. `active` is true while the person is neither suspended nor deleted.
 */
export type SourceRecord = Readonly<Record<string, Value | undefined>>;

export interface SourceProperty {
  name: string;
  /** As the field is called in the console. */
  label: string;
  type: 'string' | 'boolean' | 'integer' | 'reference';
  multiValued: boolean;
  /** Names that other vendors have for it, so that pasted mappings resolve. */
  aliases: readonly string[];
  /** Derived from other properties instead of being kept. */
  compute?: (source: SourceRecord) => Value;
  /** Resolves, but is not offered. */
  hidden?: boolean;
}

function text(source: SourceRecord, name: string): string {
  const value = source[name];
  return typeof value === 'string' ? value : '';
}

function prefix(address: string): string {
  return address.split('@')[0] ?? address;
}

function property(name: string, label: string, aliases: readonly string[], more: Partial<SourceProperty> = {}) {
  return { name, label, type: 'string', multiValued: false, aliases, ...more } satisfies SourceProperty;
}

const userProperties: readonly SourceProperty[] = [
  property('username', 'Username', ['sAMAccountName', 'onPremisesSamAccountName', 'login', 'uid']),
  property('email', 'Company Email', ['mail', 'emailAddress', 'emails']),
  property('firstname', 'First Name', ['givenName', 'first_name']),
  property('lastname', 'Last Name', ['surname', 'familyName', 'sn', 'last_name']),
  property('fullName', 'First Name/Last Name', ['firstname/lastname'], {
    compute: (source) => `${text(source, 'firstname')} ${text(source, 'lastname')}`.trim() || null,
  }),
  property('displayName', 'Display Name', ['cn', 'name']),
  property('employeeIdentifier', 'Employee ID', ['employeeId', 'employeeNumber']),
  property('jobTitle', 'Job Title', ['title']),
  property('department', 'Department', []),
  property('company', 'Company', ['companyName', 'organization']),
  property('costCenter', 'Cost Center', []),
  property('location', 'Location', ['physicalDeliveryOfficeName', 'officeLocation']),
  property('phone', 'Work Phone', ['telephoneNumber', 'phoneNumber', 'businessPhones', 'primaryPhone']),
  property('manager', 'Manager', ['managerId'], { type: 'reference' }),
  property('active', 'Status', ['accountEnabled', 'status', 'enabled'], { type: 'boolean' }),
  property('applicationUsername', 'Application Username', ['appUserName']),
  property('id', 'User ID', ['objectId', 'originalObjectId', 'oid']),
  property('groups', 'User Groups', ['memberOf'], { multiValued: true }),
  property('userPrincipalName', 'User Principal Name', ['upn'], {
    // In Entra a UPN always has the form of an address. Where ours does not, the e-mail address is what is meant.
    compute: (source) => {
      const username = text(source, 'username');
      return (username.includes('@') ? username : text(source, 'email') || username) || null;
    },
  }),
  property('mailNickname', 'Email Prefix', ['emailPrefix'], {
    compute: (source) => prefix(text(source, 'email')) || null,
  }),
  property('IsSoftDeleted', 'Is Soft Deleted', [], {
    type: 'boolean',
    compute: (source) => source.active === false,
  }),
  property('appRoleAssignments', 'Application Roles', ['roles'], { multiValued: true, hidden: true }),
];

const groupProperties: readonly SourceProperty[] = [
  property('name', 'Name', ['displayName', 'cn']),
  property('description', 'Description', []),
  property('id', 'Group ID', ['objectId', 'originalObjectId', 'oid']),
  property('members', 'Members', [], { type: 'reference', multiValued: true }),
];

const tables: Readonly<Record<ObjectType, ReadonlyMap<string, SourceProperty>>> = {
  user: indexed(userProperties),
  group: indexed(groupProperties),
};

function indexed(properties: readonly SourceProperty[]): ReadonlyMap<string, SourceProperty> {
  const index = new Map<string, SourceProperty>();
  for (const entry of properties) {
    for (const name of [entry.name, ...entry.aliases]) index.set(name.toLowerCase(), entry);
  }
  return index;
}

/** A custom attribute by its name alone, or with what people call it; an empty label is the name. */
export type CustomAttribute = string | { name: string; label: string };

function customProperty(attribute: CustomAttribute): SourceProperty {
  const { name, label } = typeof attribute === 'string' ? { name: attribute, label: '' } : attribute;
  return property(name, label || name, []);
}

/** All properties that a mapping may name, custom attributes last; for autocomplete and the source's select. */
export function listProperties(
  objectType: ObjectType,
  customAttributes: readonly CustomAttribute[] = [],
): SourceProperty[] {
  const own = (objectType === 'user' ? userProperties : groupProperties).filter((entry) => !entry.hidden);
  return [...own, ...customAttributes.map(customProperty)];
}

/** The names that a property is found by, beside what the console calls it: its own and other vendors'. */
export function namesOf({ name, label, aliases }: SourceProperty): string[] {
  return [name, ...aliases].filter((one) => one !== label);
}

/** The property that a name or a vendor's name for it stands for, in any case. Custom attributes come first. */
export function findProperty(
  objectType: ObjectType,
  name: string,
  customAttributes: readonly CustomAttribute[] = [],
): SourceProperty | undefined {
  const wanted = name.trim().toLowerCase();
  const custom = customAttributes.find(
    (attribute) => (typeof attribute === 'string' ? attribute : attribute.name).toLowerCase() === wanted,
  );
  const canonical = tables[objectType].get(wanted);
  if (custom !== undefined && canonical?.name.toLowerCase() !== wanted) return customProperty(custom);
  return canonical;
}

/** The value of a property in a record, custom attributes included; null where it has none or is unknown. */
export function readProperty(objectType: ObjectType, source: SourceRecord, name: string): Value {
  const found = findProperty(objectType, name, Object.keys(source));
  if (!found) return null;
  return found.compute && source[found.name] === undefined ? found.compute(source) : (source[found.name] ?? null);
}

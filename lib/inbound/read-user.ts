import type { z } from 'zod';
import type { User } from '@/lib/db/generated/client';
import { type UserValues, userValuesSchema } from '@/lib/directory/schema';
import type { AttributeType } from '@/lib/filters/check-filter';
import { getIgnoringCase, isRecord, readBoolean } from '@/lib/scim/json';
import { customSchemaId, enterpriseSchemaId } from '@/lib/scim/server/names';
import { badRequest } from '@/lib/scim/server/scim-error';

type Resource = Record<string, unknown>;

/** What a source says of a person. */
export interface SentUser {
  values: UserValues;
  externalId: string | null;
  /** Undefined: it does not say. */
  active: boolean | undefined;
}

const externalIdLength = 500;
const isAddress = /^[^\s@]+@[^\s@]+$/;

/**
 * Reads a resource as it was sent, or as a PATCH made it, into a person. What Latchkey does not keep is passed over.
 * @param before who is changed: the role stays, and so do an address and a name that are not sent
 * @param types of the custom attributes that there are: Entra sends everything as text
 * @param isPatched what is not named stands there as it was
 * @throws ScimError 400 invalidValue
 */
export function readUser(
  resource: Resource,
  before: User | undefined,
  types: ReadonlyMap<string, AttributeType>,
  isPatched = false,
): SentUser {
  const at = (name: string) => getIgnoringCase(resource, name);
  const enterprise = asRecord(at(enterpriseSchemaId), enterpriseSchemaId);
  const ofEnterprise = (name: string) => text(getIgnoringCase(enterprise, name), name);
  const username = text(at('userName'), 'userName');
  if (username === null) throw badRequest('invalidValue', 'userName is missing.');
  const { firstname, lastname, displayName: shown } = namesOf(resource, before, username);
  const displayName = isPatched && stillMade(shown, before, firstname, lastname) ? null : shown;
  const address = asRecord(chosen(at('addresses')), 'addresses');
  const values = {
    username,
    email: addressOf(resource, before, username),
    firstname,
    lastname,
    displayName,
    employeeIdentifier: ofEnterprise('employeeNumber'),
    jobTitle: text(at('title'), 'title'),
    department: ofEnterprise('department'),
    company: ofEnterprise('organization'),
    costCenter: ofEnterprise('costCenter'),
    location: text(getIgnoringCase(address, 'formatted') ?? getIgnoringCase(address, 'locality'), 'addresses'),
    phone: singleOf(at('phoneNumbers'), 'phoneNumbers'),
    managerId: managerOf(getIgnoringCase(enterprise, 'manager')),
    customAttributes: customOf(at(customSchemaId), before, types),
    role: before?.role ?? 'user',
  };
  const parsed = userValuesSchema.safeParse(values);
  if (!parsed.success) throw asScimError(parsed.error);
  return { values: parsed.data, externalId: externalIdOf(at('externalId')), active: activeOf(at('active')) };
}

function externalIdOf(value: unknown): string | null {
  const id = text(value, 'externalId');
  if (id !== null && id.length > externalIdLength) {
    throw badRequest('invalidValue', `externalId has at most ${externalIdLength} characters.`);
  }
  return id;
}

function activeOf(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  const active = readBoolean(value);
  if (active === undefined) throw badRequest('invalidValue', 'active is true or false.');
  return active;
}

/** First and last name, of whatever there is: a directory may know one name only. */
function namesOf(resource: Resource, before: User | undefined, username: string) {
  const name = asRecord(getIgnoringCase(resource, 'name'), 'name');
  const given = text(getIgnoringCase(name, 'givenName'), 'name.givenName');
  const family = text(getIgnoringCase(name, 'familyName'), 'name.familyName');
  const shown = text(getIgnoringCase(resource, 'displayName'), 'displayName');
  const whole = shown ?? text(getIgnoringCase(name, 'formatted'), 'name.formatted');
  const [head = '', ...rest] = (whole ?? '').split(/\s+/);
  const firstname = given ?? (whole === null ? before?.firstname : head) ?? username;
  const lastname = family ?? (whole === null ? before?.lastname : rest.join(' ') || head) ?? username;
  return { firstname, lastname, displayName: shown };
}

/** A name that was made of the two others goes with them, where nobody said another one. */
function stillMade(shown: string | null, before: User | undefined, firstname: string, lastname: string): boolean {
  if (!before || shown !== before.displayName) return false;
  const wasMade = before.displayName === `${before.firstname} ${before.lastname}`;
  return wasMade && (firstname !== before.firstname || lastname !== before.lastname);
}

function addressOf(resource: Resource, before: User | undefined, username: string): string {
  const sent = singleOf(getIgnoringCase(resource, 'emails'), 'emails');
  const address = sent ?? (isAddress.test(username) ? username : before?.email);
  if (address) return address;
  throw badRequest('invalidValue', 'emails is missing, and userName is no e-mail address: Latchkey needs one of them.');
}

/** Of a list, the primary element, or the one of type work, or the first. */
function chosen(list: unknown): unknown {
  if (list === undefined || list === null || list === '') return undefined;
  const elements = Array.isArray(list) ? list : [list];
  const of = (name: string, value: unknown) =>
    elements.find((element) => isRecord(element) && String(getIgnoringCase(element, name)).toLowerCase() === value);
  return of('primary', 'true') ?? of('type', 'work') ?? elements[0];
}

function singleOf(list: unknown, name: string): string | null {
  const element = chosen(list);
  return text(isRecord(element) ? getIgnoringCase(element, 'value') : element, name);
}

/** An object with the id as its value, or the id alone; nothing, an empty text, or an object without value: none. */
function managerOf(value: unknown): string | null {
  return text(isRecord(value) ? getIgnoringCase(value, 'value') : value, 'manager');
}

/** An extension that is not sent at all leaves custom attributes as they are. */
function customOf(sent: unknown, before: User | undefined, types: ReadonlyMap<string, AttributeType>): Resource {
  if (sent === undefined) return (before?.customAttributes ?? {}) as Resource;
  const entries = Object.entries(asRecord(sent, customSchemaId)).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === '') return [];
    const known = [...types.keys()].find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
    return [[known, coerced(value, types.get(known), name)] as const];
  });
  return Object.fromEntries(entries);
}

function coerced(value: unknown, type: AttributeType | undefined, name: string): string | number | boolean {
  if (type === 'boolean') {
    const read = readBoolean(value);
    if (read !== undefined) return read;
  }
  if (type === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
  const fits = type === undefined ? ['string', 'number', 'boolean'].includes(typeof value) : typeof value === type;
  if (fits) return value as string | number | boolean;
  throw badRequest('invalidValue', `${name} is ${type ? `a ${type}` : 'text, a number or a boolean'}.`);
}

/** Empty text counts as no value. */
function text(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw badRequest('invalidValue', `${name} is text.`);
  return value.trim() === '' ? null : value.trim();
}

function asRecord(value: unknown, name: string): Resource {
  if (value === undefined || value === null || value === '') return {};
  if (isRecord(value)) return value;
  throw badRequest('invalidValue', `${name} is an object.`);
}

/** Where a property stands in SCIM. */
const scimNames: Readonly<Record<string, string>> = {
  username: 'userName',
  email: 'emails.value',
  firstname: 'name.givenName',
  lastname: 'name.familyName',
  jobTitle: 'title',
  phone: 'phoneNumbers.value',
  location: 'addresses.formatted',
  employeeIdentifier: 'employeeNumber',
  company: 'organization',
  managerId: 'manager.value',
  customAttributes: customSchemaId,
};

/** The name in SCIM of a field that a command refuses. */
export const scimNameOf = (field: string) => scimNames[field] ?? field;

function asScimError(error: z.ZodError) {
  const [issue] = error.issues;
  const [field = '', ...rest] = issue?.path.map(String) ?? [];
  return badRequest(
    'invalidValue',
    `${[scimNameOf(field), ...rest].join('.')}: ${issue?.message ?? 'it cannot be used.'}`,
  );
}

import { getIgnoringCase, isRecord } from '@/lib/scim/json';

/** One parsed attribute path (RFC 7644 §3.5.2, figure 1), in the form that reading, writing and PATCH agree on. */
export interface ScimPath {
  /** Extension whose key holds the attribute; absent for the core schemas, which need no prefix. */
  schema?: string;
  attribute: string;
  /** Value filter of a multi-valued attribute: only `eq` on one sub-attribute. */
  filter?: { attribute: string; value: string | boolean | number };
  subAttribute?: string;
  /** Sub-attributes that a new element gets besides the filter's own (`emails: value` makes a work e-mail). */
  defaults?: Readonly<Record<string, unknown>>;
}

export type ScimResource = Record<string, unknown>;

/** The text is no attribute path. `position` is the offset of the first character that does not fit. */
export class ScimPathError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'ScimPathError';
    this.position = position;
  }
}

export const enterpriseUserSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const maxPathLength = 512;
/** ATTRNAME of RFC 7643 §2.1; `$ref` is the one exception that the RFC itself uses. Cannot start with `__proto__`. */
const name = String.raw`(?:\$ref|[A-Za-z][A-Za-z0-9_-]*)`;
const pathPattern = new RegExp(
  String.raw`^(${name})(?:\[\s*(${name})\s+eq\s+("(?:[^"\\]|\\.)*"|'(?:[^'"\\]|\\.)*'|[^\s\]"']+)\s*\])?(?:(?:\.|\s*:\s*)(${name}))?$`,
  'i',
);
const corePrefix = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):(?=.)/i;
/** Core attributes that are lists of complex values (RFC 7643 §4.1.2) and are mapped from a single one. */
const listAttributes = new Set(
  ['emails', 'phoneNumbers', 'ims', 'photos', 'addresses', 'entitlements', 'roles', 'x509Certificates'].map((text) =>
    text.toLowerCase(),
  ),
);
const workByDefault = new Set(['emails', 'phonenumbers', 'addresses']);

/**
 * Reads `userName`, `name.givenName`, `emails[type eq "work"].value`, `<schema URN>:attribute` and the vendors' notation
 * `emails: value`. A list attribute without a filter (`emails.value`) means its primary value. The text of a filter may stand in single quotes, too.
 * @throws ScimPathError when the text is none of these, or longer than 512 characters
 */
export function parseScimPath(text: string): ScimPath {
  const trimmed = text.trim();
  if (trimmed === '') throw new ScimPathError('Enter a SCIM attribute, such as userName', 0);
  if (trimmed.length > maxPathLength) throw new ScimPathError(`Longer than ${maxPathLength} characters`, maxPathLength);
  const withoutCore = trimmed.replace(corePrefix, '');
  const { schema, rest } = splitSchema(withoutCore);
  const offset = text.length - text.trimStart().length + trimmed.length - rest.length;
  const match = pathPattern.exec(rest);
  if (!match) throw new ScimPathError(explain(rest), offset + badPosition(rest));
  const [, attribute = '', filterAttribute, filterValue, subAttribute] = match;
  const path: ScimPath = { attribute };
  if (schema !== undefined) path.schema = schema;
  if (subAttribute !== undefined) path.subAttribute = subAttribute;
  if (filterAttribute !== undefined && filterValue !== undefined) {
    path.filter = { attribute: filterAttribute, value: filterLiteral(filterAttribute, filterValue, offset) };
  }
  return normalize(path);
}

/** The canonical text of a path, as it goes into a PATCH operation. Parsing it again gives an equal path. */
export function formatScimPath(path: ScimPath): string {
  const prefix = path.schema === undefined ? '' : `${path.schema}:`;
  const filter = path.filter ? `[${path.filter.attribute} eq ${JSON.stringify(path.filter.value)}]` : '';
  const sub = path.subAttribute === undefined ? '' : `.${path.subAttribute}`;
  return `${prefix}${path.attribute}${filter}${sub}`;
}

/**
 * The value at a path, undefined when there is none. Tolerates what servers answer: other case of attribute names,
 * extensions flat instead of nested, a plain string where a list of complex values belongs, booleans as strings.
 * A sub-attribute of a list without a filter gives the list of those sub-attributes.
 */
export function readPath(resource: ScimResource, path: ScimPath | string): unknown {
  const parsed = typeof path === 'string' ? parseScimPath(path) : path;
  const attribute = readAttribute(resource, parsed);
  if (attribute === undefined || attribute === null) return undefined;
  if (parsed.filter) {
    const element = findElement(asElements(attribute), parsed.filter);
    if (element === undefined || parsed.subAttribute === undefined) return element;
    return tidy(parsed.subAttribute, getIgnoringCase(element, parsed.subAttribute));
  }
  if (parsed.subAttribute === undefined) return tidy(parsed.attribute, attribute);
  const { subAttribute } = parsed;
  if (Array.isArray(attribute)) {
    return asElements(attribute).flatMap((element) => getIgnoringCase(element, subAttribute) ?? []);
  }
  if (isRecord(attribute)) return tidy(subAttribute, getIgnoringCase(attribute, subAttribute));
  return subAttribute.toLowerCase() === 'value' ? attribute : undefined;
}

/**
 * A copy of the resource with the value at the path; the resource itself is left as it is. null and undefined remove
 * the value (RFC 7643 §2.5: unassigned), and the element or object that is left without one.
 */
export function writePath(resource: ScimResource, path: ScimPath | string, value: unknown): ScimResource {
  const parsed = typeof path === 'string' ? parseScimPath(path) : path;
  if (parsed.schema === undefined) return writeAttribute(resource, parsed, value);
  const key = findKey(resource, parsed.schema) ?? parsed.schema;
  const extension = resource[key];
  const written = writeAttribute(isRecord(extension) ? extension : {}, parsed, value);
  return withKey(resource, key, Object.keys(written).length > 0 ? written : undefined);
}

/** Whether two values say the same to a SCIM server: `"True"` is true, `"5"` is 5, and unassigned is empty. */
export function sameScimValue(left: unknown, right: unknown): boolean {
  const a = comparable(left);
  const b = comparable(right);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameScimValue(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => sameScimValue(a[key], b[key]));
  }
  return a === b;
}

/** The schema URN is everything up to the last colon before a filter; the attribute's own name holds none. */
function splitSchema(text: string): { schema?: string; rest: string } {
  if (!/^urn:/i.test(text)) return { rest: text };
  const bracket = text.indexOf('[');
  const head = bracket === -1 ? text : text.slice(0, bracket);
  const colon = head.lastIndexOf(':');
  const schema = text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (/:\d+(\.\d+)*$/.test(schema) && /^[A-Z]\w*$/.test(rest)) {
    throw new ScimPathError('Name an attribute after the schema, such as …:User:department', text.length);
  }
  if (!/^urn:[A-Za-z0-9][A-Za-z0-9-]*(:[A-Za-z0-9._~-]+)+$/i.test(schema)) {
    throw new ScimPathError('Not a schema URN such as urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 0);
  }
  return { schema, rest };
}

function normalize(path: ScimPath): ScimPath {
  const attribute = path.attribute.toLowerCase();
  // A bare id as the manager is what everybody maps; the attribute itself is complex (RFC 7643 §4.3).
  if (path.schema?.toLowerCase() === enterpriseUserSchema.toLowerCase() && attribute === 'manager' && !path.filter) {
    return { ...path, subAttribute: path.subAttribute ?? 'value' };
  }
  if (path.schema !== undefined || path.filter || path.subAttribute === undefined || !listAttributes.has(attribute)) {
    return path;
  }
  const primary = { ...path, filter: { attribute: 'primary', value: true } };
  return workByDefault.has(attribute) ? { ...primary, defaults: { type: 'work' } } : primary;
}

function filterLiteral(attribute: string, text: string, offset: number): string | boolean | number {
  const isText = /^["']/.test(text);
  // RFC 7644 has double quotes only; people paste single ones, which are not sent.
  const literal: unknown = parseLiteral(text.startsWith("'") ? `"${text.slice(1, -1)}"` : text);
  if (typeof literal === 'string' && attribute.toLowerCase() === 'primary' && /^(true|false)$/i.test(literal)) {
    return literal.toLowerCase() === 'true';
  }
  if (isText && typeof literal === 'string') return literal;
  if (typeof literal === 'boolean' || typeof literal === 'number') return literal;
  throw new ScimPathError('The value of a filter is text in double quotes, true, false or a number', offset);
}

function parseLiteral(text: string): unknown {
  try {
    return JSON.parse(/^(true|false)$/i.test(text) ? text.toLowerCase() : text);
  } catch {
    return undefined;
  }
}

function explain(text: string): string {
  if (!text.includes('[')) return 'Not a SCIM attribute; write it like userName, name.givenName or emails.value';
  return 'Only one comparison with eq is possible, such as emails[type eq "work"].value';
}

function badPosition(text: string): number {
  const good = new RegExp(`^${name}(?:\\.${name})?`).exec(text);
  return good ? good[0].length : 0;
}

function readAttribute(resource: ScimResource, path: ScimPath): unknown {
  if (path.schema === undefined) return getIgnoringCase(resource, path.attribute);
  const extension = getIgnoringCase(resource, path.schema);
  const nested = isRecord(extension) ? getIgnoringCase(extension, path.attribute) : undefined;
  return nested ?? getIgnoringCase(resource, `${path.schema}:${path.attribute}`);
}

function writeAttribute(holder: ScimResource, path: ScimPath, value: unknown): ScimResource {
  const key = findKey(holder, path.attribute) ?? path.attribute;
  const current = holder[key];
  if (path.filter) return withKey(holder, key, writeElement(asElements(current), path, path.filter, value));
  if (path.subAttribute === undefined) return withKey(holder, key, value);
  if (Array.isArray(value)) {
    const { subAttribute } = path;
    return withKey(
      holder,
      key,
      value.map((item) => ({ [subAttribute]: item })),
    );
  }
  const object = isRecord(current) ? current : {};
  const written = withKey(object, findKey(object, path.subAttribute) ?? path.subAttribute, value);
  return withKey(holder, key, Object.keys(written).length > 0 ? written : undefined);
}

function writeElement(
  elements: ScimResource[],
  path: ScimPath,
  filter: NonNullable<ScimPath['filter']>,
  value: unknown,
): ScimResource[] | undefined {
  const removing = value === undefined || value === null;
  const found = findElement(elements, filter) ?? (removing ? undefined : findMergeable(elements, filter, path, value));
  if (removing) {
    const kept = elements.filter((element) => element !== found);
    return kept.length > 0 ? kept : undefined;
  }
  const filterKey = (found && findKey(found, filter.attribute)) ?? filter.attribute;
  const base = found ?? { ...path.defaults };
  const marked = { ...base, [filterKey]: filter.value };
  const sub = path.subAttribute;
  const written =
    sub === undefined
      ? { ...(isRecord(value) ? value : { value }), [filterKey]: filter.value }
      : withKey(marked, findKey(marked, sub) ?? sub, value);
  return found ? elements.map((element) => (element === found ? written : element)) : [...elements, written];
}

/** The same address mapped as primary and as work is one element, in whichever order the two are written. */
function findMergeable(
  elements: ScimResource[],
  filter: NonNullable<ScimPath['filter']>,
  path: ScimPath,
  value: unknown,
): ScimResource | undefined {
  const { subAttribute } = path;
  if (subAttribute === undefined) return undefined;
  return elements.find(
    (element) =>
      getIgnoringCase(element, filter.attribute) === undefined && getIgnoringCase(element, subAttribute) === value,
  );
}

function findElement(elements: ScimResource[], filter: NonNullable<ScimPath['filter']>): ScimResource | undefined {
  const exact = elements.find((element) => {
    const actual = getIgnoringCase(element, filter.attribute);
    return typeof actual === 'string' && typeof filter.value === 'string'
      ? actual.toLowerCase() === filter.value.toLowerCase()
      : comparable(actual) === comparable(filter.value);
  });
  if (exact || filter.attribute.toLowerCase() !== 'primary' || filter.value !== true) return exact;
  // Many servers keep one value and drop `primary`: with nothing else to choose from, that one is meant.
  const [only, second] = elements;
  return second === undefined && only && getIgnoringCase(only, 'primary') === undefined ? only : undefined;
}

/** A list of complex values, whatever a server made of it: one object, one string, a list of strings. */
function asElements(value: unknown): ScimResource[] {
  if (value === undefined || value === null || value === '') return [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items
    .filter((item) => item !== null && item !== undefined)
    .map((item) => (isRecord(item) ? item : { value: item }));
}

/** `active` and `primary` are booleans in every schema; some servers answer "True". */
function tidy(attribute: string, value: unknown): unknown {
  return /^(active|primary)$/i.test(attribute) && typeof value === 'string' ? comparable(value) : value;
}

function comparable(value: unknown): unknown {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return undefined;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return typeof value === 'number' ? String(value) : value;
}

/** Attribute names and schema URNs are case-insensitive (RFC 7643 §2.1). Own keys only. */
function findKey(holder: ScimResource, key: string): string | undefined {
  if (Object.hasOwn(holder, key)) return key;
  const wanted = key.toLowerCase();
  return Object.keys(holder).find((candidate) => candidate.toLowerCase() === wanted);
}

function withKey(holder: ScimResource, key: string, value: unknown): ScimResource {
  const { [key]: _replaced, ...others } = holder;
  if (value === undefined || value === null) return others;
  return { ...holder, [key]: value };
}

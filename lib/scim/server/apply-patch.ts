import { getIgnoringCase, isRecord } from '@/lib/scim/json';
import { pathText, sameName } from './attribute-path';
import { type PatchPath, parsePatchPath, type ScimFilter } from './filter';
import { matches } from './matches';
import type { PatchOperation } from './read-patch';
import { badRequest } from './scim-error';

type Resource = Record<string, unknown>;

/** Lists of complex values in the schemas that are served. */
const lists = new Set([
  'emails',
  'phonenumbers',
  'addresses',
  'members',
  'groups',
  'roles',
  'entitlements',
  'ims',
  'photos',
  'x509certificates',
]);
/** Of whom nobody else is the master (RFC 7643 §3.1). */
const readOnly = new Set(['id', 'meta', 'schemas', 'groups']);

/**
 * The resource after the operations of a PATCH (RFC 7644 §3.5.2); the resource itself stays as it is. What it does not
 * know is written all the same: whoever reads the outcome takes what it keeps.
 * @throws ScimError 400 invalidPath, invalidValue, noTarget, mutability
 */
export function applyPatch(resource: Resource, operations: readonly PatchOperation[]): Resource {
  return operations.reduce(applyOne, resource);
}

function applyOne(resource: Resource, { op, path, value }: PatchOperation): Resource {
  if (path === undefined) return withoutPath(resource, op, value);
  const parsed = parsePatchPath(path);
  if (parsed.schema === undefined && readOnly.has((parsed.attribute ?? '').toLowerCase())) {
    throw badRequest('mutability', `${pathText(parsed)} is read-only.`);
  }
  return at(resource, parsed, op, value);
}

/** The members of the value are what is written; a key may be a path of its own (`name.givenName`), as Entra and Okta send it. */
function withoutPath(resource: Resource, op: PatchOperation['op'], value: unknown): Resource {
  if (op === 'remove') throw badRequest('noTarget', 'An operation that removes needs a path.');
  if (!isRecord(value)) throw badRequest('invalidValue', 'An operation without a path needs an object as its value.');
  return Object.entries(value).reduce((changed, [key, member]) => {
    if (readOnly.has(key.toLowerCase())) return changed;
    return at(changed, parsePatchPath(key), op, member);
  }, resource);
}

function at(resource: Resource, path: PatchPath, op: PatchOperation['op'], value: unknown): Resource {
  if (path.schema === undefined) return inHolder(resource, path, op, value);
  const key = keyOf(resource, path.schema);
  const extension = isRecord(resource[key]) ? resource[key] : {};
  if (path.attribute !== undefined) return { ...resource, [key]: inHolder(extension, path, op, value) };
  if (op === 'remove') return without(resource, key);
  if (!isRecord(value)) throw badRequest('invalidValue', `${path.schema} takes an object.`);
  const written = Object.entries(value).reduce(
    (changed, [name, member]) => inHolder(changed, parsePatchPath(name), op, member),
    extension,
  );
  return { ...resource, [key]: written };
}

function inHolder(holder: Resource, path: PatchPath, op: PatchOperation['op'], value: unknown): Resource {
  const { attribute = '', sub, filter } = path;
  const key = keyOf(holder, attribute);
  const present = holder[key];
  if (filter) return { ...holder, [key]: inElements(asList(present), { ...path, filter }, op, value) };
  if (sub !== undefined && Array.isArray(present) && present.length > 0) {
    // `emails.value` of a list: each of its elements.
    const written = present.map((element) =>
      isRecord(element) ? inHolder(element, { attribute: sub }, op, value) : element,
    );
    return { ...holder, [key]: written };
  }
  if (sub !== undefined) {
    if (lists.has(attribute.toLowerCase())) {
      const [element] = op === 'remove' ? [] : [inHolder({}, { attribute: sub }, op, value)];
      return element ? { ...holder, [key]: [element] } : holder;
    }
    const inner = isRecord(present) ? present : {};
    return { ...holder, [key]: inHolder(inner, { attribute: sub }, op, value) };
  }
  if (op === 'remove' || value === null) return without(holder, key);
  if (lists.has(attribute.toLowerCase())) {
    return { ...holder, [key]: op === 'add' ? joined(asList(present), asList(value)) : asList(value) };
  }
  // Members of a complex value that are not sent stay (§3.5.2.1, §3.5.2.3).
  if (isRecord(present) && isRecord(value)) return { ...holder, [key]: merged(present, value) };
  return { ...holder, [key]: value };
}

type Filtered = PatchPath & { filter: ScimFilter };

function inElements(elements: unknown[], path: Filtered, op: PatchOperation['op'], value: unknown): unknown[] {
  const found = elements.filter((element) => isRecord(element) && matches(element, path.filter));
  if (op === 'remove') return removed(elements, found, path);
  if (found.length === 0) {
    if (op === 'replace') throw badRequest('noTarget', `Nothing in ${path.attribute} matches the filter of the path.`);
    return joined(elements, [made(path, value)]);
  }
  const changed = elements.map((element) => (found.includes(element) ? changedElement(element, path, value) : element));
  return onePrimary(
    changed,
    changed.filter((_, index) => found.includes(elements[index])),
  );
}

function removed(elements: unknown[], found: unknown[], path: Filtered): unknown[] {
  const { sub } = path;
  if (sub === undefined) return elements.filter((element) => !found.includes(element));
  return elements.map((element) =>
    found.includes(element) && isRecord(element) ? without(element, keyOf(element, sub)) : element,
  );
}

function changedElement(element: unknown, { sub }: Filtered, value: unknown): unknown {
  const holder = isRecord(element) ? element : {};
  if (sub !== undefined) return { ...holder, [keyOf(holder, sub)]: value };
  return isRecord(value) ? merged(holder, value) : { ...holder, value };
}

/** An element that an addition makes: what the filter says of it is true of it. */
function made({ sub, filter }: Filtered, value: unknown): Resource {
  const said = saidBy(filter);
  if (sub !== undefined) return { ...said, [sub]: value };
  return { ...said, ...(isRecord(value) ? value : { value }) };
}

function saidBy(filter: ScimFilter): Resource {
  if (filter.kind === 'and') return Object.assign({}, ...filter.parts.map(saidBy)) as Resource;
  const { attribute } = filter.kind === 'compare' ? filter.path : {};
  if (filter.kind === 'compare' && filter.operator === 'eq' && attribute !== undefined)
    return { [attribute]: filter.value };
  throw badRequest('noTarget', 'Nothing matches the filter of the path, and it does not say what to add.');
}

/** What is there already is not added again (§3.5.2.1). */
function joined(elements: unknown[], more: unknown[]): unknown[] {
  const texts = new Set(elements.map((element) => JSON.stringify(element)));
  const added = more.filter((element) => !texts.has(JSON.stringify(element)));
  return onePrimary([...elements, ...added], added);
}

/** One element at most is primary (RFC 7643 §2.4): the one that was written last. */
function onePrimary(elements: unknown[], written: unknown[]): unknown[] {
  const primary = written.findLast((element) => isRecord(element) && getIgnoringCase(element, 'primary') === true);
  if (!primary) return elements;
  return elements.map((element) =>
    element !== primary && isRecord(element) && getIgnoringCase(element, 'primary') === true
      ? { ...element, [keyOf(element, 'primary')]: false }
      : element,
  );
}

function merged(present: Resource, value: Resource): Resource {
  const changed = { ...present };
  for (const [name, member] of Object.entries(value)) {
    const key = keyOf(changed, name);
    if (member === null) delete changed[key];
    else changed[key] = member;
  }
  return changed;
}

function asList(value: unknown): unknown[] {
  if (value === undefined || value === null || value === '') return [];
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => (isRecord(item) ? item : { value: item }));
}

/** The name under which it stands there, in whatever case. */
function keyOf(holder: Resource, name: string): string {
  return Object.keys(holder).find((key) => sameName(key, name)) ?? name;
}

function without({ ...holder }: Resource, key: string): Resource {
  delete holder[key];
  return holder;
}

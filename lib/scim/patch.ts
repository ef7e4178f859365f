import { isRecord } from '@/lib/scim/json';
import { formatScimPath, parseScimPath, readPath, type ScimPath, type ScimResource, writePath } from '@/lib/scim/path';

/** RFC 7644 §3.5.2 */
export interface ScimOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

export type Changes = Readonly<Record<string, { from: unknown; to: unknown }>>;

/** How a server wants to have PATCH. */
export interface PatchForm {
  /** Whether it understands `emails[type eq "work"].value` in a path. Default true. */
  pathFilters?: boolean;
  /** What has no value yet is added, not replaced. Default false. */
  addAbsent?: boolean;
  /** Each operation is a request of its own. Default false. */
  oneOperation?: boolean;
}

export interface PatchOptions extends PatchForm {
  /** The resource as last read: what an element of a list is replaced in. */
  current?: ScimResource;
}

/**
 * The operations that carry out changes, one per attribute where possible. An element of a list that is there is
 * replaced by its path; one that is missing is added, since replacing by a filter that matches nothing is an error
 * (§3.5.2.3 noTarget). Without path filters, the whole list is replaced, with what others wrote in it.
 * @param changes target path to its value before and after; null or undefined: none
 * @throws ScimPathError when a target is no attribute path
 */
export function patchFromChanges(changes: Changes, options: PatchOptions = {}): ScimOperation[] {
  const simple: ScimOperation[] = [];
  const lists = new Map<string, Change[]>();
  for (const [target, { from, to }] of Object.entries(changes)) {
    const path = parseScimPath(target);
    if (isEmpty(from) && isEmpty(to)) continue;
    if (path.filter) {
      const key = listKey(path);
      lists.set(key, [...(lists.get(key) ?? []), { path, from, to }]);
    } else {
      const isAbsent = isEmpty(from) || (options.current !== undefined && isEmpty(readPath(options.current, target)));
      const op = options.addAbsent && isAbsent ? 'add' : 'replace';
      simple.push(
        isEmpty(to) ? { op: 'remove', path: formatScimPath(path) } : { op, path: formatScimPath(path), value: to },
      );
    }
  }
  return [...simple, ...[...lists].flatMap(([list, listed]) => listOperations(list, listed, options))];
}

interface Change {
  path: ScimPath;
  from: unknown;
  to: unknown;
}

function listOperations(list: string, changes: readonly Change[], options: PatchOptions): ScimOperation[] {
  const { pathFilters = true, addAbsent = false, current } = options;
  const addressable = changes.every((change) => isEmpty(change.from) || !current || hasElement(current, change.path));
  if (!pathFilters || !addressable) {
    const after = changes.reduce((resource, { path, to }) => writePath(resource, path, to), current ?? {});
    const value = readPath(after, list);
    if (value === undefined) return [{ op: 'remove', path: list }];
    return [{ op: addAbsent && isEmpty(readPath(current ?? {}, list)) ? 'add' : 'replace', path: list, value }];
  }
  const operations: ScimOperation[] = [];
  let added: ScimResource = {};
  for (const { path, from, to } of changes) {
    const { subAttribute: _sub, ...element } = path;
    if (isEmpty(to)) operations.push({ op: 'remove', path: formatScimPath(element) });
    else if (isEmpty(from) && !(current && hasElement(current, path))) added = writePath(added, path, to);
    else operations.push({ op: 'replace', path: formatScimPath(path), value: to });
  }
  const value = readPath(added, list);
  return value === undefined ? operations : [...operations, { op: 'add', path: list, value }];
}

/** Whether the filter matches literally: a server does not guess as readPath does. */
function hasElement(current: ScimResource, path: ScimPath): boolean {
  const { filter } = path;
  const elements = readPath(current, listKey(path));
  if (!filter || !Array.isArray(elements)) return false;
  return elements.some(
    (element) =>
      isRecord(element) &&
      String(readPath(element, filter.attribute)).toLowerCase() === String(filter.value).toLowerCase(),
  );
}

/** The resource with the changes made, for PUT where PATCH is not supported: carries over what is not ours. */
export function applyChanges(current: ScimResource, changes: Changes): ScimResource {
  const after = Object.entries(changes).reduce(
    (resource, [target, { to }]) => writePath(resource, target, to),
    current,
  );
  // Both are read-only (RFC 7643 §3.1, §4.1.2); some servers refuse a PUT that repeats them.
  const { meta: _meta, groups: _groups, ...writable } = after;
  return writable;
}

export interface MemberChanges {
  add: readonly string[];
  remove: readonly string[];
}

/**
 * Adds and removes members of a group by their ids, without sending those that stay.
 * @param options pathFilters false: removal by value, for servers that do not understand `members[value eq "…"]`
 */
export function memberOperations(changes: MemberChanges, options: { pathFilters?: boolean } = {}): ScimOperation[] {
  const operations: ScimOperation[] = [];
  if (options.pathFilters ?? true) {
    for (const id of changes.remove) operations.push({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` });
  } else if (changes.remove.length > 0) {
    operations.push({ op: 'remove', path: 'members', value: changes.remove.map((value) => ({ value })) });
  }
  if (changes.add.length > 0) {
    operations.push({ op: 'add', path: 'members', value: changes.add.map((value) => ({ value })) });
  }
  return operations;
}

/** Splits member changes so that none has more than `maxMembers` members, removals first. */
export function splitMemberChanges(changes: MemberChanges, maxMembers: number): MemberChanges[] {
  const size = Math.max(1, Math.floor(maxMembers));
  const all = [
    ...changes.remove.map((id) => ({ id, kind: 'remove' as const })),
    ...changes.add.map((id) => ({ id, kind: 'add' as const })),
  ];
  const batches: MemberChanges[] = [];
  for (let start = 0; start < all.length; start += size) {
    const batch = all.slice(start, start + size);
    const ids = (kind: 'add' | 'remove') => batch.filter((member) => member.kind === kind).map((member) => member.id);
    batches.push({ add: ids('add'), remove: ids('remove') });
  }
  return batches;
}

function listKey({ schema, attribute }: ScimPath): string {
  return schema === undefined ? attribute : `${schema}:${attribute}`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The message that PATCH sends (RFC 7644 §3.5.2). */
export function patchBody(operations: readonly ScimOperation[]): ScimResource {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

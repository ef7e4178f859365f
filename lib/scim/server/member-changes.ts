import { getIgnoringCase, isRecord } from '@/lib/scim/json';
import { sameName } from './attribute-path';
import { parsePatchPath, type ScimFilter } from './filter';
import type { PatchOperation } from './read-patch';
import { badRequest } from './scim-error';

/** What becomes of the members of a group, without knowing who they are: a group of 100,000 is not read to add one. */
export interface MemberChanges {
  /** Nobody of before stays but who is in `add`. */
  isWhole: boolean;
  add: ReadonlySet<string>;
  remove: ReadonlySet<string>;
}

/** Members that one request names at most. */
export const mostMembers = 20_000;

/**
 * Takes the operations on members out of a PATCH of a group. @returns the changes, undefined where there are none, and the
 * operations that are left for {@link applyPatch}
 * @throws ScimError 400 invalidPath, invalidValue, invalidFilter, tooMany
 */
export function splitMembers(operations: readonly PatchOperation[]): {
  members: MemberChanges | undefined;
  others: PatchOperation[];
} {
  const others: PatchOperation[] = [];
  const state = { isWhole: false, add: new Set<string>(), remove: new Set<string>(), touched: false };
  for (const operation of operations) {
    if (operation.path === undefined && isRecord(operation.value)) {
      const { members, rest } = withoutMembers(operation.value);
      if (Object.keys(rest).length > 0 || members === undefined) others.push({ ...operation, value: rest });
      if (members !== undefined) apply(state, operation.op, undefined, members);
      continue;
    }
    const path = operation.path === undefined ? undefined : parsePatchPath(operation.path);
    if (path?.schema !== undefined || !sameName(path?.attribute, 'members')) {
      others.push(operation);
      continue;
    }
    if (path?.sub !== undefined && !sameName(path.sub, 'value')) {
      throw badRequest('mutability', 'Members are added and removed; what is told of one cannot be changed.');
    }
    apply(state, operation.op, path?.filter, operation.value);
  }
  const { touched, ...members } = state;
  if (members.add.size + members.remove.size > mostMembers) throw tooMany();
  return { members: touched ? members : undefined, others };
}

/** The ids of a list of members, as POST and PUT have it. @throws ScimError 400 invalidValue, tooMany */
export function readMembers(value: unknown): Set<string> {
  const ids = new Set<string>();
  for (const one of value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]) {
    const id = isRecord(one) ? getIgnoringCase(one, 'value') : one;
    if (typeof id !== 'string' || id === '')
      throw badRequest('invalidValue', 'A member is an object with the id as its value.');
    if (isRecord(one) && sameName(String(getIgnoringCase(one, 'type') ?? 'User'), 'Group')) {
      throw badRequest('invalidValue', 'Groups within groups are not taken: send the people who are in them.');
    }
    ids.add(id.toLowerCase());
    if (ids.size > mostMembers) throw tooMany();
  }
  return ids;
}

interface State {
  isWhole: boolean;
  add: Set<string>;
  remove: Set<string>;
  touched: boolean;
}

function apply(state: State, op: PatchOperation['op'], filter: ScimFilter | undefined, value: unknown): void {
  state.touched = true;
  const named = filter ? idsOf(filter) : readMembers(value);
  if (op === 'remove' && !filter && named.size === 0) {
    state.isWhole = true;
    state.add.clear();
    state.remove.clear();
    return;
  }
  if (op === 'replace' && !filter) {
    state.isWhole = true;
    state.add = new Set(named);
    state.remove.clear();
    return;
  }
  for (const id of named) {
    const [to, from] = op === 'remove' ? [state.remove, state.add] : [state.add, state.remove];
    to.add(id);
    from.delete(id);
  }
}

/** `value eq "…"`, or several joined by or. */
function idsOf(filter: ScimFilter): Set<string> {
  if (filter.kind === 'or') return new Set(filter.parts.flatMap((part) => [...idsOf(part)]));
  const isId = filter.kind === 'compare' && filter.operator === 'eq' && sameName(filter.path.attribute, 'value');
  if (isId && typeof filter.value === 'string') return new Set([filter.value.toLowerCase()]);
  throw badRequest('invalidFilter', 'Members are named by their ids: members[value eq "…"].');
}

function withoutMembers(value: Record<string, unknown>): { members: unknown; rest: Record<string, unknown> } {
  const key = Object.keys(value).find((name) => sameName(name, 'members'));
  if (key === undefined) return { members: undefined, rest: value };
  const { [key]: members, ...rest } = value;
  return { members: members ?? [], rest };
}

function tooMany() {
  return badRequest('tooMany', `More than ${mostMembers} members: send them in several requests.`);
}

import { type Account, type GroupRecord, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { groupResource, userResource } from './handlers';
import { type Library, placeholder } from './library';

type Rendered = Record<string, unknown>;

/** Records are replaced, never changed, so what the library made of one stays right as long as the record lives. */
const rendered = new WeakMap<object, Rendered>();

const simpleFilter = /^\s*([A-Za-z.]+|emails\[[^\]]+\]\.value)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i;

/**
 * Answers the reads that clients send by the thousand (one resource, a page, an `eq` on an indexed attribute) from the
 * library's own rendering, kept per record. Everything else is undefined here and goes through the library whole.
 * @param path path below the SCIM base, beginning with a slash
 * @throws the library's error where the filter cannot be parsed
 */
export function quickRead(
  library: Library,
  tenant: Tenant,
  path: string,
  query: Record<string, unknown>,
  maxPageSize: number,
): Rendered | undefined {
  const [, resource = '', id, ...rest] = path.split('/');
  if (rest.length > 0 || query.attributes !== undefined || query.sortBy !== undefined) return undefined;
  const excluded = text(query.excludedAttributes).split(',').filter(Boolean);
  if (excluded.some((name) => !/^[A-Za-z]+$/.test(name.trim()))) return undefined;

  const { store } = tenant;
  if (id !== undefined && id !== '') {
    if (resource === 'Users') {
      const user = store.user(id);
      return user && without(renderUser(library, user), excluded);
    }
    if (resource === 'Groups') {
      const group = store.group(id);
      return group && without(renderGroup(library, tenant, group), excluded);
    }
    return undefined;
  }
  if (resource === 'Users') {
    const found = select(library, query.filter, store.users(), (user) => renderUser(library, user), userIndex(tenant));
    const all = found && listed(tenant, found);
    return all && list(all, (user) => renderUser(library, user), query, excluded, maxPageSize);
  }
  if (resource === 'Groups') {
    const render = (group: GroupRecord) => renderGroup(library, tenant, group);
    const found = select(library, query.filter, store.allGroups(), render, (attribute, value) => {
      if (attribute !== 'displayname') return undefined;
      const group = store.groupByName(value);
      return group ? [group] : [];
    });
    const all = found && settled(tenant, found);
    return all && list(all, render, query, excluded, maxPageSize);
  }
  return undefined;
}

/** Without those that the tenant is told to leave out of lists. */
function listed(tenant: Tenant, found: readonly Account[]): readonly Account[] {
  const { store, faults } = tenant;
  const there = settled(tenant, found);
  if (faults.unlisted === 0) return there;
  const left = new Set(store.users().slice(-faults.unlisted));
  return there.filter((user) => !left.has(user));
}

/** Without those that are too new to be found, where the tenant takes its time. */
function settled<T extends { created: string }>({ faults }: Tenant, found: readonly T[]): readonly T[] {
  if (faults.consistencyMs === 0) return found;
  const before = new Date(Date.now() - faults.consistencyMs).toISOString();
  return found.filter(({ created }) => created <= before);
}

function userIndex({ store }: Tenant) {
  return (attribute: string, value: string): Account[] | undefined => {
    if (attribute === 'username') return [store.byUserName(value)].flatMap((user) => user ?? []);
    if (attribute === 'externalid') return store.allByExternalId(value);
    if (attribute === 'emails' || attribute === 'emails.value') return store.allByEmail(value);
    if (attribute === 'emails[type eq "work"].value') {
      return store.allByEmail(value).filter(({ data }) => hasEmail(data.emails, value, ({ type }) => type === 'work'));
    }
    if (attribute === 'emails[primary eq true].value') {
      return store
        .allByEmail(value)
        .filter(({ data }) => hasEmail(data.emails, value, ({ primary }) => primary === true));
    }
    return undefined;
  };
}

function hasEmail(emails: unknown, value: string, is: (email: Record<string, unknown>) => boolean): boolean {
  const all = Array.isArray(emails) ? emails.filter(isObject) : [];
  return all.some((email) => is(email) && text(email.value).toLowerCase() === value.toLowerCase());
}

/** The records that a filter leaves: through an index where there is one, else with the library's own filter. */
function select<T>(
  { scimmy }: Library,
  filter: unknown,
  all: readonly T[],
  render: (record: T) => Rendered,
  indexed: (attribute: string, value: string) => T[] | undefined,
): readonly T[] | undefined {
  if (filter === undefined) return all;
  if (typeof filter !== 'string' || filter.trim() === '') return undefined;
  const [, attribute = '', literal = ''] = simpleFilter.exec(filter) ?? [];
  if (attribute !== '') {
    const found = indexed(attribute.toLowerCase(), JSON.parse(literal));
    if (found) return found;
  }
  const matching = new Set(new scimmy.Types.Filter(filter).match(all.map(render)));
  return all.filter((record) => matching.has(render(record)));
}

function list<T>(
  all: readonly T[],
  render: (record: T) => Rendered,
  query: Record<string, unknown>,
  excluded: string[],
  maxPageSize: number,
): Rendered | undefined {
  const startIndex = Math.max(1, integer(query.startIndex, 1));
  const count = Math.min(Math.max(0, integer(query.count, maxPageSize)), maxPageSize);
  if (Number.isNaN(startIndex) || Number.isNaN(count)) return undefined;
  const resources = all
    .slice(startIndex - 1, startIndex - 1 + count)
    .map((record) => without(render(record), excluded));
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: all.length,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

function integer(value: unknown, absent: number): number {
  if (value === undefined) return absent;
  return /^-?\d+$/.test(String(value)) ? Number(value) : Number.NaN;
}

function renderUser({ scimmy }: Library, account: Account): Rendered {
  return once(account, () => new scimmy.Schemas.User(userResource(account), 'out', `${placeholder}/Users`));
}

function renderGroup({ scimmy }: Library, tenant: Tenant, group: GroupRecord): Rendered {
  return once(group, () => new scimmy.Schemas.Group(groupResource(tenant, group), 'out', `${placeholder}/Groups`));
}

function once(record: object, make: () => unknown): Rendered {
  const known = rendered.get(record);
  if (known) return known;
  const fresh: Rendered = JSON.parse(JSON.stringify(make()));
  rendered.set(record, fresh);
  return fresh;
}

function without(resource: Rendered, excluded: string[]): Rendered {
  if (excluded.length === 0) return resource;
  const names = new Set(excluded.map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => name === 'id' || name === 'schemas' || !names.has(name.toLowerCase())),
  );
}

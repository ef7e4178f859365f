import { type Account, emailsOf, type GroupRecord, isObject, text, type UserData } from '../store/records';
import type { Tenant } from '../store/tenant';
import type { ScimContext, Scimmy } from './context';

/** The part of the library's resource object that the handlers use. */
export interface ResourceQuery {
  id?: string | undefined;
  filter?: { match: (values: unknown[]) => unknown[] } | undefined;
  constraints?: object | undefined;
}

interface ListConstraints {
  startIndex?: number;
  count?: number;
  sortBy?: string;
  sortOrder?: string;
}

/** Creates or replaces a user after the application's own rules; a PATCH arrives here as the patched whole. */
export function ingressUser(scimmy: Scimmy, id: string | undefined, incoming: UserData, context: ScimContext) {
  const { tenant, changed } = context;
  const { scim } = tenant.profile;
  const existing = id === undefined ? undefined : tenant.store.user(id);
  if (id !== undefined && !existing) throw new scimmy.Types.Error(404, '', `Resource ${id} not found`);
  const { id: _id, meta: _meta, schemas: _schemas, ...data } = incoming;

  const refusal = scim.check({ next: data, previous: existing?.data, sso: tenant.sso });
  if (refusal) throw new scimmy.Types.Error(refusal.status, refusal.scimType ?? '', refusal.detail);

  const userName = text(data.userName);
  const sameName = tenant.store.byUserName(userName);
  if (sameName && sameName.id !== id && !tenant.faults.sameNames) {
    throw new scimmy.Types.Error(409, 'uniqueness', scim.texts.duplicateUserName(userName));
  }
  for (const email of scim.uniqueEmail && !tenant.faults.sameNames ? emailsOf(data) : []) {
    if (tenant.store.allByEmail(email).some((other) => other.id !== id)) {
      throw new scimmy.Types.Error(409, 'uniqueness', scim.texts.duplicateEmail(email));
    }
  }

  // A password is taken but never kept: nothing in the sandbox asks for one.
  const { password: _password, ...kept } = existing ? data : scim.defaults(data, tenant.sso);
  const now = new Date().toISOString();
  const account: Account = {
    id: id ?? tenant.newUserId(),
    origin: existing?.origin ?? 'scim',
    created: existing?.created ?? now,
    modified: now,
    data: kept,
  };
  tenant.store.putUser(account);
  changed();
  return userResource(account);
}

/** Creates or replaces a group; every member must be an account that exists. */
export function ingressGroup(scimmy: Scimmy, id: string | undefined, incoming: UserData, context: ScimContext) {
  const { tenant, changed } = context;
  const { texts } = tenant.profile.scim;
  const existing = id === undefined ? undefined : tenant.store.group(id);
  if (id !== undefined && !existing) throw new scimmy.Types.Error(404, '', `Resource ${id} not found`);
  const displayName = text(incoming.displayName).trim();
  if (displayName === '') throw new scimmy.Types.Error(400, 'invalidValue', 'Group displayName is required');
  const sameName = tenant.store.groupByName(displayName);
  if (sameName && sameName.id !== id && !tenant.faults.sameNames) {
    throw new scimmy.Types.Error(409, 'uniqueness', texts.duplicateGroup(displayName));
  }
  const members = new Set<string>();
  for (const member of Array.isArray(incoming.members) ? incoming.members.filter(isObject) : []) {
    const memberId = text(member.value);
    if (!tenant.store.user(memberId)) {
      throw new scimmy.Types.Error(400, 'invalidValue', texts.unknownMember(memberId));
    }
    members.add(memberId);
  }
  const now = new Date().toISOString();
  const externalId = text(incoming.externalId);
  const group: GroupRecord = {
    id: id ?? tenant.newGroupId(),
    created: existing?.created ?? now,
    modified: now,
    displayName,
    members,
    ...(externalId === '' ? {} : { externalId }),
  };
  tenant.store.putGroup(group);
  changed();
  return groupResource(tenant, group);
}

export function egressUser(scimmy: Scimmy, resource: ResourceQuery, context: ScimContext) {
  const { store } = context.tenant;
  if (resource.id !== undefined) {
    const account = store.user(resource.id);
    if (!account) throw new scimmy.Types.Error(404, '', `Resource ${resource.id} not found`);
    return userResource(account);
  }
  return page(resource, context, store.users(), userResource);
}

export function egressGroup(scimmy: Scimmy, resource: ResourceQuery, context: ScimContext) {
  const { tenant } = context;
  if (resource.id !== undefined) {
    const group = tenant.store.group(resource.id);
    if (!group) throw new scimmy.Types.Error(404, '', `Resource ${resource.id} not found`);
    return groupResource(tenant, group);
  }
  return page(resource, context, tenant.store.allGroups(), (group) => groupResource(tenant, group));
}

/**
 * The page of a list that the client asked for, cut before the library turns it into resources (0.5 ms each): the whole
 * of 20,000 accounts would take ten seconds. A sorted list has to be handed over whole.
 */
function page<T>(
  resource: ResourceQuery,
  context: ScimContext,
  all: readonly T[],
  toResource: (record: T) => Record<string, unknown>,
): Array<Record<string, unknown>> {
  const constraints: ListConstraints = resource.constraints ?? {};
  const { startIndex = 1, count = context.maxPageSize } = constraints;
  const itemsPerPage = Math.min(count, context.maxPageSize);
  const matching = resource.filter
    ? (resource.filter.match(all.map(toResource)) as Array<Record<string, unknown>>)
    : undefined;
  if (constraints.sortBy !== undefined) {
    resource.constraints = { ...constraints, count: itemsPerPage };
    return matching ?? all.map(toResource);
  }
  const totalResults = matching?.length ?? all.length;
  const first = startIndex - 1;
  resource.constraints = { startIndex: 1, count: itemsPerPage, totalResults };
  context.page = { startIndex };
  return matching
    ? matching.slice(first, first + itemsPerPage)
    : all.slice(first, first + itemsPerPage).map(toResource);
}

export function userResource({ id, data, created, modified }: Account): Record<string, unknown> {
  return { ...data, id, meta: { created: new Date(created), lastModified: new Date(modified) } };
}

export function groupResource(tenant: Tenant, group: GroupRecord): Record<string, unknown> {
  return {
    id: group.id,
    displayName: group.displayName,
    ...(group.externalId === undefined ? {} : { externalId: group.externalId }),
    members: [...group.members].map((value) => ({
      value,
      display: text(tenant.store.user(value)?.data.userName),
      type: 'User',
    })),
    meta: { created: new Date(group.created), lastModified: new Date(group.modified) },
  };
}

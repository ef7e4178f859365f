import { createRequire } from 'node:module';
import type { Router } from 'express';
import type { Profile } from '../profiles/profile';
import type { Tenant } from '../store/tenant';
import type { ScimContext, Scimmy } from './context';
import { egressGroup, egressUser, ingressGroup, ingressUser, type ResourceQuery } from './handlers';

export interface Library {
  scimmy: Scimmy;
  /** Serves one request; the tenant is found through `contextOf`. */
  router: Router;
}

/** Stands for the tenant's own address in what the library writes; see `answer.ts`. */
export const placeholder = 'http://tenant.sandbox.invalid';

const load = createRequire(import.meta.url);
const libraries = new Map<string, Library>();

/**
 * The SCIM library, set up for one application.
 *
 * scimmy keeps schemas, resources and configuration in module state, one set per process. Each profile therefore gets
 * a copy of the modules of its own; the tenants of a profile share one and are told apart by the request's context.
 * @param contextOf the context that belongs to a request
 */
export function libraryOf(profile: Profile, contextOf: (req: object) => ScimContext): Library {
  const known = libraries.get(profile.id);
  if (known) return known;
  for (const path of Object.keys(load.cache)) {
    if (/[\\/]node_modules[\\/]scimmy(-routers)?[\\/]/.test(path)) delete load.cache[path];
  }
  const { SCIMMYRouters, SCIMMY: scimmy } = load('scimmy-routers') as typeof import('scimmy-routers');
  const { User, Group } = scimmy.Resources;
  const extension = extensionOf(scimmy, profile);
  const notFound = (id: string | undefined) => new scimmy.Types.Error(404, '', `Resource ${id ?? ''} not found`);
  const dispose = (remove: (tenant: Tenant, id: string) => boolean) => {
    return ({ id }: { id?: string }, { tenant, changed }: ScimContext) => {
      if (!remove(tenant, id ?? '')) throw notFound(id);
      changed();
    };
  };
  declare(scimmy, extension ? User.extend(extension as never) : User, {
    ingress: ({ id }, data, context) => ingressUser(scimmy, id, { ...plain(data), ...passwordOf(data) }, context),
    egress: (resource, context) => egressUser(scimmy, resource, context),
    degress: dispose((tenant, id) => tenant.store.removeUser(id)),
  });
  declare(scimmy, Group, {
    ingress: ({ id }, data, context) => ingressGroup(scimmy, id, plain(data), context),
    egress: (resource, context) => egressGroup(scimmy, resource, context),
    degress: dispose((tenant, id) => tenant.store.removeGroup(id)),
  });
  const router = new SCIMMYRouters({
    type: 'bearer',
    // Tokens are checked before the request comes here, so that the refusal is in the application's words.
    handler: () => '',
    context: contextOf,
    baseUri: () => placeholder,
  }) as unknown as Router;
  scimmy.Config.set({
    patch: true,
    filter: { supported: true, maxResults: profile.scim.maxPageSize },
    // Whether there is any is the tenant's to say: see bulk.ts.
    bulk: { supported: true, maxOperations: 0, maxPayloadSize: 0 },
    changePassword: false,
    sort: true,
    etag: false,
  });
  const library = { scimmy, router };
  libraries.set(profile.id, library);
  return library;
}

function extensionOf(scimmy: Scimmy, profile: Profile) {
  const { extension } = profile.scim;
  if (!extension) return undefined;
  const attributes = extension.attributes.map(
    ({ name, type, description, canonicalValues }) =>
      new scimmy.Types.Attribute(type, name, { description, ...(canonicalValues ? { caseExact: true } : {}) }),
  );
  const definition = new scimmy.Types.SchemaDefinition(
    extension.name,
    'urn:ietf:params:scim:schemas:extension:placeholder',
    extension.description,
    attributes,
  );
  // The constructor insists on the IETF namespace; vendors do not (RFC 7643 section 10.2 only asks them to register).
  return Object.assign(definition, { id: extension.urn });
}

/** The library's instances are proxies with getters; the store keeps plain JSON. */
function plain(data: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(data));
}

/** Never returned, and so left out of the library's JSON; but the application's rules ask for it (RFC 7643 section 4.1.1). */
function passwordOf(data: unknown): { password?: string } {
  const { password } = data as { password?: unknown };
  return typeof password === 'string' ? { password } : {};
}

interface Handlers {
  ingress: (resource: ResourceQuery, data: unknown, context: ScimContext) => Record<string, unknown>;
  egress: (resource: ResourceQuery, context: ScimContext) => Record<string, unknown> | Array<Record<string, unknown>>;
  degress: (resource: { id?: string }, context: ScimContext) => void;
}

/** The library's types want each handler to speak of its schema classes; ours take and give plain JSON. */
function declare(scimmy: Scimmy, resource: unknown, { ingress, egress, degress }: Handlers): void {
  const target = resource as typeof scimmy.Resources.User;
  target
    .ingress(ingress as never)
    .egress(egress as never)
    .degress(degress as never);
  scimmy.Resources.declare(target);
}

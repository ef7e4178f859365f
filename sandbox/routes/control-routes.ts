import express, { type Request, type Response, Router } from 'express';
import type { Mailbox } from '../mail/mailbox';
import type { Site } from '../pages/layout';
import { readFaults } from '../pages/operations';
import { oauthAddresses, readWay } from '../pages/other-credentials';
import { addressesOf } from '../saml/service-provider';
import { emptyAgain } from '../scim/lists';
import { brokenRests } from '../scim/misfortunes';
import { isObject, noFaults, type SsoSettings, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import type { World } from '../store/world';
import { loopbackOnly } from './guards';

const maxAccounts = 50_000;

/** JSON for the demo's scripts and for tests: set up in one call what a person would click through. */
export function controlRoutes(site: Site, world: World, mailbox: Mailbox): Router {
  const router = Router();
  router.use(loopbackOnly, express.json({ limit: '1mb' }));

  /** Runs a command on the tenant that the query or the body names, and answers with what it gives back. */
  const onTenant = (command: (tenant: Tenant, given: Record<string, unknown>) => unknown) => {
    return (req: Request, res: Response) => {
      const given = isObject(req.body) ? req.body : {};
      const key = text(req.query.tenant) || text(given.tenant);
      // To set something up makes the instance that it is set up in; to ask or to take away makes none.
      const tenant = req.method === 'POST' ? world.make(key) : world.find(key);
      if (!tenant) {
        res.status(404).json({ error: noTenant(key) });
        return;
      }
      const { tenant: _tenant, ...rest } = given;
      const answer = command(tenant, rest);
      if (req.method !== 'GET') world.changed();
      if (isObject(answer) && typeof answer.error === 'string') res.status(400).json(answer);
      else res.json(answer);
    };
  };

  router.get('/health', (_req, res) => void res.json({ ok: true }));
  router.get('/tenants', (_req, res) => void res.json({ tenants: world.all().map((tenant) => summary(site, tenant)) }));
  router.get('/state', onTenant(stateOf));
  /** The checks of the last response that came to the ACS; null before the first. */
  router.get(
    '/saml',
    onTenant((tenant) => ({ last: tenant.lastSamlResult ?? null })),
  );
  router.post('/reset', (req, res) => {
    const key = isObject(req.body) ? text(req.body.tenant) : '';
    if (key === '') {
      world.reset();
      mailbox.clear();
    } else {
      const tenant = world.make(key);
      if (!tenant) return void res.status(404).json({ error: noTenant(key) });
      tenant.reset();
      world.changed();
    }
    res.json({ ok: true });
  });
  router.post(
    '/accounts',
    onTenant((tenant, { count }) => {
      const wanted = Number(count);
      if (!Number.isInteger(wanted) || wanted < 1 || tenant.store.userCount + wanted > maxAccounts) {
        return { error: `count must be between 1 and ${maxAccounts} accounts in all` };
      }
      tenant.generate(wanted);
      return { users: tenant.store.userCount };
    }),
  );
  router.post(
    '/users',
    onTenant((tenant, { userName, set }) => {
      const user = tenant.store.byUserName(text(userName));
      if (!user || !isObject(set)) return { error: 'Name an existing userName and what to set' };
      tenant.store.putUser({ ...user, modified: new Date().toISOString(), data: merge(user.data, set) });
      return tenant.store.user(user.id)?.data;
    }),
  );
  router.delete(
    '/users',
    onTenant((tenant, { userName }) => {
      const user = tenant.store.byUserName(text(userName));
      return user ? { removed: tenant.store.removeUser(user.id) } : { error: `No user ${text(userName)}` };
    }),
  );
  /** Makes a group of the application's own, or sets who is in one that is there. */
  router.post(
    '/groups',
    onTenant((tenant, { name, members, rename }) => {
      const accounts = Array.isArray(members) ? members.map((one) => tenant.store.byUserName(text(one))) : undefined;
      if (text(name) === '' || accounts?.some((one) => !one))
        return { error: 'Name a group, and members who are there' };
      return tenant.setGroup(text(name), {
        members: accounts?.flatMap((one) => one?.id ?? []),
        rename: text(rename) || undefined,
      });
    }),
  );
  router.delete(
    '/groups',
    onTenant((tenant, { name, member }) => {
      const group = tenant.store.groupByName(text(name));
      if (!group) return { error: `No group ${text(name)}` };
      if (member === undefined) return { removed: tenant.store.removeGroup(group.id) };
      const user = tenant.store.byUserName(text(member));
      return user ? { removed: tenant.store.takeOut(group.id, user.id) } : { error: `No user ${text(member)}` };
    }),
  );
  router.post(
    '/tokens',
    onTenant((tenant, { name, token, endpoint: wanted, resources, way }) => {
      const endpoint = wanted === undefined ? tenant.profile.scim.endpoints[0] : tenant.scimEndpoint(text(wanted));
      if (!endpoint) return { error: `There is no endpoint "${text(wanted)}"` };
      const { record, token: secret } = tenant.addToken(text(name) || 'Latchkey', {
        given: text(token) || undefined,
        endpoint,
        resources: Array.isArray(resources) ? resources.map(text) : undefined,
        way: readWay(way),
      });
      const scimUrl = `${site.origin}/${tenant.key}${tenant.scimPath(endpoint)}`;
      return { clientId: record.clientId, token: secret, scimUrl, ...oauthAddresses(site, tenant) };
    }),
  );
  router.delete(
    '/tokens',
    onTenant((tenant) => {
      const revoked = tenant.tokens.length;
      tenant.tokens = [];
      return { revoked };
    }),
  );
  router.delete(
    '/access-tokens',
    onTenant((tenant) => ({ revoked: tenant.revokeAccessTokens() })),
  );
  router.post(
    '/sso',
    onTenant((tenant, { settings }) => {
      const known = new Set(tenant.profile.ssoFields.map(({ id }) => id));
      const given = isObject(settings) ? settings : {};
      const unknown = Object.keys(given).filter((id) => !known.has(id));
      if (unknown.length > 0)
        return { error: `Unknown settings: ${unknown.join(', ')}. Known: ${[...known].join(', ')}` };
      tenant.sso = { ...tenant.sso, ...(given as SsoSettings) };
      return summary(site, tenant);
    }),
  );
  router.get(
    '/faults',
    onTenant((tenant) => tenant.faults),
  );
  router.post(
    '/faults',
    onTenant((tenant, given) => {
      tenant.faults = readFaults(tenant.faults, given, true);
      emptyAgain(tenant);
      return tenant.faults;
    }),
  );
  router.delete(
    '/faults',
    onTenant((tenant) => {
      tenant.faults = { ...noFaults };
      return tenant.faults;
    }),
  );
  router.get(
    '/requests',
    onTenant((tenant) => ({
      counters: tenant.log.counters(),
      brokenRests: brokenRests(tenant),
      requests: tenant.log.list(),
    })),
  );
  router.delete(
    '/requests',
    onTenant((tenant) => {
      tenant.log.clear();
      return { counters: tenant.log.counters() };
    }),
  );
  router.get('/mailbox', (req, res) => {
    const to = text(req.query.to).toLowerCase();
    const mails = mailbox.list().filter((mail) => to === '' || mail.to.some((address) => address.toLowerCase() === to));
    res.json({ count: mails.length, mails });
  });
  router.delete('/mailbox', (_req, res) => {
    mailbox.clear();
    res.json({ count: 0 });
  });
  router.use((_req, res) => void res.status(404).json({ error: 'No such command' }));
  return router;
}

function noTenant(key: string): string {
  return `No tenant "${key}". Name it as egnyte/acmeusw.`;
}

function summary(site: Site, tenant: Tenant) {
  return {
    tenant: tenant.key,
    tenantId: tenant.tenantId,
    url: `${site.origin}/${tenant.key}/app`,
    scimUrl: `${site.origin}/${tenant.key}${tenant.scimPath()}`,
    saml: addressesOf(tenant, site.origin),
    users: tenant.store.userCount,
    groups: tenant.store.groupCount,
    sso: tenant.sso,
  };
}

/** Everything a reset brings back, in a form in which two states can be compared. */
function stateOf(tenant: Tenant) {
  const { users, groups, sso, faults, tokens } = tenant.snapshot();
  return { users, groups, sso, faults, tokens: tokens.length };
}

function merge(data: Record<string, unknown>, set: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...data };
  for (const [name, value] of Object.entries(set)) {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return merged;
}

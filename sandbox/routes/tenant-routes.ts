import express, { type Request, type Response, Router } from 'express';
import type { Site } from '../pages/layout';
import { faultsPage, readFaults, requestPage, requestsPage } from '../pages/operations';
import { otherCredentialsPage, otherCredentialsPath, readWay } from '../pages/other-credentials';
import { accountPage, authenticationTypes, customOf, groupPage, peoplePage } from '../pages/people';
import { plainPage } from '../pages/sandbox-pages';
import { readSsoForm, samlAddressesPage, ssoSettingsPage } from '../pages/sso-settings';
import { tokensPage } from '../pages/tokens';
import type { ScimEndpoint } from '../profiles/profile';
import { isObject, noFaults, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import type { World } from '../store/world';
import { sameOriginOnly } from './guards';

type Handler = (tenant: Tenant, req: Request, res: Response) => void | Promise<void>;

/** The pages of an application for its administrators. The tenant is in `res.locals`. */
export function tenantRoutes(site: Site, world: World): Router {
  const router = Router();
  const forTenant =
    (handler: Handler): express.RequestHandler =>
    (req, res, next) => {
      Promise.resolve(handler(res.locals.tenant, req, res)).catch(next);
    };
  router.use(sameOriginOnly, express.urlencoded({ extended: false, limit: '1mb' }));

  router.get(
    '/',
    forTenant((tenant, _req, res) => res.redirect(303, `/${tenant.key}/app`)),
  );
  router.get(
    '/settings',
    forTenant((tenant, _req, res) => res.redirect(303, `/${tenant.key}${tenant.profile.pages.sso.path}`)),
  );
  router.get(
    '/saml',
    forTenant((tenant, _req, res) => {
      res.send(samlAddressesPage(site, tenant));
    }),
  );
  router.get(
    '/users',
    forTenant((tenant, req, res) => {
      res.send(peoplePage(site, tenant, text(req.query.q), Number(req.query.page) || 1));
    }),
  );
  router.get(
    '/users/:id',
    forTenant((tenant, req, res) => {
      const user = tenant.store.user(text(req.params.id));
      if (!user) return notFound(site, res, 'There is no such user any more.');
      res.send(accountPage(site, tenant, user, req.query.saved !== undefined));
    }),
  );
  router.post(
    '/users/:id',
    forTenant((tenant, req, res) => editAccount(site, world, tenant, req, res)),
  );
  router.get(
    '/groups/:id',
    forTenant((tenant, req, res) => {
      const group = tenant.store.group(text(req.params.id));
      if (!group) return notFound(site, res, 'There is no such group any more.');
      res.send(groupPage(site, tenant, group));
    }),
  );
  router.post(
    '/users/:id/delete',
    forTenant((tenant, req, res) => {
      tenant.store.removeUser(text(req.params.id));
      world.changed();
      res.redirect(303, `/${tenant.key}/users`);
    }),
  );
  router.post(
    '/groups/:id/delete',
    forTenant((tenant, req, res) => {
      tenant.store.removeGroup(text(req.params.id));
      world.changed();
      res.redirect(303, `/${tenant.key}/users`);
    }),
  );
  router.post(
    '/groups/:id/members/:member/delete',
    forTenant((tenant, req, res) => {
      tenant.store.takeOut(text(req.params.id), text(req.params.member));
      world.changed();
      res.redirect(303, `/${tenant.key}/groups/${text(req.params.id)}`);
    }),
  );
  router.get(
    '/requests',
    forTenant((tenant, _req, res) => {
      res.send(requestsPage(site, tenant));
    }),
  );
  router.get(
    '/requests/:n',
    forTenant((tenant, req, res) => {
      const entry = tenant.log.find(Number(req.params.n));
      if (!entry) return notFound(site, res, 'This request is no longer in the log.');
      res.send(requestPage(site, tenant, entry));
    }),
  );
  router.post(
    '/requests/clear',
    forTenant((tenant, _req, res) => {
      tenant.log.clear();
      res.redirect(303, `/${tenant.key}/requests`);
    }),
  );
  router.get(
    '/faults',
    forTenant((tenant, req, res) => {
      res.send(faultsPage(site, tenant, req.query.saved !== undefined));
    }),
  );
  router.post(
    '/faults',
    forTenant((tenant, req, res) => {
      tenant.faults = req.body.clear ? { ...noFaults } : readFaults(tenant.faults, req.body, false);
      world.changed();
      res.redirect(303, `/${tenant.key}/faults?saved`);
    }),
  );
  router.get(
    otherCredentialsPath,
    forTenant((tenant, _req, res) => {
      res.send(otherCredentialsPage(site, tenant));
    }),
  );
  router.post(
    otherCredentialsPath,
    forTenant((tenant, req, res) => {
      const { kind, name, seconds, redirectUri, isPublic } = req.body;
      const way = readWay({ kind, username: name, name, seconds, redirectUri, isPublic });
      if (!way) return notFound(site, res, 'An app needs a redirect URI: the one that Latchkey shows.');
      const fresh = tenant.addToken('Latchkey', { way });
      world.changed();
      res.setHeader('Cache-Control', 'no-store');
      res.send(otherCredentialsPage(site, tenant, fresh));
    }),
  );
  router.post(
    `${otherCredentialsPath}/:id/revoke`,
    forTenant((tenant, req, res) => {
      revoke(world, tenant, text(req.params.id));
      res.redirect(303, `/${tenant.key}${otherCredentialsPath}`);
    }),
  );
  // The vendors' own paths, which differ from profile to profile, are looked up rather than declared.
  router.use(
    forTenant((tenant, req, res) => {
      const { pages, scim } = tenant.profile;
      if (req.path === pages.sso.path) return ssoSettings(site, world, tenant, req, res);
      const endpoint = scim.endpoints.find(({ tokens }) => `${req.path}/`.startsWith(`${tokens.path}/`));
      if (endpoint && req.path === endpoint.tokens.path) return issueToken(site, world, tenant, endpoint, req, res);
      const revoked = endpoint && /\/([0-9a-f]+)\/revoke$/.exec(req.path)?.[1];
      if (revoked && req.method === 'POST') {
        revoke(world, tenant, revoked);
        return res.redirect(303, `/${tenant.key}${endpoint.tokens.path}`);
      }
      notFound(site, res, 'There is no such page.');
    }),
  );
  return router;
}

function revoke(world: World, tenant: Tenant, tokenId: string): void {
  tenant.tokens = tenant.tokens.filter(({ id }) => id !== tokenId);
  world.changed();
}

export function notFound(site: Site, res: Response, message: string): void {
  res.status(404).send(plainPage(site, 'Not found', message));
}

function ssoSettings(site: Site, world: World, tenant: Tenant, req: Request, res: Response): void {
  if (req.method !== 'POST') {
    res.send(ssoSettingsPage(site, tenant, tenant.sso, req.query.saved === undefined ? undefined : { saved: true }));
    return;
  }
  const place = req.body.place === 'dialog' ? 'dialog' : 'page';
  const { settings, errors } = readSsoForm(tenant, req.body, place);
  if (errors.length > 0) {
    res.status(422).send(ssoSettingsPage(site, tenant, settings, { errors, openDialog: place === 'dialog' }));
    return;
  }
  tenant.sso = settings;
  world.changed();
  res.redirect(303, `/${tenant.key}${tenant.profile.pages.sso.path}?saved`);
}

function issueToken(
  site: Site,
  world: World,
  tenant: Tenant,
  endpoint: ScimEndpoint,
  req: Request,
  res: Response,
): void {
  if (req.method !== 'POST') {
    res.send(tokensPage(site, tenant, endpoint));
    return;
  }
  const { tokens } = endpoint;
  const typed = text(req.body.value).trim();
  // Egnyte's portal serves every domain: the key is for the domain that was typed, wherever the form stands.
  const key = `${tenant.profile.id}/${subdomain(tenant, typed)}`;
  const meant = tokens.fieldMeans === 'tenant' ? world.find(key) : tenant;
  if (!meant || typed === '') {
    const error = `${tokens.fieldLabel} "${typed}" is not known. Add the ${tenant.profile.instanceWord} under All instances first.`;
    res.status(422).send(tokensPage(site, tenant, endpoint, { error }));
    return;
  }
  const checked = [req.body.resources ?? []].flat().map(text);
  const fresh = meant.addToken(tokens.fieldMeans === 'name' ? typed : 'API key', {
    endpoint,
    resources: tokens.scopes?.map(({ resource }) => resource).filter((resource) => checked.includes(resource)),
  });
  world.changed();
  res.setHeader('Cache-Control', 'no-store');
  res.send(tokensPage(site, meant, endpoint, fresh));
}

/** People type the whole host name where its first part is asked for. */
function subdomain(tenant: Tenant, typed: string): string {
  const [first = ''] = typed.toLowerCase().split('.');
  return typed.includes('.') && tenant.profile.realHost(first) !== typed.toLowerCase() ? typed : first;
}

function editAccount(site: Site, world: World, tenant: Tenant, req: Request, res: Response): void {
  const user = tenant.store.user(text(req.params.id));
  if (!user) {
    notFound(site, res, 'There is no such user any more.');
    return;
  }
  const { extension } = tenant.profile.scim;
  const custom = { ...customOf(tenant, user) };
  if (extension && tenant.profile.pages.account.authentication !== undefined) {
    const authType = text(req.body.authType);
    const idpUserId = text(req.body.idpUserId).trim();
    const other = idpUserId === '' ? undefined : tenant.store.byIdpUsername(idpUserId);
    if (other && other.id !== user.id) {
      const taken = `${tenant.profile.pages.account.idpUsername} ${idpUserId} is already used by ${text(other.data.userName)}.`;
      res.status(422).send(accountPage(site, tenant, user, false, taken));
      return;
    }
    if (authenticationTypes.some(([value]) => value === authType)) custom.authType = authType;
    if (idpUserId === '') delete custom.idpUserId;
    else custom.idpUserId = idpUserId;
  }
  tenant.store.putUser({
    ...user,
    modified: new Date().toISOString(),
    data: {
      ...user.data,
      active: req.body.active === 'on',
      ...(extension && isObject(user.data[extension.urn]) ? { [extension.urn]: custom } : {}),
    },
  });
  world.changed();
  res.redirect(303, `/${tenant.key}/users/${user.id}?saved`);
}

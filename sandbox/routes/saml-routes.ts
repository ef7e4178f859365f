import express, { type Request, type Response, Router } from 'express';
import type { Site } from '../pages/layout';
import { homePage, refusedPage, type SignedOut, signInPage } from '../pages/sign-in';
import { receiveResponse } from '../saml/response';
import { metadataOf, samlOf, ssoReady } from '../saml/service-provider';
import { readSession, startSession } from '../saml/session';
import { text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { sameOriginOnly } from './guards';
import { logOut, logoutByPost, logoutByRedirect } from './single-logout';

type Handler = (tenant: Tenant, req: Request, res: Response) => void | Promise<void>;

/** Log-in, log-out and the SAML endpoints of a tenant, and the page that they protect. */
export function samlRoutes(site: Site): Router {
  const router = Router();
  const forTenant =
    (handler: Handler): express.RequestHandler =>
    (req, res, next) => {
      Promise.resolve(handler(res.locals.tenant, req, res)).catch(next);
    };
  const form = express.urlencoded({ extended: false, limit: '2mb' });

  router.get(
    '/app',
    forTenant((tenant, req, res) => {
      res.setHeader('Cache-Control', 'no-store');
      const session = readSession(req, tenant);
      const account = session && tenant.store.user(session.accountId);
      if (session && account && account.data.active !== false) res.send(homePage(site, tenant, session));
      else res.status(401).send(signInPage(site, tenant, '/app', undefined, signedOut(req.query.out)));
    }),
  );
  router.post(
    '/login',
    sameOriginOnly,
    form,
    forTenant((tenant, req, res) => signInLocally(site, tenant, req, res)),
  );
  router.post(
    '/logout',
    sameOriginOnly,
    forTenant((tenant, req, res) => logOut(site, tenant, req, res)),
  );
  router.get(
    '/saml/login',
    forTenant((tenant, req, res) => askToSignIn(site, tenant, req, res)),
  );
  router.get(
    '/saml/certificate.pem',
    forTenant(async (tenant, _req, res) => {
      const { certificate } = await tenant.keyPair();
      res.attachment(`${tenant.profile.id}-${tenant.name}.pem`).type('application/x-pem-file').send(certificate);
    }),
  );
  // The paths of the vendor, which differ from profile to profile.
  router.use((req, res, next) => {
    const tenant: Tenant = res.locals.tenant;
    const { acsPath, metadataPath, sloPath } = tenant.profile.saml;
    if (req.path === metadataPath && req.method === 'GET') {
      metadataOf(tenant, site.origin)
        .then((xml) => res.type('application/samlmetadata+xml').send(xml))
        .catch(next);
    } else if (req.path === acsPath && req.method === 'POST') {
      form(req, res, (error?: unknown) => (error ? next(error) : void consume(site, tenant, req, res).catch(next)));
    } else if (req.path === sloPath && req.method === 'GET') {
      logoutByRedirect(site, tenant, req, res).catch(next);
    } else if (req.path === sloPath && req.method === 'POST') {
      form(req, res, (error?: unknown) =>
        error ? next(error) : void logoutByPost(site, tenant, req, res).catch(next),
      );
    } else next();
  });
  return router;
}

async function askToSignIn(site: Site, tenant: Tenant, req: Request, res: Response): Promise<void> {
  if (!ssoReady(tenant)) {
    res
      .status(409)
      .send(refusedPage(site, tenant, 'Single sign-on is not enabled.', 'Fill in the SSO settings first.'));
    return;
  }
  const post = req.query.binding === 'post';
  const use = { post, forceAuthn: req.query.force === '1', passive: req.query.passive === '1' };
  const saml = await samlOf(tenant, site.origin, use);
  const relayState = text(req.query.RelayState);
  if (post) res.type('html').send(await saml.getAuthorizeFormAsync(relayState));
  else res.redirect(302, await saml.getAuthorizeUrlAsync(relayState, undefined, {}));
}

/** The assertion consumer service: IdP-initiated and SP-initiated responses alike, by HTTP POST. */
async function consume(site: Site, tenant: Tenant, req: Request, res: Response): Promise<void> {
  const result = await receiveResponse(tenant, site.origin, text(req.body.SAMLResponse));
  if ('refusal' in result) {
    res.status(403).send(refusedPage(site, tenant, result.refusal, result.detail, result.checks));
    return;
  }
  const { account, ...received } = result;
  startSession(res, tenant, { ...received, accountId: account.id, method: 'saml', signedInAt: Date.now() });
  res.redirect(303, `/${tenant.key}${localTarget(text(req.body.RelayState))}`);
}

/** What the log-in page says of a log-out that came before. */
function signedOut(out: unknown): SignedOut | undefined {
  if (out === undefined) return undefined;
  return out === 'partial' ? 'partial' : 'done';
}

/** A RelayState is a path within this tenant, or nothing: never a way out to another site. */
function localTarget(relayState: string): string {
  return /^\/(?![/\\])[\w\-./?=&%]*$/.test(relayState) && !relayState.includes('..') ? relayState : '/app';
}

function signInLocally(site: Site, tenant: Tenant, req: Request, res: Response): void {
  const userName = text(req.body.username).trim();
  const account = tenant.store.byUserName(userName);
  const relayState = text(req.body.RelayState);
  const problem = !account
    ? 'Username or password is wrong.'
    : account.data.active === false
      ? 'Your account is inactive.'
      : tenant.profile.saml.localSignIn(account, tenant.sso)
        ? undefined
        : 'Your account uses single sign-on. Use the button above.';
  if (!account || problem !== undefined) {
    res.status(403).send(signInPage(site, tenant, relayState, problem));
    return;
  }
  startSession(res, tenant, {
    accountId: account.id,
    method: 'local',
    initiatedBy: 'local',
    nameId: userName,
    nameIdFormat: '',
    sessionIndex: undefined,
    issuer: '',
    attributes: {},
    checks: [],
    signedInAt: Date.now(),
  });
  res.redirect(303, `/${tenant.key}${localTarget(relayState)}`);
}

import express, { type Request, type Response, Router } from 'express';
import { readBasic } from '../scim/sign-in';
import { type TokenRecord, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import type { World } from '../store/world';

export const scopes = ['scim.read', 'scim.write'];

/** Where a tenant's clients get their access tokens (RFC 6749 sections 4.1.3, 4.4 and 6) and give them back (RFC 7009). The tenant is in `res.locals`. */
export function tokenEndpoint(world: World): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });
  router.post('/oauth2/token', form, (req, res) => {
    forClient(req, res, (tenant, client) => issue(tenant, client, req, res));
    world.changed();
  });
  router.post('/oauth2/revoke', form, (req, res) => {
    forClient(req, res, (tenant, client) => {
      tenant.grants.revoke(client, text(req.body.token));
      // RFC 7009 section 2.2: 200 also for a token that nobody knows.
      res.status(200).end();
    });
    world.changed();
  });
  return router;
}

function forClient(req: Request, res: Response, answer: (tenant: Tenant, client: TokenRecord) => void): void {
  const tenant = res.locals.tenant as Tenant;
  res.setHeader('Cache-Control', 'no-store');
  if (tenant.faults.tokenEndpointDown) {
    res.status(503).type('text').send('The token endpoint is being mended.');
    return;
  }
  const { clientId, secret } = clientOf(req);
  const client = tenant.findClient(clientId, secret);
  if (!client) {
    refuse(res, 401, 'invalid_client', 'Client authentication failed');
    return;
  }
  answer(tenant, client);
}

function issue(tenant: Tenant, client: TokenRecord, req: Request, res: Response): void {
  const grant = text(req.body.grant_type);
  if (client.way?.kind === 'app') {
    issueToApp(tenant, client, grant, req, res);
    return;
  }
  if (grant !== 'client_credentials') {
    refuse(res, 400, 'unsupported_grant_type', 'Only client_credentials');
    return;
  }
  const scope = text(req.body.scope);
  if (!areKnown(scope)) {
    refuse(res, 400, 'invalid_scope', `Known: ${scopes.join(', ')}`);
    return;
  }
  const { token, seconds } = tenant.issueAccessToken(client);
  res.json({ access_token: token, token_type: 'Bearer', expires_in: seconds, scope: scope || scopes.join(' ') });
}

/** A client of the authorisation page: a code at first, then one refresh token after the other. */
function issueToApp(tenant: Tenant, client: TokenRecord, grant: string, req: Request, res: Response): void {
  if (grant !== 'authorization_code' && grant !== 'refresh_token') {
    refuse(res, 400, 'unsupported_grant_type', 'Only authorization_code and refresh_token');
    return;
  }
  if (grant === 'refresh_token' && tenant.faults.refreshRefused) {
    refuse(res, 400, 'invalid_grant', 'The authorisation was ended');
    return;
  }
  const given =
    grant === 'refresh_token'
      ? tenant.grants.rotate(client, text(req.body.refresh_token))
      : tenant.grants.exchange(client, {
          code: text(req.body.code),
          redirectUri: text(req.body.redirect_uri),
          verifier: text(req.body.code_verifier),
        });
  if (typeof given === 'string') {
    refuse(res, 400, 'invalid_grant', given);
    return;
  }
  const { token, seconds } = tenant.issueAccessToken(client);
  const { refreshToken, scope } = given;
  res.json({ access_token: token, token_type: 'Bearer', expires_in: seconds, refresh_token: refreshToken, scope });
}

/** Whether all of these scopes, separated by blanks, are ours. */
export function areKnown(scope: string): boolean {
  return scope.split(' ').every((name) => name === '' || scopes.includes(name));
}

/** In the header, where both are encoded as in a form, or in the body (RFC 6749 section 2.3.1). */
function clientOf(req: Request): { clientId: string; secret: string } {
  const pair = readBasic(req.get('authorization') ?? '');
  if (!pair) return { clientId: text(req.body.client_id), secret: text(req.body.client_secret) };
  const decoded = (value: string) => new URLSearchParams(`v=${value}`).get('v') ?? '';
  return { clientId: decoded(pair.username), secret: decoded(pair.password) };
}

/** RFC 6749 section 5.2. */
function refuse(res: Response, status: 400 | 401, error: string, description: string): void {
  res.status(status).json({ error, error_description: description });
}

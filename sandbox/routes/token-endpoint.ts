import express, { type Request, type Response, Router } from 'express';
import { readBasic } from '../scim/sign-in';
import { text } from '../store/records';
import type { Tenant } from '../store/tenant';

/** Where a tenant's clients get their access tokens (RFC 6749 section 4.4). The tenant is in `res.locals`. */
export function tokenEndpoint(): Router {
  const router = Router();
  router.post('/oauth2/token', express.urlencoded({ extended: false, limit: '64kb' }), (req, res) => {
    issue(res.locals.tenant as Tenant, req, res);
  });
  return router;
}

function issue(tenant: Tenant, req: Request, res: Response): void {
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
  if (text(req.body.grant_type) !== 'client_credentials') {
    refuse(res, 400, 'unsupported_grant_type', 'Only client_credentials');
    return;
  }
  const scope = text(req.body.scope);
  if (scope.split(' ').some((name) => name !== '' && !scopes.includes(name))) {
    refuse(res, 400, 'invalid_scope', `Known: ${scopes.join(', ')}`);
    return;
  }
  const { token, seconds } = tenant.issueAccessToken(client);
  res.json({ access_token: token, token_type: 'Bearer', expires_in: seconds, scope: scope || scopes.join(' ') });
}

const scopes = ['scim.read', 'scim.write'];

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

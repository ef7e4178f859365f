import express, { type Request, type Response, Router } from 'express';
import { type AskedGrant, authorizePage, cannotAuthorizePage } from '../pages/authorize';
import type { Site } from '../pages/layout';
import { type TokenRecord, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { sameOriginOnly } from './guards';
import { areKnown, scopes } from './token-endpoint';

const fieldNames = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;
type Fields = Record<(typeof fieldNames)[number], string>;

/** Where an administrator of a tenant allows a client something (RFC 6749 section 4.1, with PKCE). The tenant is in `res.locals`. */
export function authorizationEndpoint(site: Site): Router {
  const router = Router();
  router.get('/oauth2/authorize', (req, res) => {
    asked(site, req.query, res, (tenant, client, fields, back) => {
      const grant: AskedGrant = { clientName: client.name, redirectUri: fields.redirect_uri, scope: scopeOf(fields) };
      const problem = problemOf(fields);
      if (problem) return back(problem);
      res.setHeader('Cache-Control', 'no-store');
      res.send(authorizePage(site, tenant, grant, fields));
    });
  });
  // RFC 8414, announcing that every answer names its server (RFC 9207).
  router.get('/.well-known/oauth-authorization-server', (_req, res) => {
    const issuer = issuerOf(site, res.locals.tenant as Tenant);
    const authorization_endpoint = `${issuer}/oauth2/authorize`;
    res.json({ issuer, authorization_endpoint, authorization_response_iss_parameter_supported: true });
  });
  router.post(
    '/oauth2/authorize',
    sameOriginOnly,
    express.urlencoded({ extended: false, limit: '64kb' }),
    (req, res) => {
      asked(site, req.body, res, (tenant, client, fields, back) => {
        const problem = problemOf(fields);
        if (problem) return back(problem);
        if (text(req.body.decision) !== 'allow') {
          return back({ error: 'access_denied', error_description: 'The administrator did not allow it' });
        }
        const { redirect_uri: redirectUri, code_challenge: challenge } = fields;
        back({ code: tenant.grants.allow({ client, redirectUri, challenge, scope: scopeOf(fields) }) });
      });
    },
  );
  return router;
}

type Back = (answer: Record<string, string>) => void;

function asked(
  site: Site,
  given: Request['query'],
  res: Response,
  answer: (tenant: Tenant, client: TokenRecord, fields: Fields, back: Back) => void,
): void {
  const tenant = res.locals.tenant as Tenant;
  const fields = Object.fromEntries(fieldNames.map((name) => [name, text(given[name])])) as Fields;
  const client = tenant.tokens.find(({ clientId, way }) => way?.kind === 'app' && clientId === fields.client_id);
  if (client?.way?.kind !== 'app') {
    res.status(400).send(cannotAuthorizePage(site, tenant, `No client is called ${fields.client_id || '(empty)'}.`));
    return;
  }
  if (client.way.redirectUri !== fields.redirect_uri) {
    const why = `The client is registered with the redirect URI ${client.way.redirectUri}, not with ${fields.redirect_uri || 'none'}.`;
    res.status(400).send(cannotAuthorizePage(site, tenant, why));
    return;
  }
  answer(tenant, client, fields, (params) => {
    const url = new URL(fields.redirect_uri);
    for (const [name, value] of Object.entries({ ...params, state: fields.state, iss: issuerOf(site, tenant) }))
      url.searchParams.set(name, value);
    res.redirect(303, url.href);
  });
}

/** What is wrong with a request whose client is to hear of it (RFC 6749 section 4.1.2.1). */
function problemOf(fields: Fields): Record<string, string> | undefined {
  if (fields.response_type !== 'code') return { error: 'unsupported_response_type' };
  if (fields.code_challenge === '' || fields.code_challenge_method !== 'S256') {
    return { error: 'invalid_request', error_description: 'PKCE with S256 is required' };
  }
  if (areKnown(fields.scope)) return undefined;
  return { error: 'invalid_scope', error_description: `Known: ${scopes.join(', ')}` };
}

/** How the authorisation server of a tenant calls itself. */
const issuerOf = (site: Site, tenant: Tenant) => `${site.origin}/${tenant.key}`;

const scopeOf = ({ scope }: Fields) => scope || scopes.join(' ');

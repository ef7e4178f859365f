import { isObject, type TokenRecord, type TokenWay, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { type Html, html } from './html';
import { badge, copyField, notice, type Site, tenantPage, trail } from './layout';

export const otherCredentialsPath = '/credentials';

const kinds = [
  ['client', 'OAuth 2.0 client (token endpoint)'],
  ['app', 'OAuth 2.0 app (authorisation page)'],
  ['basic', 'User name and password (HTTP Basic)'],
  ['header', 'Secret in a header'],
] as const;

/** How a new secret is to be sent; undefined: as a bearer token. */
export function readWay(given: unknown): TokenWay | undefined {
  if (!isObject(given)) return undefined;
  if (given.kind === 'basic') return { kind: 'basic', username: text(given.username) || 'latchkey' };
  if (given.kind === 'header') return { kind: 'header', name: text(given.name) || 'X-API-Key' };
  const seconds = Math.min(Math.max(1, Number(given.seconds) || 3_600), 86_400);
  if (given.kind === 'client') return { kind: 'client', seconds };
  if (given.kind !== 'app' || !URL.canParse(text(given.redirectUri))) return undefined;
  // A form sends what is checked as "on".
  return {
    kind: 'app',
    seconds,
    redirectUri: text(given.redirectUri),
    isPublic: given.isPublic === true || given.isPublic === 'on',
  };
}

/** Where clients get their tokens, and where people allow them. */
export function oauthAddresses(site: Site, tenant: Tenant) {
  const base = `${site.origin}/${tenant.key}/oauth2`;
  return { authorizationUrl: `${base}/authorize`, tokenUrl: `${base}/token`, revocationUrl: `${base}/revoke` };
}

/** Where the sandbox hands out what the application itself does not: clients of a token endpoint, passwords, keys in a header. */
export function otherCredentialsPage(
  site: Site,
  tenant: Tenant,
  fresh?: { token: string; record: TokenRecord },
): string {
  const action = `/${tenant.key}${otherCredentialsPath}`;
  const issued = tenant.tokens.filter(({ way }) => way !== undefined);
  const body = html`${trail(['Sandbox', 'Other credentials'])}<h1>Other credentials</h1>
<p class="soft">${tenant.profile.name} knows bearer tokens only. Here its SCIM server takes other ways to authenticate, for a custom application in the console.</p>
${fresh ? shownOnce(site, tenant, fresh) : ''}
<form method="post" action="${action}" class="card narrow"><h2>New</h2>
<div class="field"><label for="kind">Kind</label><select id="kind" name="kind">${kinds.map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select></div>
<div class="field"><label for="name">User name, or name of the header</label><input type="text" id="name" name="name" maxlength="60" autocomplete="off" aria-describedby="name-help"><p class="help" id="name-help">Not for a client. Empty: latchkey, X-API-Key.</p></div>
<div class="field"><label for="seconds">Access tokens end after (seconds)</label><input type="number" id="seconds" name="seconds" min="1" max="86400" value="3600" aria-describedby="seconds-help"><p class="help" id="seconds-help">For a client and for an app.</p></div>
<div class="field"><label for="redirect-uri">Redirect URI</label><input type="url" id="redirect-uri" name="redirectUri" maxlength="500" autocomplete="off" aria-describedby="redirect-help"><p class="help" id="redirect-help">For an app: as Latchkey shows it under Identity Management.</p></div>
<div class="check"><input type="checkbox" id="public" name="isPublic"><div><label for="public">Public app, without a secret</label></div></div>
<div class="row"><button>Create</button></div></form>
<h2>Credentials</h2>${issued.length === 0 ? html`<p class="soft">None yet.</p>` : list(issued, action)}`;
  return tenantPage(site, tenant, { title: 'Other credentials', body, current: otherCredentialsPath });
}

function shownOnce(site: Site, tenant: Tenant, { token, record }: { token: string; record: TokenRecord }): Html {
  const { way } = record;
  const urls = oauthAddresses(site, tenant);
  const fields =
    way?.kind === 'client' || way?.kind === 'app'
      ? html`${way.kind === 'app' ? copyField('authorization-url', 'Authorisation endpoint', urls.authorizationUrl) : ''}${copyField('token-url', 'Token endpoint', urls.tokenUrl)}${way.kind === 'app' ? copyField('revocation-url', 'Revocation endpoint', urls.revocationUrl) : ''}${copyField('client-id', 'Client ID', record.clientId)}${way.kind === 'app' && way.isPublic ? '' : copyField('secret', 'Client secret', token)}`
      : html`${copyField('way', way?.kind === 'basic' ? 'User name' : 'Header', nameOf(way))}${copyField('secret', way?.kind === 'basic' ? 'Password' : 'Value', token)}`;
  return html`<section class="card narrow" aria-labelledby="fresh"><h2 id="fresh">New credentials</h2>${notice('warn', 'Copy the secret now. It is shown only this once.')}
${copyField('scim-url', 'SCIM base URL', `${site.origin}/${tenant.key}${tenant.scimPath()}`)}${fields}</section>`;
}

function nameOf(way: TokenWay | undefined): string {
  if (way?.kind === 'basic') return way.username;
  return way?.kind === 'header' ? way.name : '';
}

function list(issued: TokenRecord[], action: string): Html {
  return html`<div class="table"><table><thead><tr><th>Kind</th><th>Name</th><th>Secret</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>${issued.map(
    ({ id, clientId, lastFour, way }) =>
      html`<tr><td>${kinds.find(([kind]) => kind === way?.kind)?.[1] ?? ''}</td><td><code>${nameOf(way) || clientId}</code></td><td class="nowrap"><code>…${lastFour}</code> ${badge('ok', 'Valid')}</td><td><form method="post" action="${action}/${id}/revoke"><button class="danger" aria-label="Revoke ${nameOf(way) || clientId}">Revoke</button></form></td></tr>`,
  )}</tbody></table></div>`;
}

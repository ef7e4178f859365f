import type { ScimEndpoint, TokenPage } from '../profiles/profile';
import type { TokenRecord } from '../store/records';
import type { Tenant } from '../store/tenant';
import { type Html, html } from './html';
import { badge, copyField, notice, type Site, settingsTabs, tenantPage, time, trail } from './layout';

/** Where the application hands out tokens for an endpoint of its SCIM server. */
export function tokensPage(
  site: Site,
  tenant: Tenant,
  endpoint: ScimEndpoint,
  fresh?: { token: string; record: TokenRecord } | { error: string },
): string {
  const { tokens: texts } = endpoint;
  const issued = tenant.tokensOf(endpoint).filter(({ way }) => way === undefined);
  const action = `/${tenant.key}${texts.path}`;
  const form = html`<form method="post" action="${action}"><div class="field"><label for="token-field">${texts.fieldLabel}</label><input type="text" id="token-field" name="value" required maxlength="60" autocomplete="off" value="${texts.fieldMeans === 'tenant' ? tenant.name : ''}"></div>${scopesField(texts)}<div class="row"><button>${texts.submitLabel}</button>${texts.openLabel === undefined ? '' : html`<button type="button" class="plain" data-close>Cancel</button>`}</div></form>`;
  const opener =
    texts.openLabel === undefined
      ? form
      : html`<button type="button" data-open="add">${texts.openLabel}</button><dialog id="add" aria-labelledby="add-title"><h2 id="add-title">${texts.openLabel}</h2>${form}</dialog>`;
  const body = html`${trail(texts.trail)}<h1>${texts.trail.at(-1) ?? texts.heading}</h1>${settingsTabs(tenant, texts.path)}${texts.tab === undefined ? '' : html`<nav class="tabs" aria-label="${texts.trail.at(-1)}"><a href="${action}" aria-current="page">${texts.tab}</a></nav>`}
${fresh && 'error' in fresh ? notice('bad', fresh.error) : ''}
${fresh && 'token' in fresh ? shownOnce(texts.secretLabel, fresh) : ''}
<section class="card narrow" aria-labelledby="tokens"><h2 id="tokens">${texts.heading}</h2><p class="soft small">${texts.intro}</p>${opener}</section>
<section class="card narrow" aria-labelledby="endpoint"><h2 id="endpoint">SCIM endpoint</h2>${copyField('scim-url', 'SCIM base URL', `${site.origin}/${tenant.key}${tenant.scimPath(endpoint)}`)}${copyField('tenant-id', 'Tenant ID', tenant.tenantId)}</section>
<h2>Tokens</h2>${issued.length === 0 ? html`<p class="soft">No token yet.</p>` : list(issued, action)}`;
  return tenantPage(site, tenant, { title: texts.heading, body, current: texts.path });
}

function scopesField({ scopes }: TokenPage): Html | '' {
  if (!scopes) return '';
  return html`<fieldset class="field"><legend>Endpoints</legend>${scopes.map(({ resource, label }) => html`<div class="check"><input type="checkbox" id="scope-${resource}" name="resources" value="${resource}" checked><label for="scope-${resource}">${label}</label></div>`)}</fieldset>`;
}

function shownOnce(secretLabel: string, { token, record }: { token: string; record: TokenRecord }): Html {
  return html`<section class="card narrow" aria-labelledby="fresh"><h2 id="fresh">Your new token</h2>${notice('warn', 'Copy the token now. It is shown only this once.')}
${copyField('client-id', 'Client ID', record.clientId)}${copyField('secret', secretLabel, token)}</section>`;
}

function list(tokens: TokenRecord[], action: string): Html {
  return html`<div class="table"><table><thead><tr><th>Name</th><th>Client ID</th><th>Token</th><th>Created (UTC)</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>${tokens.map(
    ({ id, name, clientId, lastFour, created, resources }) =>
      html`<tr><td>${name}${resources ? html`<br><small class="soft">${resources.join(', ') || 'no endpoint'}</small>` : ''}</td><td><code>${clientId}</code></td><td class="nowrap"><code>…${lastFour}</code> ${badge('ok', 'Valid')}</td><td class="nowrap">${time(created)}</td><td><form method="post" action="${action}/${id}/revoke"><button class="danger" aria-label="Revoke ${name}">Revoke</button></form></td></tr>`,
  )}</tbody></table></div>`;
}

import type { Tenant } from '../store/tenant';
import { html } from './html';
import { notice, type Site, tenantPage } from './layout';

/** What a client asks an administrator of the application to allow. */
export interface AskedGrant {
  clientName: string;
  redirectUri: string;
  scope: string;
}

const words: Readonly<Record<string, string>> = {
  'scim.read': 'See users and groups',
  'scim.write': 'Create, change, deactivate and delete users and groups',
};

/** The page on which an administrator of the application allows a client what it asks for, or does not. */
export function authorizePage(site: Site, tenant: Tenant, asked: AskedGrant, fields: Record<string, string>): string {
  const { name } = tenant.profile;
  const body = html`<section class="card center"><h1>Allow access to ${name}?</h1><p class="soft">${tenant.profile.realHost(tenant.name)}</p>
<p><strong>${asked.clientName}</strong> asks to:</p><ul>${asked.scope.split(' ').map((scope) => html`<li>${words[scope] ?? scope}</li>`)}</ul>
<p class="soft small">You are taken back to <code>${new URL(asked.redirectUri).host}</code>. It lasts until it is revoked.</p>
<form method="post">${Object.entries(fields).map(([key, value]) => html`<input type="hidden" name="${key}" value="${value}">`)}
<div class="row"><button name="decision" value="allow">Allow</button><button class="plain" name="decision" value="deny">Deny</button></div></form></section>`;
  return tenantPage(site, tenant, { title: 'Allow access', body });
}

/** Where nobody may be sent back: client or redirect URI are not known (RFC 6749 section 4.1.2.1). */
export function cannotAuthorizePage(site: Site, tenant: Tenant, why: string): string {
  const body = html`<section class="card center"><h1>This request cannot be answered</h1>${notice('bad', why)}<p class="soft small">Register the client under <a href="/${tenant.key}/credentials">Other credentials</a>, with exactly the redirect URI that it shows.</p></section>`;
  return tenantPage(site, tenant, { title: 'Allow access', body });
}

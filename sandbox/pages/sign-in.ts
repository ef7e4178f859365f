import type { Check } from '../saml/checks';
import { ssoReady } from '../saml/service-provider';
import type { SpSession } from '../saml/sp-session';
import { displayNameOf, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { checkList, passedChecks } from './check-list';
import { type Html, html } from './html';
import { notice, type Site, tenantPage } from './layout';

/** Of all that was asked for, or of a part. */
export type SignedOut = 'done' | 'partial';

/** The application's log-in page. */
export function signInPage(
  site: Site,
  tenant: Tenant,
  relayState: string,
  error?: string,
  signedOut?: SignedOut,
): string {
  const { profile, sso } = tenant;
  const base = `/${tenant.key}`;
  const ready = ssoReady(tenant);
  const enabled = profile.saml.enabled(sso);
  const somebodyLocal = tenant.store.users().some((user) => profile.saml.localSignIn(user, sso));
  const target = encodeURIComponent(relayState);
  const single = ready
    ? html`<p><a class="button" style="width:100%;text-align:center" href="${base}/saml/login?RelayState=${target}">Sign in with single sign-on</a></p>
<p class="small soft">For tests: <a href="${base}/saml/login?binding=post&RelayState=${target}">send the request by HTTP POST</a>, <a href="${base}/saml/login?force=1&RelayState=${target}">ask to sign in again (ForceAuthn)</a></p>`
    : html`<p class="soft small">${enabled ? 'Single sign-on is on, but its settings are incomplete.' : 'Single sign-on is not configured.'} <a href="${base}${profile.pages.sso.path}">Settings</a></p>`;
  const local = somebodyLocal
    ? html`<hr style="border:0;border-top:1px solid var(--line);margin:20px 0"><form method="post" action="${base}/login"><input type="hidden" name="RelayState" value="${relayState}">
<div class="field"><label for="username">${profile.name} username</label><input type="text" id="username" name="username" autocomplete="off" required></div><div class="field"><label for="password">Password</label><input type="password" id="password" name="password" autocomplete="off"><p class="help">Any password will do in the sandbox.</p></div><button class="plain">Log in with a password</button></form>`
    : '';
  const body = html`<section class="card center"><h1>Log in to ${profile.name}</h1><p class="soft">${profile.realHost(tenant.name)}</p>
${error === undefined ? '' : notice('bad', error)}${signedOut === 'done' ? notice('ok', 'You have logged out.') : ''}${signedOut === 'partial' ? notice('warn', 'You have logged out here and at your identity provider.', 'Of other applications it says that you are not signed out everywhere (PartialLogout).') : ''}${single}${local}</section>`;
  return tenantPage(site, tenant, { title: 'Log in', body, current: '/app' });
}

/** The SAML-protected page. Besides greeting the person it shows what the identity provider sent. */
export function homePage(site: Site, tenant: Tenant, session: SpSession): string {
  const { home } = tenant.profile.pages;
  const account = tenant.store.user(session.accountId);
  const name = account ? displayNameOf(account.data) : session.nameId;
  const how = {
    sp: 'Single sign-on, begun here (SP-initiated)',
    idp: 'Single sign-on, begun at the identity provider (IdP-initiated)',
    local: 'Password',
  }[session.initiatedBy];
  const attributes = Object.entries(session.attributes);
  const body = html`<section class="card"><div class="row between"><h1>Welcome, ${name}</h1><form method="post" action="/${tenant.key}/logout"><button class="plain">Log out</button></form></div>
<p class="soft">You are logged in to ${tenant.profile.name} as <strong>${text(account?.data.userName)}</strong>.</p></section>
${content(tenant)}
<section class="card" aria-labelledby="sent"><h2 id="sent">What the identity provider sent</h2><p class="soft small">Shown by the sandbox only.</p>
<dl><dt>Sign-in</dt><dd>${how}</dd>${
    session.method === 'local'
      ? ''
      : html`<dt>NameID</dt><dd><code>${session.nameId}</code></dd><dt>NameID format</dt><dd><code>${session.nameIdFormat}</code></dd><dt>Issuer</dt><dd><code>${session.issuer}</code></dd><dt>Session index</dt><dd><code>${session.sessionIndex ?? '–'}</code></dd>`
  }</dl><p></p>${
    attributes.length === 0
      ? html`<p class="soft">No attributes.</p>`
      : html`<div class="table"><table><thead><tr><th>Attribute</th><th>Value</th></tr></thead><tbody>${attributes.map(([key, value]) => html`<tr><td><code>${key}</code></td><td class="value">${Array.isArray(value) ? value.map(String).join(', ') : String(value)}</td></tr>`)}</tbody></table></div>`
  }${passedChecks(session.checks)}</section>`;
  return tenantPage(site, tenant, { title: home.heading, body, current: '/app' });
}

function content(tenant: Tenant): Html {
  return html`<section class="card" aria-labelledby="content"><h2 id="content">${tenant.profile.pages.home.heading}</h2><div class="table" style="margin:0"><table><tbody>${tenant.profile.pages.home.items.map(([title, detail]) => html`<tr><td>${title}</td><td class="soft">${detail}</td></tr>`)}</tbody></table></div></section>`;
}

/**
 * Why nobody came in, in the application's words, with the detail its administrator needs.
 * @param checks what was asked of the response, where there was one
 */
export function refusedPage(site: Site, tenant: Tenant, refusal: string, detail: string, checks?: Check[]): string {
  const body = html`<section class="card center" style="max-width:560px"><h1>You could not be logged in</h1>${notice('bad', refusal)}<p class="soft small">For your administrator: <span class="long" data-testid="sso-error-detail">${detail}</span></p><div class="row"><a class="button plain" href="/${tenant.key}/app">Back to log-in</a></div></section>
${checks === undefined ? '' : html`<section aria-labelledby="checks"><h2 id="checks">What was checked</h2><p class="soft small">Shown by the sandbox only.</p>${checkList(checks)}</section>`}`;
  return tenantPage(site, tenant, { title: 'You could not be logged in', body, current: '/app' });
}

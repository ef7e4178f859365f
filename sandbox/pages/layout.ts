import type { Tenant } from '../store/tenant';
import { Html, html } from './html';
import { style } from './style';

/** Addresses that every page needs. */
export interface Site {
  /** Address of the sandbox as browsers see it, without a slash at the end. */
  origin: string;
  consoleUrl: string;
  mailPort: number;
}

interface PageOptions {
  title: string;
  body: Html;
  /** Path of the entry to mark in the navigation, below the tenant. */
  current?: string;
}

const script = new Html(`<script>
document.addEventListener('click', async (event) => {
  const target = event.target.closest('[data-copy],[data-open],[data-close]');
  if (!target) return;
  if (target.dataset.open) document.getElementById(target.dataset.open).showModal();
  else if (target.dataset.close !== undefined) target.closest('dialog').close();
  else {
    const field = document.getElementById(target.dataset.copy);
    try { await navigator.clipboard.writeText(field.value); } catch { field.select(); document.execCommand('copy'); }
    const before = target.textContent; target.textContent = 'Copied';
    setTimeout(() => { target.textContent = before; }, 1500);
  }
});
</script>`);

function page(title: string, vendor: string, head: Html, body: Html): string {
  return html`<!doctype html>
<html lang="en" data-vendor="${vendor}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${new Html(style)}</style></head>
<body><a class="skip" href="#main">Skip to content</a>${head}<main id="main" tabindex="-1">${body}</main>${script}</body></html>`
    .markup;
}

/** A page of the sandbox itself. */
export function sandboxPage(site: Site, { title, body, current = '' }: PageOptions): string {
  const entries = [
    ['/', 'Instances'],
    ['/mailbox', 'Mailbox'],
    ['/settings', 'Settings of the sandbox'],
  ] as const;
  const head = html`<header class="bar"><a class="brand" href="/"><span class="mono-tile" aria-hidden="true">SP</span><span>Service-provider sandbox<small>for demos and tests</small></span></a>
<nav aria-label="Sandbox">${entries.map(([path, label]) => html`<a href="${path}"${mark(path === current)}>${label}</a>`)}</nav>
<div class="end"><a href="${site.consoleUrl}">Latchkey console</a></div></header>`;
  return page(`${title} – Sandbox`, 'sandbox', head, body);
}

/** A page of an application that the sandbox plays. */
export function tenantPage(site: Site, tenant: Tenant, { title, body, current = '' }: PageOptions): string {
  const { profile } = tenant;
  const base = `/${tenant.key}`;
  const { pages } = profile;
  const entries = [
    ['/app', pages.home.label],
    ['/users', pages.users.label],
    [pages.sso.path, 'Settings'],
  ] as const;
  const tokenPages = profile.scim.endpoints.map(({ tokens }) => tokens);
  const menu = [
    [pages.sso.path, 'Settings'],
    ...tokenPages.map((tokens) => [tokens.path, tokens.trail.at(-1) ?? tokens.heading] as const),
    ['/saml', 'SAML addresses and certificate'],
    ['/requests', 'SCIM request log (sandbox)'],
    ['/faults', 'Faults (sandbox)'],
    ['/credentials', 'Other credentials (sandbox)'],
  ] as const;
  const inSettings = tokenPages.some(({ path }) => path === current) || current === '/saml';
  const head = html`<aside class="strip" aria-label="Sandbox"><span><strong>Sandbox</strong> – not the real ${profile.name}. Administrators need no sign-in here.</span><a href="/">All instances</a><a href="${site.consoleUrl}">Latchkey console</a></aside>
<header class="bar"><a class="brand" href="${base}/app"><span class="mono-tile" aria-hidden="true">${profile.monogram}</span><span>${profile.name}<small>${profile.realHost(tenant.name)}</small></span></a>
<nav aria-label="${profile.name}">${entries.map(([path, label]) => html`<a href="${base}${path}"${mark(path === current || (inSettings && label === 'Settings'))}>${label}</a>`)}</nav>
<div class="end"><details class="menu"><summary aria-label="Menu">☰ Menu</summary><ul>${menu.map(([path, label]) => html`<li><a href="${base}${path}">${label}</a></li>`)}</ul></details></div></header>`;
  return page(`${title} – ${profile.name} ${tenant.name} (sandbox)`, profile.id, head, body);
}

function mark(isCurrent: boolean): Html {
  return new Html(isCurrent ? ' aria-current="page"' : '');
}

export function trail(parts: string[]): Html {
  return html`<p class="trail">${parts.join(' › ')}</p>`;
}

/** The tabs between the settings pages of a tenant. */
export function settingsTabs(tenant: Tenant, current: string): Html {
  const { pages, scim } = tenant.profile;
  const entries = [
    [pages.sso.path, pages.sso.trail.slice(1).join(' › ')],
    ...scim.endpoints.map(({ tokens }) => [tokens.path, tokens.trail.slice(1).join(' › ')] as const),
    ['/saml', 'SAML addresses'],
  ] as const;
  return html`<nav class="tabs" aria-label="Settings">${entries.map(([path, label]) => html`<a href="/${tenant.key}${path}"${mark(path === current)}>${label}</a>`)}</nav>`;
}

export function notice(kind: 'ok' | 'bad' | 'warn', ...lines: string[]): Html {
  return html`<div class="note ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}">${lines.map((line) => html`<p>${line}</p>`)}</div>`;
}

/** A value to be copied, with its label and a button. */
export function copyField(id: string, label: string, value: string, help?: string): Html {
  return html`<div class="field"><label for="${id}">${label}</label><div class="copy"><input type="text" id="${id}" readonly value="${value}"><button class="plain" type="button" data-copy="${id}" aria-label="Copy ${label}">Copy</button></div>${help === undefined ? '' : html`<p class="help">${help}</p>`}</div>`;
}

export function badge(kind: '' | 'ok' | 'bad' | 'off', label: string): Html {
  return html`<span class="badge ${kind}">${label}</span>`;
}

export function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.replace('T', ' ').slice(0, 19)}</time>`;
}

import { createPublicKey, X509Certificate } from 'node:crypto';
import type { SsoField } from '../profiles/profile';
import { addressesOf } from '../saml/service-provider';
import type { SsoSettings } from '../store/records';
import type { Tenant } from '../store/tenant';
import { type Html, html } from './html';
import { copyField, notice, type Site, settingsTabs, tenantPage, trail } from './layout';

/** The application's own single sign-on page, with the fields as the vendor names them. */
export function ssoSettingsPage(
  site: Site,
  tenant: Tenant,
  shown: SsoSettings,
  result?: { saved: true } | { errors: string[]; openDialog: boolean },
): string {
  const { pages, ssoFields } = tenant.profile;
  const action = `/${tenant.key}${pages.sso.path}`;
  const fields = (place: SsoField['place']) =>
    ssoFields.filter((field) => field.place === place).map((field) => control(field, shown[field.id] ?? field.initial));
  const { dialog } = pages;
  const errors = result && 'errors' in result ? result : undefined;
  const problem = errors ? notice('bad', ...errors.errors) : '';
  const body = html`${trail(pages.sso.trail)}<h1>${pages.sso.trail.at(-1)}</h1>${settingsTabs(tenant, pages.sso.path)}
${result && 'saved' in result ? notice('ok', 'Settings saved.') : ''}${errors && !errors.openDialog ? problem : ''}
<section class="card narrow"><h2>${pages.sso.heading}</h2><p class="soft small">${pages.sso.intro}</p>
<form method="post" action="${action}"><input type="hidden" name="place" value="page">${fields('page')}<button>${pages.saveLabel}</button></form></section>
${
  dialog === undefined
    ? ''
    : html`<section class="card narrow" aria-labelledby="slo"><div class="row between"><h2 id="slo">${dialog.heading}</h2><button type="button" class="plain" data-open="edit">${dialog.openLabel}</button></div>
<dl>${ssoFields.filter((field) => field.place === 'dialog').map((field) => html`<dt>${field.label}</dt><dd>${summary(field, tenant.sso[field.id])}</dd>`)}</dl></section>
<dialog id="edit" aria-labelledby="edit-title"${errors?.openDialog ? html` data-show` : ''}><h2 id="edit-title">${dialog.heading}</h2>${errors?.openDialog ? problem : ''}
<form method="post" action="${action}"><input type="hidden" name="place" value="dialog">${fields('dialog')}<div class="row"><button>${dialog.submitLabel}</button><button type="button" class="plain" data-close>Cancel</button></div></form></dialog>
<script>document.querySelector('dialog[data-show]')?.showModal();</script>`
}
${instanceValues(site, tenant)}`;
  return tenantPage(site, tenant, { title: pages.sso.heading, body, current: pages.sso.path });
}

/** What the identity provider's side asks for, under the names that the guides use. */
function instanceValues(site: Site, tenant: Tenant): Html {
  if (tenant.profile.id !== 'netskope') return html``;
  const { acs, entityId } = addressesOf(tenant, site.origin);
  return html`<section class="card narrow" aria-labelledby="instance"><h2 id="instance">Netskope settings</h2><p class="soft small">Give these to your identity provider.</p>
${copyField('acs', 'NETSKOPE PROXY ACS URL', acs)}${copyField('instance-url', 'APPLICATION INSTANCE URL', entityId, 'The entity ID of this tenant.')}${copyField('tenant-id', 'Tenant ID', tenant.tenantId)}
<a class="button plain" href="/${tenant.key}/saml/certificate.pem">DOWNLOAD CERTIFICATE</a><p class="soft small">Verifies the signature of authentication requests.</p></section>`;
}

/** ACS, entity ID, metadata and certificate of the tenant as a service provider. */
export function samlAddressesPage(site: Site, tenant: Tenant): string {
  const { acs, entityId, metadata, slo } = addressesOf(tenant, site.origin);
  const { saml } = tenant.profile;
  const body = html`${trail(['Settings', 'SAML addresses'])}<h1>SAML addresses</h1>${settingsTabs(tenant, '/saml')}
<section class="card narrow">${copyField('entity-id', 'SP entity ID', entityId)}${copyField('acs', 'Assertion consumer service (ACS) URL', acs)}
${copyField('metadata', 'SP metadata URL', metadata)}${slo === undefined ? '' : copyField('slo', 'Single logout URL', slo)}
<div class="row"><a class="button plain" href="/${tenant.key}${saml.metadataPath}">Open metadata</a><a class="button plain" href="/${tenant.key}/saml/certificate.pem">Download certificate</a></div>
<p class="soft small">Authentication requests are ${saml.signsRequests(tenant.sso) ? 'signed' : 'not signed'}. The certificate also encrypts assertions, if the identity provider does so.</p></section>`;
  return tenantPage(site, tenant, { title: 'SAML addresses', body, current: '/saml' });
}

/**
 * Takes over what was typed on one part of the page.
 * @param place the part of the page that was sent
 * @returns the settings as they would be, and what is wrong with them in the order of the fields
 */
export function readSsoForm(
  tenant: Tenant,
  form: Record<string, unknown>,
  place: SsoField['place'],
): { settings: SsoSettings; errors: string[] } {
  const settings: SsoSettings = { ...tenant.sso };
  for (const field of tenant.profile.ssoFields.filter((candidate) => candidate.place === place)) {
    const typed = form[field.id];
    if (field.kind === 'toggle' || field.kind === 'checkbox') settings[field.id] = typed === 'on' || typed === true;
    else settings[field.id] = typeof typed === 'string' ? typed.trim() : (settings[field.id] ?? '');
  }
  // Nothing is asked of the identity provider's fields while single sign-on is off.
  const required = place === 'dialog' || tenant.profile.saml.enabled(settings);
  const errors = tenant.profile.ssoFields
    .filter((field) => field.place === place)
    .flatMap((field) => problemOf(field, settings[field.id], required) ?? []);
  return { settings, errors };
}

function problemOf(field: SsoField, value: unknown, required: boolean): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value === '') return field.required && required ? `${field.label} is required.` : undefined;
  if (field.kind === 'url' && !/^https?:\/\/[^\s]+$/i.test(value)) return `${field.label} must be a web address.`;
  if (field.kind === 'select' && !field.options?.some((option) => option.value === value)) {
    return `${field.label}: choose one of the list.`;
  }
  if (field.kind === 'certificate' && !readCertificate(value)) {
    return `${field.label} is not a certificate. Paste the whole of certificate.pem.`;
  }
  return undefined;
}

function readCertificate(value: string): X509Certificate | undefined {
  try {
    const pem = value.includes('-----') ? value : `-----BEGIN CERTIFICATE-----\n${value}\n-----END CERTIFICATE-----`;
    const certificate = new X509Certificate(pem);
    createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }));
    return certificate;
  } catch {
    return undefined;
  }
}

function summary(field: SsoField, value: unknown): string {
  if (typeof value !== 'string' || value === '') return 'Not set';
  if (field.kind !== 'certificate') return value;
  const certificate = readCertificate(value);
  return certificate
    ? `${certificate.subject.replaceAll('\n', ', ')}, valid until ${certificate.validTo}`
    : 'Not readable';
}

function control(field: SsoField, value: string | boolean): Html {
  const { id, label } = field;
  const help = field.help === undefined ? '' : html`<p class="help" id="${id}-help">${field.help}</p>`;
  const described = field.help === undefined ? '' : html` aria-describedby="${id}-help"`;
  if (field.kind === 'toggle' || field.kind === 'checkbox') {
    const kind = field.kind === 'toggle' ? html` class="toggle" role="switch"` : '';
    return html`<div class="check"><input type="checkbox" id="${id}" name="${id}"${kind}${described}${value === true ? html` checked` : ''}><div><label for="${id}">${label}</label>${help}</div></div>`;
  }
  const input =
    field.kind === 'select'
      ? html`<select id="${id}" name="${id}"${described}>${field.options?.map((option) => html`<option value="${option.value}"${option.value === value ? html` selected` : ''}>${option.label}</option>`)}</select>`
      : field.kind === 'certificate'
        ? html`<textarea id="${id}" name="${id}" spellcheck="false"${described}>${value}</textarea>`
        : html`<input type="text" id="${id}" name="${id}" value="${value}" autocomplete="off" spellcheck="false"${described}>`;
  return html`<div class="field"><label for="${id}">${label}</label>${input}${help}</div>`;
}

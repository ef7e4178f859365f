import type { Mail, Mailbox } from '../mail/mailbox';
import type { Profile } from '../profiles/profile';
import { profiles } from '../profiles/registry';
import { ssoReady } from '../saml/service-provider';
import type { World } from '../store/world';
import { type Html, html } from './html';
import { badge, notice, type Site, sandboxPage, time } from './layout';

/** All instances, application by application. */
export function startPage(site: Site, world: World, error?: string): string {
  const sections = [...profiles.values()].map((profile) => {
    const tenants = world.all().filter((tenant) => tenant.profile === profile);
    return html`<h2>${profile.name}</h2><p class="soft small">${profile.tagline}. ${tenants.length} ${profile.instanceWord}${tenants.length === 1 ? '' : 's'}.</p><div class="grid" data-vendor="${profile.id}">${tenants.map(
      (tenant) =>
        html`<a class="card tile" href="/${tenant.key}/app"><span class="mono-tile" aria-hidden="true">${profile.monogram}</span><span><strong>${tenant.name}</strong><small>${tenant.store.userCount} users, ${tenant.store.groupCount} groups</small><small>${ssoReady(tenant) ? badge('ok', 'SSO on') : badge('off', 'SSO off')} ${tenant.tokens.length > 0 ? badge('ok', 'Token issued') : badge('off', 'No token')}</small></span></a>`,
    )}</div>`;
  });
  const body = html`<h1>Instances</h1><p>These pages play applications as service providers, so that single sign-on and provisioning can be set up, shown and tested without an account at any vendor. Administrators need no sign-in here.</p>
${error === undefined ? '' : notice('bad', error)}${sections}
<section class="card narrow" aria-labelledby="add"><h2 id="add">Add an instance</h2><form method="post" action="/instances"><div class="field"><label for="profile">Application</label><select id="profile" name="profile">${[...profiles.values()].map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select></div><div class="field"><label for="name">Name</label><input type="text" id="name" name="name" required maxlength="40" autocomplete="off" pattern="[a-z0-9]([a-z0-9-]*[a-z0-9])?"><p class="help">Small letters, digits and hyphens, as in the instance's host name.</p></div><button>Add instance</button></form></section>`;
  return sandboxPage(site, { title: 'Instances', body, current: '/' });
}

export function mailboxPage(site: Site, mailbox: Mailbox): string {
  const mails = mailbox.list();
  const body = html`<div class="row between"><h1>Mailbox</h1>${mails.length === 0 ? '' : html`<form method="post" action="/mailbox/clear"><button class="plain">Empty the mailbox</button></form>`}</div>
<p class="soft">Everything mailed to <code>smtp://127.0.0.1:${site.mailPort}</code> arrives here, whoever it is for. ${mails.length} ${mails.length === 1 ? 'message' : 'messages'}.</p>
${mails.length === 0 ? html`<p class="card soft">No mail yet.</p>` : html`<div class="table"><table><thead><tr><th>Subject</th><th>To</th><th>From</th><th>Received (UTC)</th></tr></thead><tbody>${mails.map((mail) => html`<tr><td><a href="/mailbox/${mail.id}">${mail.subject}</a></td><td class="value">${mail.to.join(', ')}</td><td class="value">${mail.from}</td><td class="nowrap">${time(mail.at)}</td></tr>`)}</tbody></table></div>`}`;
  return sandboxPage(site, { title: 'Mailbox', body, current: '/mailbox' });
}

export function mailPage(site: Site, mail: Mail): string {
  const body = html`<p class="trail"><a href="/mailbox">Mailbox</a></p><h1>${mail.subject}</h1>
<section class="card"><dl><dt>From</dt><dd>${mail.from}</dd><dt>To</dt><dd>${mail.to.join(', ')}</dd><dt>Received (UTC)</dt><dd>${time(mail.at)}</dd>${mail.attachments.length === 0 ? '' : html`<dt>Attachments</dt><dd>${mail.attachments.map(({ name, size }) => `${name} (${size} bytes)`).join(', ')}</dd>`}</dl></section>
${mail.text === '' ? '' : html`<section class="card" aria-labelledby="text"><h2 id="text">Text</h2><pre>${linked(mail.text)}</pre></section>`}
${mail.html === '' ? '' : html`<section class="card" aria-labelledby="html"><h2 id="html">As a mail program shows it</h2><iframe class="mail" title="Message" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${`<base target="_blank">${mail.html}`}"></iframe></section>`}
<details class="body"><summary>Headers</summary><pre>${mail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n')}</pre></details>`;
  return sandboxPage(site, { title: mail.subject, body, current: '/mailbox' });
}

/** The text with its web addresses as links: a one-time link is there to be clicked. */
function linked(plain: string): Html[] {
  return plain
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, i) => (i % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}

export function settingsPage(site: Site, world: World, done?: string): string {
  const body = html`<h1>Settings of the sandbox</h1>${done === undefined ? '' : notice('ok', done)}
<section class="card narrow" aria-labelledby="reset"><h2 id="reset">Reset</h2><p class="soft">Brings back the accounts and groups that were there at the start, and takes away tokens, single sign-on settings, faults, added instances, request logs and mail.</p><form method="post" action="/settings/reset"><button class="danger">Reset the sandbox</button></form></section>
<section class="card narrow" aria-labelledby="generate"><h2 id="generate">Generate accounts</h2><p class="soft">As if people had been using the application for years; for imports and large demos.</p><form method="post" action="/settings/accounts"><div class="field"><label for="tenant">Instance</label><select id="tenant" name="tenant">${world.all().map(({ key }) => html`<option>${key}</option>`)}</select></div><div class="field"><label for="count">Accounts to add</label><input type="number" id="count" name="count" min="1" max="20000" value="250" required></div><button>Generate accounts</button></form></section>
<section class="card narrow" aria-labelledby="faults"><h2 id="faults">Faults</h2><p class="soft">Each instance can be told to be slow, to limit the rate and to fail.</p><ul>${world.all().map(({ key, profile, name }) => html`<li><a href="/${key}/faults">${profile.name} ${name}</a></li>`)}</ul></section>`;
  return sandboxPage(site, { title: 'Settings', body, current: '/settings' });
}

export function plainPage(site: Site, title: string, text: string): string {
  return sandboxPage(site, {
    title,
    body: html`<h1>${title}</h1><p class="card">${text}</p><a href="/">All instances</a>`,
  });
}

/** For an instance that nobody has made: a person who came on purpose can make it here. */
export function unknownInstancePage(site: Site, profile: Profile, name: string, detail: string): string {
  const body = html`<h1>Not found</h1><p>${detail}</p>
<form class="row" method="post" action="/instances"><input type="hidden" name="profile" value="${profile.id}"><input type="hidden" name="name" value="${name}"><button>Add this ${profile.instanceWord}</button><a href="/">All instances</a></form>`;
  return sandboxPage(site, { title: 'Not found', body });
}

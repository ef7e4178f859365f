import { type Account, displayNameOf, emailsOf, type GroupRecord, isObject, text } from '../store/records';
import type { Tenant } from '../store/tenant';
import { type Html, html } from './html';
import { badge, notice, type Site, tenantPage, time, trail } from './layout';

const pageSize = 50;

export const authenticationTypes: ReadonlyArray<readonly [string, string]> = [
  ['sso', 'Single sign-on'],
  ['ad', 'Active Directory'],
  ['egnyte', 'Egnyte'],
];

/** The Users & Groups tab: accounts, searchable, with their groups beside them. */
export function peoplePage(site: Site, tenant: Tenant, search: string, page: number): string {
  const { users: texts, account } = tenant.profile.pages;
  const wanted = search.toLowerCase();
  const all = tenant.store.users();
  const matching = wanted === '' ? all : all.filter((user) => JSON.stringify(user.data).toLowerCase().includes(wanted));
  const pages = Math.max(1, Math.ceil(matching.length / pageSize));
  const current = Math.min(Math.max(1, page), pages);
  const shown = matching.slice((current - 1) * pageSize, current * pageSize);
  const base = `/${tenant.key}`;
  const rows = shown.map(
    (user) =>
      html`<tr><td><a href="${base}/users/${user.id}">${displayNameOf(user.data)}</a><br><span class="soft small">${text(user.data.userName)}</span></td><td class="value">${emailsOf(user.data)[0] ?? ''}</td>${account.authentication === undefined ? '' : html`<td class="nowrap">${authenticationOf(tenant, user)}</td><td>${text(user.data.userType)}</td>`}<td>${state(user)}</td><td class="nowrap">${origin(user)}</td><td><a href="${base}/users/${user.id}" aria-label="${account.details} of ${text(user.data.userName)}">${account.details}</a></td></tr>`,
  );
  const body = html`${trail(texts.trail)}<h1>${texts.label}</h1>
<div class="row between"><h2>Users <span class="soft">${matching.length === all.length ? all.length : `${matching.length} of ${all.length}`}</span></h2><form method="get" class="row"><label class="visually-hidden" for="q">Search users</label><input type="search" id="q" name="q" value="${search}" placeholder="Search users" style="width:240px"><button class="plain">Search</button></form></div>
${shown.length === 0 ? html`<p class="soft">${all.length === 0 ? 'No users yet.' : 'No user matches.'}</p>` : html`<div class="table"><table><thead><tr><th>Name</th><th>Email</th>${account.authentication === undefined ? '' : html`<th>${account.authentication}</th><th>User type</th>`}<th>Status</th><th>Origin</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>${rows}</tbody></table></div>`}
${pages === 1 ? '' : html`<nav class="row" aria-label="Pages">${current > 1 ? html`<a href="?q=${encodeURIComponent(search)}&page=${current - 1}">Previous</a>` : ''}<span class="soft">Page ${current} of ${pages}</span>${current < pages ? html`<a href="?q=${encodeURIComponent(search)}&page=${current + 1}">Next</a>` : ''}</nav><br>`}
<h2>Groups <span class="soft">${tenant.store.groupCount}</span></h2>${groupTable(tenant)}`;
  return tenantPage(site, tenant, { title: texts.label, body, current: '/users' });
}

function groupTable(tenant: Tenant): Html {
  const groups = tenant.store.allGroups();
  if (groups.length === 0) return html`<p class="soft">No groups yet.</p>`;
  return html`<div class="table"><table><thead><tr><th>Group</th><th class="number">Members</th><th>Changed (UTC)</th></tr></thead><tbody>${groups.map((group) => html`<tr><td><a href="/${tenant.key}/groups/${group.id}">${group.displayName}</a></td><td class="number">${group.members.size}</td><td class="nowrap">${time(group.modified)}</td></tr>`)}</tbody></table></div>`;
}

/** One account, with the form that the guides call "Edit user profile". */
export function accountPage(site: Site, tenant: Tenant, user: Account, saved: boolean, error?: string): string {
  const { users: texts, account } = tenant.profile.pages;
  const custom = customOf(tenant, user);
  const authType = text(custom.authType);
  const groups = tenant.store.groupsOf(user.id);
  const userName = text(user.data.userName);
  const edit =
    account.authentication === undefined
      ? ''
      : html`<div class="field"><label for="authType">${account.authentication}</label><select id="authType" name="authType">${authenticationTypes.map(([value, label]) => html`<option value="${value}"${value === authType ? html` selected` : ''}>${label}</option>`)}</select></div>
<div class="field"><label for="idpUserId">${account.idpUsername}</label><input type="text" id="idpUserId" name="idpUserId" value="${text(custom.idpUserId)}" autocomplete="off"><p class="help">What the identity provider sends as NameID. Needed for single sign-on.</p></div>`;
  const missing =
    account.idpUsername !== undefined && authType === 'sso' && text(custom.idpUserId) === ''
      ? notice('warn', `The ${account.idpUsername} is not set: this user cannot sign in with single sign-on yet.`)
      : '';
  const body = html`${trail([...texts.trail, displayNameOf(user.data)])}<h1>${displayNameOf(user.data)}</h1>
${saved ? notice('ok', 'User profile saved.') : ''}${error === undefined ? '' : notice('bad', error)}${missing}
<section class="card narrow" aria-labelledby="details"><div class="row between"><h2 id="details">${account.details}</h2>${state(user)}</div><dl><dt>Username</dt><dd>${userName}</dd><dt>Email</dt><dd>${emailsOf(user.data).join(', ')}</dd>
${account.authentication === undefined ? html`<dt>External ID</dt><dd>${text(user.data.externalId) || '–'}</dd>` : html`<dt>User type</dt><dd>${text(user.data.userType)}</dd><dt>Service account</dt><dd>${custom.serviceAccount === true ? 'Yes' : 'No'}</dd><dt>Invitation</dt><dd>${custom.sendInvite === true ? 'Sent' : 'Not sent'}</dd>`}
<dt>Groups</dt><dd>${groups.length === 0 ? 'None' : groups.map(({ displayName }) => displayName).join(', ')}</dd><dt>Origin</dt><dd>${origin(user)}</dd><dt>Changed (UTC)</dt><dd>${time(user.modified)}</dd></dl></section>
<section class="card narrow" aria-labelledby="edit"><h2 id="edit">${account.edit}</h2><form method="post" action="/${tenant.key}/users/${user.id}">${edit}
<div class="check"><input type="checkbox" id="active" name="active"${user.data.active === false ? '' : html` checked`}><div><label for="active">Active</label></div></div><button>Save</button></form></section>
<form method="post" action="/${tenant.key}/users/${user.id}/delete" class="row"><button class="plain">Delete this user</button><span class="soft small">As somebody over there might.</span></form>
<section class="card"><details class="body"><summary>As SCIM sees it</summary><pre>${JSON.stringify({ id: user.id, ...user.data }, null, 2)}</pre></details></section>`;
  return tenantPage(site, tenant, { title: displayNameOf(user.data), body, current: '/users' });
}

export function groupPage(site: Site, tenant: Tenant, group: GroupRecord): string {
  const members = [...group.members].slice(0, 500).flatMap((id) => tenant.store.user(id) ?? []);
  const rest = group.members.size - members.length;
  const base = `/${tenant.key}/groups/${group.id}`;
  const body = html`${trail([...tenant.profile.pages.users.trail, group.displayName])}<h1>${group.displayName}</h1>
<h2>Members <span class="soft">${group.members.size}</span></h2>${
    members.length === 0
      ? html`<p class="soft">No members.</p>`
      : html`<div class="table"><table><thead><tr><th>Name</th><th>Username</th><th>Status</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>${members.map((user) => html`<tr><td><a href="/${tenant.key}/users/${user.id}">${displayNameOf(user.data)}</a></td><td>${text(user.data.userName)}</td><td>${state(user)}</td><td><form method="post" action="${base}/members/${user.id}/delete"><button class="plain" aria-label="Remove ${text(user.data.userName)}">Remove</button></form></td></tr>`)}</tbody></table></div>`
  }${rest > 0 ? html`<p class="soft">And ${rest} more.</p>` : ''}
<form method="post" action="${base}/delete" class="row"><button class="plain">Delete this group</button><span class="soft small">As somebody over there might.</span></form>`;
  return tenantPage(site, tenant, { title: group.displayName, body, current: '/users' });
}

export function customOf(tenant: Tenant, user: Account): Record<string, unknown> {
  const urn = tenant.profile.scim.extension?.urn ?? '';
  const value = user.data[urn];
  return isObject(value) ? value : {};
}

function authenticationOf(tenant: Tenant, user: Account): string {
  const authType = text(customOf(tenant, user).authType);
  return authenticationTypes.find(([value]) => value === authType)?.[1] ?? '–';
}

function state(user: Account): Html {
  return user.data.active === false ? badge('off', 'Inactive') : badge('ok', 'Active');
}

function origin(user: Account): string {
  return { existing: 'Was here before', scim: 'SCIM', generated: 'Generated' }[user.origin];
}

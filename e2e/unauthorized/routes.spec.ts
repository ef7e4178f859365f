import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cookie } from '@playwright/test';
import { type PermissionName, roles } from '@/lib/auth/permissions';
import { api } from '../support/api';
import { origin } from '../support/environment';
import { isMeantTo } from '../support/roles';
import { expect, test } from '../support/test';

/** What every page asks for; 'public' ones each have their reason. Written down a second time on purpose. */
const pages: Record<string, PermissionName | 'public'> = {
  'sign-in': 'public', // The sign-in itself.
  activate: 'public', // The one-time link is the permission.
  'forgot-password': 'public', // Whoever cannot sign in.
  'signed-out': 'public', // What came of a logout, by a sealed address.
  'change-password': 'account.password',
  account: 'account.self',
  portal: 'portal.use',
  '': 'console.use',
  users: 'users.read',
  'users/new': 'users.write',
  'users/[id]': 'users.read',
  'users/[id]/edit': 'users.write',
  'users/[id]/history': 'events.read',
  'users/import': 'users.write',
  'users/batches': 'users.read',
  'users/batches/[id]': 'users.read',
  groups: 'groups.read',
  'groups/[id]': 'groups.read',
  'groups/[id]/nested': 'groups.read',
  'groups/[id]/foreign-members': 'groups.read',
  'groups/[id]/applications': 'applications.read',
  'groups/[id]/rule': 'groups.read',
  'groups/[id]/settings': 'groups.read',
  applications: 'applications.read',
  'applications/new': 'applications.write',
  'applications/migrations/[id]': 'applications.read',
  'applications/migrations/[id]/accounts': 'applications.read',
  'applications/[id]': 'applications.read',
  'applications/[id]/general': 'applications.read',
  'applications/[id]/sso': 'applications.read',
  'applications/[id]/sso/metadata': 'applications.read',
  'applications/[id]/sso/failed': 'applications.read',
  'applications/[id]/sso/test': 'applications.read',
  'failed-sign-ins/[reference]': 'applications.read',
  'applications/[id]/bookmark': 'applications.read',
  'applications/[id]/groups': 'applications.read',
  'applications/[id]/assignments': 'applications.read',
  'applications/[id]/assignments/[userId]': 'provisioning.read',
  'applications/[id]/identity-management': 'applications.read',
  'applications/[id]/identity-management/[part]': 'applications.read',
  'applications/[id]/mappings': 'applications.read',
  'applications/[id]/mappings/attributes': 'applications.read',
  'applications/[id]/mappings/history': 'applications.read',
  'applications/[id]/mappings/scope': 'applications.read',
  'applications/[id]/import': 'imports.read',
  'applications/[id]/import/[importId]': 'imports.read',
  'applications/[id]/import/[importId]/groups': 'imports.read',
  'applications/[id]/import/settings': 'imports.read',
  'applications/[id]/provisioning': 'provisioning.read',
  'applications/[id]/provisioning/[cycleId]': 'provisioning.read',
  'applications/[id]/provisioning/tasks': 'provisioning.read',
  'applications/[id]/provisioning/held': 'provisioning.read',
  'applications/[id]/provisioning/on-demand': 'provisioning.read',
  'applications/[id]/provisioning/dry-runs/[runId]': 'provisioning.read',
  'applications/[id]/events': 'events.read',
  imports: 'imports.read',
  cycles: 'provisioning.read',
  events: 'events.read',
  'events/[id]': 'events.read',
  'api-reference': 'console.use',
  'settings/general': 'settings.read',
  'settings/tokens': 'tokens.write',
  'settings/attributes': 'settings.read',
  'settings/sources': 'sources.write',
  'settings/sources/[id]': 'sources.write',
  'settings/sources/[id]/settings': 'sources.write',
  'settings/webhooks': 'webhooks.read',
  'settings/webhooks/new': 'webhooks.write',
  'settings/webhooks/[id]': 'webhooks.read',
  'settings/webhooks/[id]/settings': 'webhooks.read',
  'settings/webhooks/[id]/deliveries/[deliveryId]': 'webhooks.read',
  outbox: 'outbox.read',
  'outbox/[id]': 'outbox.read',
};

/** Method and path of every route handler. */
const routes: Record<string, PermissionName | 'public'> = {
  'GET healthz': 'public', // Load balancers; says nothing.
  'GET readyz': 'public',
  'GET api/auth/[...nextauth]': 'public', // The sign-in itself.
  'POST api/auth/[...nextauth]': 'public',
  'GET api/v1/openapi.json': 'public', // What the API can do stands in the source.
  'GET saml2/[slug]': 'public', // Service providers send people here; they are asked to sign in by it.
  'POST saml2/[slug]': 'public',
  'GET saml2/[slug]/continue': 'public',
  'GET saml2/[slug]/logout': 'public', // Signed by the service provider.
  'POST saml2/[slug]/logout': 'public',
  'GET saml2/[slug]/metadata': 'public', // Public keys and addresses.
  'GET saml2/[slug]/certificate.pem': 'public',
  'GET oauth/connect/[id]': 'integration.write',
  'GET oauth/callback/[application]': 'integration.write',
  'GET api/directory/people': 'users.read',
  'GET api/directory/groups': 'groups.read',
  'GET api/users/[id]/deprovision-preview': 'users.read',
  'GET api/groups/[id]/deprovision-preview': 'groups.read',
  'POST api/group-rules/preview': 'groups.read',
  'POST api/user-files': 'users.write',
  'GET api/user-batches/[id]/errors': 'users.read',
  'POST api/user-batches/preview': 'users.read',
  'GET api/user-batches/[id]/progress': 'users.read',
  'GET api/applications/[id]/deprovision-preview': 'applications.read',
  'GET api/applications/[id]/remote-groups': 'provisioning.read',
  'GET api/applications/[id]/group-links/[groupId]/preview': 'provisioning.read',
  'POST api/applications/[id]/integration/test': 'integration.write',
  'GET api/applications/[id]/mapping-preview': 'applications.read',
  'GET api/applications/[id]/sso-trial': 'applications.read',
  'GET api/applications/[id]/usernames': 'applications.read',
  'GET api/applications/[id]/manual-tasks': 'provisioning.read',
  'POST api/applications/[id]/mapping-preview': 'applications.read',
  'POST api/applications/[id]/deprovision-preview': 'applications.read',
  'POST api/applications/[id]/import-preview': 'imports.read',
  'POST api/applications/[id]/scope-filter/[what]': 'applications.read',
  'GET api/users/export': 'users.read',
  'GET api/groups/export': 'groups.read',
  'GET api/groups/[id]/members/export': 'groups.read',
  'GET api/applications/export': 'applications.read',
  'GET api/applications/[id]/assignments/export': 'applications.read',
  'GET api/applications/[id]/groups/export': 'applications.read',
  'GET api/applications/[id]/held/export': 'provisioning.read',
  'GET api/cycles/export': 'provisioning.read',
  'GET api/tokens/export': 'tokens.write',
  'GET api/webhooks/[id]/deliveries/export': 'webhooks.read',
  'GET api/search': 'console.use',
  'GET api/settings/retention-preview': 'settings.read',
  'GET api/events': 'events.read',
  'GET api/events/export': 'events.read',
  'GET api/provisioning-pause': 'provisioning.read',
  'GET api/attempts/[id]': 'provisioning.read',
  'GET api/cycles/[id]': 'provisioning.read',
  'GET api/cycles/[id]/export': 'provisioning.read',
  'GET api/dry-runs/[id]': 'provisioning.read',
  'GET api/dry-runs/[id]/export': 'provisioning.read',
  'GET api/imports/waiting/export': 'imports.read',
  'GET api/imports/[importId]/export': 'imports.read',
  'GET api/migrations/[id]': 'applications.read',
  'GET api/imports/[importId]/progress': 'imports.read',
  'POST api/imports/[importId]/run': 'imports.run',
};

const somebody = '00000000-0000-4000-8000-000000000000';
const files = readdirSync('app', { recursive: true }).map(String);
const folderOf = (file: string) =>
  file
    .split('/')
    .slice(0, -1)
    .filter((part) => !part.startsWith('('))
    .join('/');
const pagesOfApp = files.filter((file) => /(^|\/)page\.tsx$/.test(file)).map(folderOf);
const routesOfApp = files
  .filter((file) => /(^|\/)route\.ts$/.test(file))
  .flatMap((file) => {
    const source = readFileSync(join('app', file), 'utf8');
    const exported = [...source.matchAll(/export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b/g)];
    const renamed = [...source.matchAll(/as (GET|POST|PUT|PATCH|DELETE)\b/g)];
    return [...exported, ...renamed].map(([, method]) => `${method} ${folderOf(file)}`);
  });

const addressOf = (path: string, id = somebody) => `${origin}/${path.replaceAll(/\[[^\]]+\]/g, id)}`;
const asSomebody = (cookies: Cookie[]) => ({ cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') });
const open = (path: string, cookies: Cookie[], id?: string) =>
  fetch(addressOf(path, id), { redirect: 'manual', headers: asSomebody(cookies) });
const call = (route: string, cookies: Cookie[]) => {
  const [method = '', path = ''] = route.split(' ');
  return fetch(addressOf(path), { method, redirect: 'manual', headers: { ...asSomebody(cookies), origin } });
};

const guardedPages = pagesOfApp.filter((path) => pages[path] !== 'public');
const guardedRoutes = routesOfApp.filter((route) => routes[route] !== 'public');

test('every page and every route of the product is in the tables of this test', () => {
  expect(pagesOfApp.length).toBeGreaterThan(20);
  expect(routesOfApp.length).toBeGreaterThan(10);
  expect(pagesOfApp.filter((path) => !(path in pages))).toEqual([]);
  expect(routesOfApp.filter((route) => !(route in routes))).toEqual([]);
});

test('signed out, every page leads to the sign-in and back, and every route answers 401', async () => {
  for (const path of guardedPages) {
    const response = await open(path, []);
    const to = new URL(response.headers.get('location') ?? '', origin);
    expect.soft(`${path} ${response.status} ${to.pathname}`).toBe(`${path} 307 /sign-in`);
    expect.soft(to.searchParams.get('callbackUrl'), path).toBe(new URL(addressOf(path)).pathname);
  }
  for (const route of guardedRoutes) {
    const response = await call(route, []);
    expect.soft(`${route} ${response.status}`).toBe(`${route} 401`);
  }
});

test('a cookie that somebody made up counts as none', async () => {
  const forged: Cookie[] = (['next-auth.session-token', '__Secure-next-auth.session-token'] as const).map((name) => ({
    name,
    value: 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW5pc3RyYXRvciJ9.',
    domain: 'localhost',
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Lax',
  }));
  expect((await open('users', forged)).headers.get('location')).toContain('/sign-in');
  expect((await call('GET api/directory/people', forged)).status).toBe(401);
});

for (const role of roles) {
  test(`the role ${role} sees exactly the pages and routes that the table lets it`, async ({ cookiesOf }) => {
    const cookies = await cookiesOf(role);
    // Somebody who is there: who may not change people is told so, and not that there is nobody.
    const people = (await api('GET', '/users?limit=1')).body as { items: { id: string }[] };
    for (const path of guardedPages) {
      const permission = pages[path] as PermissionName;
      const id = path.startsWith('users/') ? people.items[0]?.id : undefined;
      const { status, headers } = await open(path, cookies, id);
      // By the status, as whatever is no browser sees it: not by what a page of status 200 then says.
      const sentAway = status === 307 && headers.get('location')?.endsWith('/portal');
      const outcome =
        status === 403 ? 'refused' : sentAway ? 'portal' : status >= 500 ? `failed with ${status}` : 'allowed';
      const wanted = isMeantTo(role, permission) ? 'allowed' : role === 'user' ? 'portal' : 'refused';
      expect.soft(`${path}: ${outcome}`).toBe(`${path}: ${wanted}`);
    }
    for (const route of guardedRoutes) {
      const { status } = await call(route, cookies);
      const outcome = status === 403 ? 'refused' : status >= 500 ? `failed with ${status}` : 'allowed';
      const wanted = isMeantTo(role, routes[route] as PermissionName) ? 'allowed' : 'refused';
      expect.soft(`${route}: ${outcome}`).toBe(`${route}: ${wanted}`);
    }
  });
}

test('a page about something that is not there answers 404, not 200', async ({ cookiesOf }) => {
  const cookies = await cookiesOf('administrator');
  for (const path of guardedPages.filter((page) => page.includes('['))) {
    expect.soft(`${path} ${(await open(path, cookies)).status}`).toBe(`${path} 404`);
  }
});

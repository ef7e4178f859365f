import { readdirSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import type { PermissionName } from '@/lib/auth/permissions';
import { pages as consolePages } from '@/lib/core/links';
import { api } from './support/api';
import { origin } from './support/environment';
import { newMark } from './support/mark';
import { makePerson } from './support/people';
import { isMeantTo } from './support/roles';
import { control } from './support/sandbox';
import { expect, test } from './support/test';

/** `look`: it shows, filters, copies, leads elsewhere. `own`: what everybody does with their own account. */
type Side = PermissionName | 'look' | 'own';

/**
 * What every control of the screens does, by its name; the first that fits counts. A control that is new fails here until
 * somebody has said which permission it takes, and one that takes more than the role has must not be offered to it.
 */
const sides: readonly [name: RegExp, side: Side][] = [
  // Frame and lists.
  [/^(Search|Filter|Sort|Clear|Remove filter|Show all|Previous|Next|Select all|Open menu|Close|Cancel|Back)\b/, 'look'],
  [
    /^(Status|Role|Department|Origin|Membership|Access|State|Event|Outcome|Application|Match|Action|Result|Any time)\d*$/,
    'look',
  ],
  [
    /^(Name|Username|E-mail|SSO|Identity Management|Certificate|Last cycle|Open errors|Created|Expires|Last used)$/,
    'look',
  ],
  [
    /^(Copy|Export|Download|Show|See|Why no account|Look at|Review|Open|IDP Certificate|Certificates and roll-over|In the application|Members|Live|New Users-only|Go to|All \d|Fingerprint|Failed sign-ins|Test SSO|Compare$|Try with the SP|\d+ steps)/,
    'look',
  ],
  [/^\d+ ?(created|updated|deactivated|deleted|skipped|errors)$|^(CSV|JSON)\b/, 'look'],
  // Of a dry run: counts that filter, and the rows, which open in place.
  [/^\d+ ?[a-z][a-z ]*$|^People or groups$|^Pat Tester/, 'look'],
  // Of usernames in an application everybody may have a file; whoever may write may give one back.
  [/^Usernames$/, 'look'],
  [/^Import CSV/, 'applications.write'],
  [/^(SP metadata|User attributes|Group attributes|Users|User groups|Choose a person|Person|Worker:)/, 'look'],
  [/^(Sign out|Account|Your account|User portal|Theme|Light|Dark|System|As the system)/, 'own'],
  [/^Request access/, 'own'],
  [/^(Change password|End the session|End all other sessions|Present password|New password)/, 'own'],
  // Provisioning and imports, which helpdesk gets going.
  [
    /^(Run now|Restart|Stop|Try now|Retry|Correct|Provision (now|again)|Dry run|Tick off|Open again)\b/,
    'provisioning.run',
  ],
  [/^(Manual import|Choose what is read|New import|Fetch again|Discard|Import|What to do with|Select )/, 'imports.run'],
  [/^(Create a new user|Create new users|Link to|Ignore|Choose for all)\b/, 'imports.run'],
  // Counts of the review, which filter.
  [/^[\d,]+ ?(To choose|New|Exact match|Partial match|Conflict|Imported|Ignored|Inactive there)$/, 'look'],
  [/^(Link and update|Link, and update|Push (a|the) user group)/, 'applications.write'],
  // Of what an import reads, and of its groups.
  [/^(People|People and user groups|Choose…|Keep)$|^(Keep as|Ignore)/, 'imports.run'],
  [/^What it is here\d*$|^Not in the directory/, 'look'],
  [/^Turn into/, 'groups.write'],
  [/^Send activation links…/, 'users.write'],
  [/^In the (application|new instance)$|^Preview with the account of/, 'look'],
  [/^Forget the comparison/, 'applications.write'],
  [/^(Comment|Add comment)/, 'imports.run'],
  [
    /^(Add rule|Move rule|Remove rule|Rule \d|Compare something|Take |Case sensitive|The first rule|Partial matches|Exact matches by|Every exact|New accounts|Use the defaults|Do not take|Update |Source of )/,
    'applications.write',
  ],
  [/ is taken from$/, 'applications.write'],
  // Administrators.
  [
    /^(Replace credentials|Replace Token Key|Resume|Pause|Test connection|Deactivate IdM|Configure|Connect\b|Reconnect|Disconnect|Activate|Change what the server can do|Reset )/,
    'integration.write',
  ],
  [
    /^(Renew certificate|Add this ACS URL|Allow this network|Use SP metadata|Add ACS URL|Add attribute|Add certificate|(Add|Replace) encryption certificate|Generate next certificate|Upload key pair|Switch to it|Deactivate SSO)/,
    'sso.write',
  ],
  [
    /^(Add New Application|Associate a user group|Assign a person|Release|Manage again|Take assignment away)/,
    'applications.write',
  ],
  [/^(Save username|Use the format|Delete application|Upload logo|Color #)/, 'applications.write'],
  [/^(New attribute|Actions for attribute )/, 'settings.write'],
  [/^(New user|Edit|Suspend|Reactivate|Delete|Restore|Activation link|Revoke)/, 'users.write'],
  [
    /^(New group|Add members|Remove from group|Nest a group|Add to group|Add them to a group|Add to a group)/,
    'groups.write',
  ],
  [/^(New webhook|Send test|Resend|Send again|Enable|Disable)/, 'webhooks.write'],
  [/^(New source|Delete source)/, 'sources.write'],
  [/^(Create token)/, 'tokens.write'],
  [/^(Demo|Reset demo|Move the clock)/, 'demo.reset'],
];

/** What a page asks for, by its address without what stands in brackets; said in routes.spec.ts for all of them. */
const administratorsOnly =
  /^\/(users\/new|users\/import|users\/[^/]+\/edit|applications\/new|settings\/tokens|settings\/sources|settings\/webhooks\/new|outbox)(\/|$)/;

const seen: Record<string, string> = {};

// What all tests of this file look at takes long to make: once is enough.
test.describe.configure({ mode: 'default' });

/** Every page of the console and the portal in the states in which controls differ, from the addresses of its files. */
const addresses: Record<string, () => string[]> = {
  ...Object.fromEntries(Object.values(consolePages).map(({ path }) => [path.slice(1), () => [path]])),
  account: () => ['/account'],
  portal: () => ['/portal'],
  users: () => ['/users', '/users?status=deleted', '/users?q=nobody-has-this-name'],
  'users/new': () => ['/users/new'],
  'users/import': () => ['/users/import'],
  'users/batches': () => ['/users/batches'],
  'users/batches/[id]': () => [`/users/batches/${seen.batch}`],
  'users/[id]': () => [seen.person, seen.suspended, seen.deleted].map((id) => `/users/${id}`),
  'users/[id]/history': () => [`/users/${seen.suspended}/history`, `/users/${seen.deleted}/history?show=all`],
  'users/[id]/edit': () => [`/users/${seen.person}/edit`],
  groups: () => ['/groups', '/groups?q=nothing-has-this-name'],
  'groups/[id]': () => [`/groups/${seen.group}`, `/groups/${seen.empty}`],
  'groups/[id]/foreign-members': () => [`/groups/${seen.theirs}/foreign-members`],
  'groups/[id]/nested': () => [`/groups/${seen.group}/nested`],
  'groups/[id]/applications': () => [`/groups/${seen.group}/applications`],
  'groups/[id]/rule': () => [`/groups/${seen.group}/rule`],
  'groups/[id]/settings': () => [`/groups/${seen.group}/settings`, `/groups/${seen.theirs}/settings`],
  applications: () => ['/applications', '/applications?q=nothing-has-this-name'],
  'applications/new': () => ['/applications/new'],
  'applications/migrations/[id]': () => [`/applications/migrations/${seen.migration}`],
  'applications/migrations/[id]/accounts': () => [`/applications/migrations/${seen.migration}/accounts`],
  'applications/[id]': () => [`/applications/${seen.active}`],
  'applications/[id]/general': () => ofEachKind('general'),
  'applications/[id]/sso': () => [`/applications/${seen.active}/sso`, `/applications/${seen.untouched}/sso`],
  'applications/[id]/sso/metadata': () => [`/applications/${seen.active}/sso/metadata`],
  'applications/[id]/sso/test': () => [`/applications/${seen.active}/sso/test?person=${seen.person}`],
  'applications/[id]/sso/failed': () => [`/applications/${seen.active}/sso/failed`],
  'failed-sign-ins/[reference]': () => [`/failed-sign-ins/${seen.failedSignIn}`],
  'applications/[id]/bookmark': () => [`/applications/${seen.bookmark}/bookmark`],
  'applications/[id]/groups': () => ofEachKind('groups'),
  'applications/[id]/assignments': () => ofEachKind('assignments'),
  'applications/[id]/assignments/[userId]': () =>
    [seen.person, seen.released].map((id) => `/applications/${seen.active}/assignments/${id}`),
  'applications/[id]/identity-management': () => ofConnected('identity-management'),
  'applications/[id]/identity-management/[part]': () =>
    ['sending', 'server'].map((part) => `/applications/${seen.active}/identity-management/${part}`),
  'applications/[id]/mappings': () => withAndWithout('mappings'),
  'applications/[id]/mappings/attributes': () => withAndWithout('mappings/attributes'),
  'applications/[id]/mappings/history': () => withAndWithout('mappings/history'),
  'applications/[id]/mappings/scope': () => withAndWithout('mappings/scope'),
  'applications/[id]/import': () => ofConnected('import'),
  'applications/[id]/import/settings': () => withAndWithout('import/settings'),
  'applications/[id]/import/[importId]': () => [
    `/applications/${seen.active}/import/${seen.result}`,
    `/applications/${seen.paused}/import/${seen.review}`,
    `/applications/${seen.paused}/import/${seen.review}?decision=undecided`,
  ],
  'applications/[id]/import/[importId]/groups': () => [`/applications/${seen.paused}/import/${seen.review}/groups`],
  'applications/[id]/provisioning': () => ofConnected('provisioning'),
  'applications/[id]/provisioning/[cycleId]': () => [`/applications/${seen.active}/provisioning/${seen.cycle}`],
  'applications/[id]/provisioning/tasks': () => [`/applications/${seen.active}/provisioning/tasks`],
  'applications/[id]/provisioning/held': () => [`/applications/${seen.active}/provisioning/held`],
  'applications/[id]/provisioning/on-demand': () => [
    `/applications/${seen.active}/provisioning/on-demand`,
    `/applications/${seen.active}/provisioning/on-demand?person=${seen.person}`,
  ],
  'applications/[id]/provisioning/dry-runs/[runId]': () => [
    `/applications/${seen.active}/provisioning/dry-runs/${seen.dryRun}`,
  ],
  'applications/[id]/events': () => [`/applications/${seen.active}/events`],
  'events/[id]': () => [`/events/${seen.event}`],
  'settings/sources/[id]': () => [`/settings/sources/${seen.source}`],
  'settings/sources/[id]/settings': () => [`/settings/sources/${seen.source}/settings`],
  'settings/webhooks/new': () => ['/settings/webhooks/new'],
  'settings/webhooks/[id]': () => [`/settings/webhooks/${seen.webhook}`],
  'settings/webhooks/[id]/settings': () => [`/settings/webhooks/${seen.webhook}/settings`],
  'settings/webhooks/[id]/deliveries/[deliveryId]': () => [],
  'change-password': () => ['/change-password'],
  'outbox/[id]': () => [],
};

const ofThese = (states: readonly (keyof typeof seen)[], tab: string) =>
  states.map((state) => `/applications/${seen[state]}/${tab}`);
/** What is offered there hangs on how the connection is. */
const ofConnected = (tab: string) => ofThese(['active', 'paused', 'quarantined', 'untouched'], tab);
/** What is offered there hangs on whether there is a connection. */
const withAndWithout = (tab: string) => ofThese(['active', 'untouched'], tab);
/** And on whether there can be one. */
const ofEachKind = (tab: string) => ofThese(['active', 'untouched', 'bookmark'], tab);

/** Shown to people who are not signed in; they are not about roles. */
const forEverybody = ['account', 'portal', 'change-password'];
const withoutRole = ['sign-in', 'activate', 'forgot-password', 'signed-out'];

async function made<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await api(method, path, body, { 'if-match': '*' });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

async function until<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  await expect.poll(async () => wanted(await read()), { timeout: 30_000 }).toBe(true);
  return read();
}

const mark = newMark();

async function connectedApplication(
  name: string,
): Promise<{ id: string; tenant: string; scim: (path: string, body?: object) => Promise<unknown> }> {
  const tenant = `egnyte/${name}${mark}`;
  const label = {
    templateId: 'egnyte',
    displayLabel: `Controls ${name} ${mark}`,
    placeholders: { SUBDOMAIN: 'acmeusw' },
  };
  const { id } = await made<{ id: string }>('POST', '/applications', label);
  await made('PATCH', `/applications/${id}/sso`, { activation: 'activate' });
  const { token, scimUrl: baseUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  await made('POST', `/applications/${id}/identity-management/activate`, { baseUrl, token, manageGroups: true });
  const scim = async (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
    const answer = await fetch(
      `${baseUrl}${path}`,
      body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
    );
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
    return answer.json();
  };
  return { id, tenant, scim };
}

/** Asks for an answer at an address that is not registered. @returns what the page says */
async function failedSignIn(id: string): Promise<string> {
  const { addresses } = await made<{ addresses: { idpUrl: string } }>('GET', `/applications/${id}/sso`);
  const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${mark}" Version="2.0" IssueInstant="${new Date().toISOString()}" AssertionConsumerServiceURL="https://acmeusw.egnyte.com/other"><saml:Issuer>https://acmeusw.egnyte.com</saml:Issuer></samlp:AuthnRequest>`;
  const query = new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') });
  const page = await (await fetch(`${origin}${new URL(addresses.idpUrl).pathname}?${query}`)).text();
  return /Reference: <code>([^<]+)/.exec(page)?.[1] ?? '';
}

async function importOf(application: string, takes = 'people'): Promise<string> {
  const { id } = await made<{ id: string }>('POST', `/applications/${application}/imports`, { takes });
  await until(
    () => made<{ state: string }>('GET', `/imports/${id}`),
    ({ state }) => state === 'review',
  );
  return id;
}

test.beforeAll(async ({ cookiesOf }) => {
  test.setTimeout(180_000);
  const cookies = await cookiesOf('administrator');
  const people = await Promise.all(['person', 'released', 'suspended', 'deleted'].map(() => makePerson(cookies)));
  Object.assign(
    seen,
    Object.fromEntries(
      ['person', 'released', 'suspended', 'deleted'].map((key, index) => [key, people[index]?.id ?? '']),
    ),
  );
  await made('POST', `/users/${seen.suspended}/suspend`);
  await made('DELETE', `/users/${seen.deleted}`);
  seen.group = (await made<{ id: string }>('POST', '/groups', { name: `Controls ${mark}` })).id;
  const ofSome = { action: 'send_activation', userIds: [seen.person] };
  seen.batch = (await made<{ id: string }>('POST', '/user-batches', ofSome)).id;
  seen.empty = (await made<{ id: string }>('POST', '/groups', { name: `Controls nobody ${mark}` })).id;
  await made('POST', `/groups/${seen.group}/members`, { add: [seen.person, seen.released, seen.suspended] });

  const active = await connectedApplication('active');
  seen.active = active.id;
  seen.failedSignIn = await failedSignIn(active.id);
  await made('POST', `/applications/${active.id}/groups`, { add: [seen.group], remove: [] });
  await made('PUT', `/applications/${active.id}/assignments/${seen.person}`);
  const accountOf = (userId: string | undefined) =>
    until(
      () =>
        made<{ link: { id: string; remoteId: string | null } | null }>(
          'GET',
          `/applications/${active.id}/assignments/${userId}`,
        ),
      ({ link }) => Boolean(link?.remoteId),
    );
  await accountOf(seen.person);
  const { link } = await accountOf(seen.released);
  await made('POST', `/links/${link?.id}/release`);
  const { items } = await made<{ items: { id: string }[] }>('GET', `/applications/${active.id}/cycles`);
  seen.cycle = items[0]?.id ?? '';
  seen.dryRun = (await made<{ id: string }>('POST', `/applications/${active.id}/dry-runs`)).id;
  await until(
    () => made<{ stage: string }>('GET', `/dry-runs/${seen.dryRun}`),
    ({ stage }) => stage === 'finished',
  );
  seen.result = await importOf(active.id);
  const [row] = (await made<{ items: { remoteId: string }[] }>('GET', `/imports/${seen.result}/rows?status=new`)).items;
  await made('POST', `/imports/${seen.result}/confirm`, { selection: { remoteIds: [row?.remoteId] } });
  await until(
    () => made<{ state: string }>('GET', `/imports/${seen.result}`),
    ({ state }) => state === 'finished',
  );

  // Called as no group of the directory is: others look for those by their names.
  const theirs = `Controls theirs ${mark}`;
  const { Resources } = (await active.scim('/Users?filter=userName%20eq%20%22legacy.admin%22')) as {
    Resources: { id: string }[];
  };
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  const members = Resources.map(({ id }) => ({ value: id }));
  await active.scim('/Groups', { schemas, displayName: theirs, members });
  const groupsOf = await importOf(active.id, 'groups');
  const listed = () =>
    made<{ items: { remoteId: string; name: string; group: { id: string } | null; state: string }[] }>(
      'GET',
      `/imports/${groupsOf}/groups`,
    );
  const remoteIds = (await listed()).items.flatMap(({ remoteId, name }) => (name === theirs ? [remoteId] : []));
  expect(remoteIds).toHaveLength(1);
  await made('POST', `/imports/${groupsOf}/groups/decide`, { remoteIds, decision: 'keep' });
  await made('POST', `/imports/${groupsOf}/groups/confirm`, {});
  const { items: kept } = await until(listed, ({ items: all }) => all.some(({ state }) => state === 'done'));
  seen.theirs = kept.find(({ state }) => state === 'done')?.group?.id ?? '';

  const paused = await connectedApplication('paused');
  seen.paused = paused.id;
  seen.review = await importOf(paused.id, 'people_and_groups');
  await made('POST', `/applications/${paused.id}/identity-management/pause`);

  const quarantined = await connectedApplication('quarantined');
  seen.quarantined = quarantined.id;
  await control('DELETE', `/tokens?tenant=${quarantined.tenant}`);
  await made('POST', `/applications/${quarantined.id}/cycles`);
  await until(
    () => made<{ status: string }>('GET', `/applications/${quarantined.id}/identity-management`),
    ({ status }) => status === 'quarantined',
  );

  const plain = { templateId: 'egnyte', displayLabel: `Controls untouched ${mark}` };
  seen.untouched = (await made<{ id: string }>('POST', '/applications', plain)).id;
  const again = { displayLabel: `Controls new ${mark}` };
  seen.migration = (await made<{ id: string }>('POST', `/applications/${seen.untouched}/migrate`, again)).id;
  const bookmark = {
    templateId: 'bookmark',
    displayLabel: `Controls bookmark ${mark}`,
    bookmarkUrl: 'https://example.com/',
  };
  seen.bookmark = (await made<{ id: string }>('POST', '/applications', bookmark)).id;
  const hook = { label: `Controls ${mark}`, url: 'https://siem.example/v1', eventNames: ['demo_reset'] };
  seen.source = (await made<{ id: string }>('POST', '/sources', { name: `Controls ${mark}` })).id;
  seen.webhook = (await made<{ id: string }>('POST', '/webhooks', hook)).id;
  seen.event = (await made<{ items: { id: string }[] }>('GET', '/events?limit=1')).items[0]?.id ?? '';
});

// What is told of events goes on changing as long as it is there.
test.afterAll(async () => {
  await made('DELETE', `/webhooks/${seen.webhook}`);
  await made('DELETE', `/sources/${seen.source}`);
});

interface Control {
  name: string;
  href: string | null;
}

/** Every control that can be used: what is hidden or disabled is offered to nobody. */
function controlsOf(page: Page): Promise<Control[]> {
  return page.evaluate(() => {
    const selector =
      'a[href], button, input, textarea, select, [role=button], [role=menuitem], [role=menuitemcheckbox], [role=switch], [role=checkbox]';
    const textOf = (element: Element | null) => element?.textContent?.trim() || undefined;
    const nameOf = (element: Element): string => {
      const text =
        element.getAttribute('aria-label') ??
        textOf(document.getElementById(element.getAttribute('aria-labelledby') ?? '')) ??
        (element.id ? textOf(document.querySelector(`label[for="${CSS.escape(element.id)}"]`)) : undefined) ??
        textOf(element) ??
        textOf(element.closest('label')) ??
        element.getAttribute('name');
      return (text ?? '').replaceAll(/\s+/g, ' ').trim();
    };
    return (
      [...document.querySelectorAll<HTMLElement>(selector)]
        .filter(
          (element) =>
            element.checkVisibility() &&
            !element.matches(':disabled, [readonly], [aria-disabled=true], [data-disabled]'),
        )
        .filter((element) => !element.closest('[aria-hidden=true]'))
        // Filters of lists are check boxes in a menu; what opens in place only shows more.
        .filter((element) => !element.matches('[role=menuitemcheckbox], [aria-expanded]:not([aria-haspopup])'))
        .map((element) => ({ name: nameOf(element), href: element.getAttribute('href') }))
    );
  });
}

/**
 * What opens when the menus of the page are opened; nothing in it is chosen. Of menus that are alike (one in each row) two are
 * opened, and the frame's once. @param opened those that were, by kind
 */
async function itemsOfMenus(page: Page, file: string, opened: Map<string, number>): Promise<Control[]> {
  const items: Control[] = [];
  const menus = page.locator('button[aria-haspopup=menu]:visible:not(:disabled)');
  const names = await menus.evaluateAll((found) =>
    found.map((menu) => ({
      name: menu.getAttribute('aria-label') ?? menu.textContent ?? '',
      isOfPage: menu.closest('main') !== null,
    })),
  );
  for (const [index, { name, isOfPage }] of names.entries()) {
    const kind = [isOfPage ? file : '', ...name.split(' ').slice(0, 2)].join(' ');
    const times = opened.get(kind) ?? 0;
    if (times >= 2) continue;
    opened.set(kind, times + 1);
    await menus.nth(index).click();
    if ((await page.getByRole('menu').count()) === 0) continue;
    items.push(...(await controlsOf(page)).filter((item) => item.name !== ''));
    await page.keyboard.press('Escape');
  }
  return items;
}

const sideOf = ({ name, href }: Control, address: string): Side | undefined => {
  // Rows are selected for what is done with all of them: imported here, deleted elsewhere.
  if (name.startsWith('Select ') && !/\/import\b/.test(address)) return undefined;
  const side = sides.find(([pattern]) => pattern.test(name))?.[1];
  // A link is judged by where it leads as well: the names of people and applications are no verbs.
  return side ?? (href === null ? undefined : 'look');
};

function objection(found: Control, role: 'helpdesk' | 'user', address: string): string | undefined {
  if (found.href && administratorsOnly.test(found.href)) return `“${found.name}” leads to ${found.href}`;
  const side = sideOf(found, address);
  if (side === undefined) return `“${found.name}” has taken no side in this test`;
  if (side === 'look' || side === 'own' || isMeantTo(role, side)) return undefined;
  return `“${found.name}” takes ${side}`;
}

test('every page is opened by this test', () => {
  const files = readdirSync('app', { recursive: true }).map(String);
  const pages = files
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) =>
      file
        .split('/')
        .slice(0, -1)
        .filter((part) => !part.startsWith('('))
        .join('/'),
    )
    .filter((path) => !withoutRole.includes(path));
  expect(Object.keys(addresses).sort()).toEqual(pages.sort());
});

for (const role of ['helpdesk', 'user'] as const) {
  test.describe(role, () => {
    test.use({ role });

    test(`the role ${role} is offered nothing, on any screen, that the table of permissions does not allow it`, async ({
      page,
    }) => {
      test.setTimeout(240_000);
      const offered: Record<string, string[]> = {};
      const menus = new Map<string, number>();
      let opened = 0;
      // Where everything but these leads people of the portal, routes.spec.ts tries.
      const files = role === 'user' ? forEverybody : Object.keys(addresses);
      const all = files.flatMap((file) => (addresses[file]?.() ?? []).map((address) => ({ file, address })));
      for (const { file, address } of all) {
        await page.goto(address);
        const path = new URL(page.url()).pathname;
        const refused = await page.getByRole('heading', { name: 'Your role does not allow this' }).isVisible();
        if (refused) expect.soft(path, 'only these are refused').toMatch(administratorsOnly);
        if (refused) continue;
        opened += 1;
        // A page that leads on to another does so while it is being looked at.
        const shown = await controlsOf(page).catch(() => page.waitForLoadState().then(() => controlsOf(page)));
        const controls = [...shown, ...(await itemsOfMenus(page, file, menus))];
        for (const found of controls) {
          const why = objection(found, role, address);
          if (why) offered[why] = [...new Set([...(offered[why] ?? []), address])].slice(0, 3);
        }
      }
      expect(offered).toEqual({});
      expect(opened).toBeGreaterThan(role === 'helpdesk' ? 30 : 1);
    });
  });
}

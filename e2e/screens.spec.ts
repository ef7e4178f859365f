import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Cookie, Page } from '@playwright/test';
import { prepare } from './support/actions';
import { origin } from './support/environment';
import { makePerson, type TestPerson } from './support/people';
import { expect, test } from './support/test';

interface Screen {
  path: string;
  /** Something that is there once the screen is. */
  shows: string | RegExp;
}

let screens: Screen[] = [];
let person: TestPerson;
let cookies: Cookie[];

test.beforeAll(async ({ cookiesOf }) => {
  cookies = await cookiesOf('administrator');
  const mark = Date.now().toString(36);
  const label = `Screens ${mark}`;
  const general = { displayLabel: label, description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const { id } = await prepare<{ id: string }>(
    'createApplicationAction',
    { templateId: 'egnyte', ...general },
    cookies,
  );
  const group = await prepare<{ id: string }>('createGroupAction', { name: label, description: '' }, cookies);
  person = await makePerson(cookies);
  await prepare('updateGroupMembersAction', { groupId: group.id, add: [person.id], remove: [] }, cookies);
  await prepare('saveGroupsAction', { applicationId: id, add: [group.id], remove: [] }, cookies);
  screens = [
    { path: '/', shows: /./ },
    { path: '/users', shows: 'Users' },
    { path: '/users/new', shows: 'New user' },
    { path: `/users/${person.id}`, shows: person.displayName },
    { path: `/users/${person.id}/edit`, shows: `Edit ${person.displayName}` },
    { path: '/groups', shows: 'User Groups' },
    { path: `/groups/${group.id}`, shows: label },
    { path: `/groups/${group.id}/nested`, shows: label },
    { path: `/groups/${group.id}/applications`, shows: label },
    { path: `/groups/${group.id}/settings`, shows: label },
    { path: '/applications', shows: 'SSO Applications' },
    { path: '/applications/new', shows: 'Add New Application' },
    ...[
      'general',
      'sso',
      'identity-management',
      'mappings',
      'groups',
      'assignments',
      'import',
      'provisioning',
      'events',
    ].map((tab) => ({ path: `/applications/${id}/${tab}`, shows: label })),
    { path: '/cycles', shows: 'Cycles' },
    { path: '/events', shows: 'Events' },
    { path: '/outbox', shows: 'Outbox' },
    { path: '/account', shows: /account/i },
    { path: '/portal', shows: 'Applications' },
  ];
});

/** A window of its own: signed in, in this theme, without movement. */
async function windowOf(browser: Browser, colorScheme: 'light' | 'dark', width = 1440): Promise<Page> {
  const context = await browser.newContext({
    colorScheme,
    reducedMotion: 'reduce',
    viewport: { width, height: 900 },
    storageState: { cookies, origins: [] },
  });
  return context.newPage();
}

async function open(page: Page, { path, shows }: Screen): Promise<void> {
  const response = await page.goto(`${origin}${path}`);
  expect(response?.status(), path).toBe(200);
  await expect(page.getByRole('heading', { level: 1 }).first(), path).toHaveText(shows);
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any main screen, ${theme}`, async ({ browser }) => {
    test.setTimeout(120_000);
    const page = await windowOf(browser, theme);
    for (const screen of screens) {
      await open(page, screen);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const told = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`,
      );
      expect.soft(told, `${screen.path} in ${theme}`).toEqual([]);
    }
    await page.context().close();
  });
}

test('at 390 pixels no main screen has to be pushed sideways', async ({ browser }) => {
  test.setTimeout(90_000);
  const page = await windowOf(browser, 'light', 390);
  for (const screen of screens) {
    await open(page, screen);
    const wide = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    });
    expect.soft(wide, screen.path).toBeLessThanOrEqual(0);
  }
  await page.context().close();
});

test('people who are not signed in see pages without a fault, too', async ({ browser }) => {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  for (const path of ['/sign-in', '/activate?token=none', '/no/such/page', '/saml2/no-such-application']) {
    await page.goto(`${origin}${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect
      .soft(
        violations.map(({ id }) => id),
        path,
      )
      .toEqual([]);
  }
  await context.close();
});

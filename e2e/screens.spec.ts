import type { Page } from '@playwright/test';
import { pages } from '@/lib/core/links';
import { prepare } from './support/actions';
import { objections, objectionsToColours } from './support/axe';
import { newMark } from './support/mark';
import { makePerson } from './support/people';
import { expect, test } from './support/test';

test.use({ role: 'administrator', sharesContext: true });

/** Ids and names of what the screens show. */
const seen = { user: '', userName: '', group: '', application: '', label: '' };

/** Every main screen: its address, and how its heading begins. */
const screens: [address: () => string, heading: () => string][] = [
  [() => '/', () => ''],
  ...Object.values(pages)
    .filter(({ path }) => path !== '/')
    .map(({ path, label }): [() => string, () => string] => [() => path, () => label]),
  [() => '/users/new', () => 'New user'],
  [() => `/users/${seen.user}`, () => seen.userName],
  [() => `/users/${seen.user}/history`, () => seen.userName],
  [() => `/users/${seen.user}/edit`, () => `Edit ${seen.userName}`],
  [() => `/groups/${seen.group}`, () => seen.label],
  [() => `/groups/${seen.group}/nested`, () => seen.label],
  [() => `/groups/${seen.group}/applications`, () => seen.label],
  [() => `/groups/${seen.group}/rule`, () => seen.label],
  [() => `/groups/${seen.group}/settings`, () => seen.label],
  [() => '/applications/new', () => 'Add New Application'],
  [() => `/applications/${seen.application}/general`, () => seen.label],
  [() => `/applications/${seen.application}/sso`, () => seen.label],
  [() => `/applications/${seen.application}/identity-management`, () => seen.label],
  [() => `/applications/${seen.application}/mappings`, () => seen.label],
  [() => `/applications/${seen.application}/mappings/attributes`, () => seen.label],
  [() => `/applications/${seen.application}/mappings/scope`, () => seen.label],
  [() => `/applications/${seen.application}/mappings/history`, () => seen.label],
  [() => `/applications/${seen.application}/groups`, () => seen.label],
  [() => `/applications/${seen.application}/assignments`, () => seen.label],
  [() => `/applications/${seen.application}/import`, () => seen.label],
  [() => `/applications/${seen.application}/provisioning`, () => seen.label],
  [() => `/applications/${seen.application}/provisioning/tasks`, () => seen.label],
  [() => `/applications/${seen.application}/events`, () => seen.label],
  [() => '/settings/webhooks/new', () => 'New webhook'],
  [() => '/account', () => ''],
  [() => '/portal', () => 'Applications'],
];

test.beforeAll(async ({ cookiesOf }) => {
  const cookies = await cookiesOf('administrator');
  const label = `Screens ${newMark()}`;
  const general = { displayLabel: label, description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const made = { templateId: 'egnyte', ...general };
  const application = await prepare<{ id: string }>('createApplicationAction', made, cookies);
  const group = await prepare<{ id: string }>('createGroupAction', { name: label, description: '' }, cookies);
  const person = await makePerson(cookies);
  await prepare('updateGroupMembersAction', { groupId: group.id, add: [person.id], remove: [] }, cookies);
  await prepare('saveGroupsAction', { applicationId: application.id, add: [group.id], remove: [] }, cookies);
  Object.assign(seen, { user: person.id, userName: person.displayName, group: group.id, label });
  seen.application = application.id;
});

const ink = (page: Page) => page.evaluate(() => getComputedStyle(document.body).color);

for (const [address, heading] of screens) {
  // Ids are not known yet: "/users//edit" stands for a person's.
  test(`${address()}: axe finds nothing in light and dark, and a phone need not be pushed sideways`, async ({
    page,
  }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const response = await page.goto(address());
    expect(response?.status()).toBe(200);
    const first = page.getByRole('heading', { level: 1 }).first();
    await expect(first).toHaveText(new RegExp(`^${heading()}`, 'i'));
    const light = await ink(page);
    expect.soft(await objections(page), 'light').toEqual([]);

    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    // Thousands of elements get other colours, right after all of them were judged.
    await expect.poll(() => ink(page), { timeout: 30_000 }).not.toBe(light);
    // What is inherited gets them last, after what was looked at above.
    await expect.poll(() => objectionsToColours(page), { message: 'dark', timeout: 15_000 }).toEqual([]);

    await page.setViewportSize({ width: 390, height: 844 });
    await expect(first).toBeVisible();
    const { scrollWidth, clientWidth } = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    expect.soft(scrollWidth - clientWidth, 'pixels to the right of 390').toBeLessThanOrEqual(0);
  });
}

test.describe('signed out', () => {
  test.use({ role: undefined });

  test('the pages outside of the console have nothing that axe objects to', async ({ page }) => {
    for (const path of [
      '/sign-in',
      '/forgot-password',
      '/activate?token=none',
      '/signed-out',
      '/no/such/page',
      '/saml2/no-such-application',
    ]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect.soft(await objections(page), path).toEqual([]);
    }
  });
});

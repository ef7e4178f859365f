import { prepare } from './support/actions';
import { notice } from './support/console';
import { isOurOwn } from './support/environment';
import { control, stateOf } from './support/sandbox';
import { expect, test } from './support/test';

// The last file on purpose: it takes away what the others made.
test.use({ role: 'administrator' });
test.skip(!isOurOwn, 'resets everything: only where nobody else works');

test('Reset demo brings directory and sandbox back, keeps the presenter signed in, and all begins anew', async ({
  page,
  cookiesOf,
}) => {
  const cookies = await cookiesOf('administrator');
  const tenant = 'egnyte/acmeusw';
  const fresh = await stateOf(tenant);
  const label = 'Egnyte US West';
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const made = { templateId: 'egnyte', displayLabel: label, ...general };
  const first = await prepare<{ slug: string }>('createApplicationAction', made, cookies);
  await prepare('createGroupAction', { name: 'Gone after the reset', description: '' }, cookies);
  await control('POST', '/accounts', { tenant, count: 3 });

  await page.goto('/applications');
  await expect(page.getByRole('table', { name: 'Configured Applications' })).toContainText(label);
  await page.getByRole('button', { name: /^Demo/ }).click();
  await page.getByRole('menuitem', { name: 'Reset demo…' }).click();
  const question = page.getByRole('alertdialog', { name: 'Reset the demo?' });
  const began = Date.now();
  await question.getByRole('button', { name: 'Reset demo' }).click();
  await expect(page).toHaveURL((url) => url.pathname === '/');
  expect(Date.now() - began, 'milliseconds').toBeLessThan(10_000);

  await page.goto('/applications');
  await expect(page.getByText('No applications yet')).toBeVisible();
  await page.goto('/groups?q=Gone');
  await expect(page.getByText('No groups match')).toBeVisible();
  await page.goto('/users');
  await expect(page.getByText(/^50 of 2\d\d /)).toBeVisible();
  expect(await stateOf(tenant)).toEqual(fresh);

  // The same walk begins again: the address that was taken before is free.
  await page.goto('/applications/new');
  await page.getByRole('searchbox', { name: 'Search', exact: true }).fill('Egnyte');
  await page.getByRole('radiogroup', { name: 'Catalogue' }).getByText('Egnyte', { exact: true }).click();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByLabel('Display Label').fill(label);
  await page.getByRole('button', { name: 'Save Application' }).click();
  await expect(page.getByText(new RegExp(`/saml2/${first.slug}$`))).toBeVisible();
  await page.getByRole('link', { name: 'Configure Application' }).click();
  await page.getByLabel('SUBDOMAIN').fill('acmeusw');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(page, 'Saved. SSO is active.')).toBeVisible();
});

test('the clock is moved forward by the menu, and cycles that are due then run', async ({ page }) => {
  await page.goto('/');
  const menu = page.getByRole('button', { name: /^Demo/ });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Move 40 minutes forward' }).click();
  await expect(notice(page, /The clock is 40 min ahead/)).toBeVisible();
  await menu.click();
  await expect(page.getByText('Clock: 40 min ahead')).toBeVisible();
});

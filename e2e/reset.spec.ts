import { prepare } from './support/actions';
import { notice } from './support/console';
import { isOurOwn, origin, sandboxUrl } from './support/environment';
import { patient } from './support/patient';
import { control, stateOf } from './support/sandbox';
import { expect, test } from './support/test';

// The last project on purpose: it takes away what the others made.
test.describe.configure({ mode: 'serial' });
test.use({ role: 'administrator' });
test.skip(!isOurOwn, 'resets everything: only where nobody else works');

test('Reset demo brings directory and sandbox back, keeps the presenter signed in, and all begins anew', async ({
  page,
  cookiesOf,
}) => {
  const cookies = await cookiesOf('administrator');
  const tenant = 'egnyte/acmeusw';
  await control('POST', '/reset', { tenant });
  const fresh = await stateOf(tenant);
  const label = 'Egnyte US West';
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const made = { templateId: 'egnyte', displayLabel: label, ...general };
  await prepare('createApplicationAction', made, cookies);
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
  await expect(page.getByText(/\/saml2\/egnyte-us-west$/)).toBeVisible();
  await page.getByRole('link', { name: 'Configure Application' }).click();
  await page.getByLabel('SUBDOMAIN').fill('acmeusw');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(page, 'Saved. SSO is active.')).toBeVisible();
});

test('with the clock moved forward, people still get into their applications', async ({ page, browser, cookiesOf }) => {
  const cookies = await cookiesOf('administrator');
  const tenant = 'egnyte/acmeusw';
  await page.goto('/applications');
  await page.getByRole('link', { name: 'Egnyte US West' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Egnyte US West' })).toBeVisible();
  const applicationId = new URL(page.url()).pathname.split('/')[2];
  const groups = await page.request.get('/api/directory/groups?q=Engineering');
  const {
    items: [engineering],
  } = (await groups.json()) as { items: { id: string }[] };
  await prepare('saveGroupsAction', { applicationId, add: [engineering?.id], remove: [] }, cookies);
  const idpUrl = `${origin}/saml2/egnyte-us-west`;
  const certificate = await (await fetch(`${idpUrl}/certificate.pem`)).text();
  const settings = { mode: 'saml2', loginUrl: idpUrl, entityId: idpUrl, certificate, domainIssuer: true };
  await control('POST', '/sso', { tenant, settings });
  const urn = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
  const set = { [urn]: { authType: 'sso', idpUserId: 'ana.martinez' } };
  await control('POST', '/users', { tenant, userName: 'ana.martinez', set });

  const menu = page.getByRole('button', { name: /^Demo/ });
  await menu.click();
  await page.getByRole('menuitem', { name: 'Move 40 minutes forward' }).click();
  await expect(notice(page, /The clock is 40 min ahead/)).toBeVisible();
  await menu.click();
  await expect(page.getByText('Clock: 40 min ahead')).toBeVisible();

  const member = await browser.newContext({ storageState: { cookies: await cookiesOf('user'), origins: [] } });
  const tab = patient(await member.newPage());
  await tab.goto(`${sandboxUrl}/${tenant}/app`);
  await tab.getByRole('link', { name: 'Sign in with single sign-on' }).click();
  await expect(tab.getByRole('heading', { name: 'Welcome, Ana Martínez' })).toBeVisible();
  await member.close();
});

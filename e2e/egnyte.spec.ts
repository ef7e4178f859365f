import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { copied, notice, openApplication, openTab, save, typeSignIn } from './support/console';
import { demoPassword, origin, sandboxUrl } from './support/environment';
import { patient } from './support/patient';
import { accountOf, control, membersOf, stateOf } from './support/sandbox';
import { demoSignIns, expect, test } from './support/test';

// The vendor's own guide "Integrate with Egnyte", step by step and in its words; every test begins where the one
// before it ended. What is not this product's is played by the sandbox.
test.describe.configure({ mode: 'serial' });

const subdomain = 'e2e-west';
const tenant = `egnyte/${subdomain}`;
const label = `Egnyte West ${Date.now().toString(36)}`;
const slug = label.toLowerCase().replaceAll(' ', '-');
const egnyteUrn = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';

let administrator: BrowserContext;
let page: Page;
let egnyte: Page;
let certificate = '';
let apiKey = '';

test.beforeAll(async ({ browser }) => {
  await control('POST', '/reset', { tenant });
  administrator = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], baseURL: origin });
  page = patient(await administrator.newPage());
  egnyte = patient(await administrator.newPage());
});
test.afterAll(async () => administrator.close());

/** In the sandbox: the menu in the upper right corner, then an entry of it. */
async function egnyteMenu(entry: string): Promise<void> {
  await egnyte.goto(`${sandboxUrl}/${tenant}/app`);
  await egnyte.getByText('Menu').click();
  await egnyte.getByRole('link', { name: entry, exact: true }).last().click();
}

test('an application is created: + Add New Application, search, Next, Display Label, Save Application', async () => {
  await page.goto('/applications');
  await typeSignIn(page, demoSignIns.administrator, demoPassword);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'SSO Applications' }).click();
  await page.getByRole('link', { name: 'Add New Application' }).first().click();
  await page.getByRole('searchbox', { name: 'Search', exact: true }).fill('Egnyte');
  await page.getByRole('radiogroup', { name: 'Catalogue' }).getByText('Egnyte', { exact: true }).click();
  await expect(page.getByRole('radio', { name: /^E?Egnyte/ })).toBeChecked();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByLabel('Display Label').fill(label);
  await page.getByLabel('Description').fill('Files of the western region');
  await expect(page.getByLabel('Show in User Portal')).toBeChecked();
  await page.getByText('Advanced Settings').click();
  await expect(page.getByText(`If no value is entered, it will be ${origin}/saml2/${slug}.`)).toBeVisible();
  await expect(page.getByText('The SSO IdP URL is not editable after the application is created.')).toBeVisible();
  await page.getByRole('button', { name: 'Save Application' }).click();
  await expect(page.getByRole('heading', { name: `${label} was saved` })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Close' })).toBeVisible();
  await page.getByRole('link', { name: 'Configure Application' }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
});

test('Identity Management has to wait for SSO, and says so', async () => {
  await openTab(page, 'Identity Management');
  await expect(page.getByText('SSO comes first')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the SSO tab' }).click();
});

test('the SSO tab names what is missing; with SUBDOMAIN replaced, saving makes SSO active', async () => {
  await expect(page.getByText('SSO becomes active when these are filled in and saved')).toBeVisible();
  await expect(page.getByText('Before you enable SAML at the other side')).toBeVisible();
  await page.getByLabel('SUBDOMAIN').fill(subdomain);
  await save(page);
  await expect(notice(page, 'Saved. SSO is active.')).toBeVisible();
  await expect(page.getByText('SSO becomes active when these are filled in and saved')).toBeHidden();
});

test('IDP Certificate Valid › Download certificate downloads certificate.pem', async () => {
  await openApplication(page, label);
  await openTab(page, 'SSO');
  await page.getByRole('button', { name: 'IDP Certificate Valid' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download certificate' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('certificate.pem');
  certificate = await readFile(await file.path(), 'utf8');
  expect(certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
});

test('Egnyte takes the values over: Menu › Settings › Security & Authentication', async () => {
  const idpUrl = await copied(page, 'IdP URL');
  const idpEntityId = await copied(page, 'IdP Entity ID');
  expect(idpUrl).toBe(`${origin}/saml2/${slug}`);
  await egnyteMenu('Settings');
  await expect(egnyte.getByRole('heading', { name: 'Security & Authentication' })).toBeVisible();
  await egnyte.getByLabel('Single sign-on authentication').selectOption('SAML 2.0');
  await egnyte.getByLabel('Identity provider', { exact: true }).selectOption('Generic HTTP Post');
  await egnyte.getByLabel('Identity provider login URL').fill(idpUrl);
  await egnyte.getByLabel('Identity provider entity ID').fill(idpEntityId);
  await egnyte.getByLabel('Identity provider certificate').fill(certificate);
  await expect(egnyte.getByLabel('API key')).toHaveValue('');
  await egnyte.getByLabel('Default user mapping').selectOption('Egnyte Username');
  await egnyte.getByLabel('Use domain-specific Issuer value').check();
  await egnyte.getByRole('button', { name: 'Save' }).click();
  await expect(egnyte.getByText('Settings saved.')).toBeVisible();
});

test('a user who exists in Egnyte is set to single sign-on there: Details › Edit user profile', async () => {
  await egnyte.getByRole('link', { name: 'Users & Groups' }).click();
  await egnyte.getByRole('link', { name: 'Details of ana.martinez' }).click();
  await egnyte.getByLabel('Authentication type').selectOption('Single sign-on');
  await egnyte.getByLabel('IdP username').fill('ana.martinez');
  await egnyte.getByRole('button', { name: 'Save' }).click();
  await expect(egnyte.getByText('User profile saved.')).toBeVisible();
});

test('before a group is associated, everybody is denied', async ({ browser, cookiesOf }) => {
  const member = await browser.newContext({ baseURL: origin });
  await member.addCookies(await cookiesOf('user'));
  const tab = patient(await member.newPage());
  await tab.goto(`/saml2/${slug}`);
  await expect(tab.getByText(`You do not have access to ${label}.`)).toBeVisible();
  await member.close();
});

test('User Groups: the check box beside the group, then save', async () => {
  await page.bringToFront();
  await openApplication(page, label);
  await openTab(page, 'User Groups');
  await page.getByRole('checkbox', { name: /^Engineering/ }).check();
  await page.getByRole('checkbox', { name: /^Security/ }).check();
  await expect(page.getByText(/^\+\d+ \/ −0 people/)).toBeVisible();
  await save(page);
  await expect(notice(page, 'User groups saved')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: /^Engineering/ })).toBeChecked();
});

test('IdP-initiated: a member clicks the tile and is signed in to Egnyte', async ({ browser }) => {
  const member = await browser.newContext({ baseURL: origin });
  const tab = patient(await member.newPage());
  await tab.goto('/portal');
  await typeSignIn(tab, demoSignIns.user, demoPassword);
  await tab.getByRole('searchbox', { name: 'Search applications' }).fill(label);
  await tab.getByRole('link', { name: new RegExp(label) }).click();
  await expect(tab.getByRole('heading', { name: 'Welcome, Ana Martínez' })).toBeVisible();
  await expect(tab.getByText('IdP-initiated')).toBeVisible();
  await member.close();
});

test('SP-initiated: by redirect and by POST, the log-in leads through Latchkey and back', async ({ browser }) => {
  const member = await browser.newContext();
  const tab = patient(await member.newPage());
  await tab.goto(`${sandboxUrl}/${tenant}/app`);
  await tab.getByRole('link', { name: 'Sign in with single sign-on' }).click();
  await typeSignIn(tab, 'ana.martinez', demoPassword);
  await expect(tab.getByRole('heading', { name: 'Welcome, Ana Martínez' })).toBeVisible();
  await expect(tab.getByText('SP-initiated')).toBeVisible();
  await tab.getByRole('button', { name: 'Log out' }).click();

  // The session at Latchkey goes on: no password is asked for this time.
  await tab.getByRole('link', { name: 'send the request by HTTP POST' }).click();
  await expect(tab.getByRole('heading', { name: 'Welcome, Ana Martínez' })).toBeVisible();
  await expect(tab.getByText('SP-initiated')).toBeVisible();
  await member.close();
});

test('SP-initiated by POST while signed out: the request survives the sign-in', async ({ browser }) => {
  const member = await browser.newContext();
  const tab = patient(await member.newPage());
  await tab.goto(`${sandboxUrl}/${tenant}/app`);
  await tab.getByRole('link', { name: 'send the request by HTTP POST' }).click();
  await typeSignIn(tab, 'ana.martinez', demoPassword);
  await expect(tab.getByRole('heading', { name: 'Welcome, Ana Martínez' })).toBeVisible();
  await member.close();
});

test('somebody who is in no associated group sees why nothing happened', async ({ browser, cookiesOf }) => {
  const other = await browser.newContext();
  await other.addCookies(await cookiesOf('helpdesk'));
  const tab = patient(await other.newPage());
  await tab.goto(`${sandboxUrl}/${tenant}/app`);
  await tab.getByRole('link', { name: 'Sign in with single sign-on' }).click();
  await expect(tab.getByText(`You do not have access to ${label}.`)).toBeVisible();
  await expect(tab.getByText('Signed in as helga')).toBeVisible();
  await other.close();
});

test('the API key page: Domain Name, Get API Key', async () => {
  await egnyteMenu('API key');
  await egnyte.getByLabel('Domain Name').fill(subdomain);
  await egnyte.getByRole('button', { name: 'Get API Key' }).click();
  apiKey = await copied(egnyte, 'Secret (token)');
  expect(apiKey).not.toBe('');
});

test('a wrong token is refused at its field in the words of the server, and what was typed is kept', async () => {
  await page.bringToFront();
  await openApplication(page, label);
  await openTab(page, 'Identity Management');
  await page.getByRole('button', { name: 'Configure' }).click();
  const baseUrl = page.getByRole('textbox', { name: 'Base URL' });
  await expect(baseUrl).toHaveValue(`${sandboxUrl}/${tenant}/pubapi/scim/v2`);
  await expect(page.getByLabel(/^Enable management of User Groups and Group Membership/)).toBeChecked();
  const token = page.getByRole('textbox', { name: /Token Key/ });
  await token.fill('not-the-key');
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(token).toHaveAccessibleDescription(
    /Error authenticating: Unauthorized\. Errors reported by remote server: Invalid OAuth bearer token/,
  );
  await expect(token).toHaveAttribute('aria-invalid', 'true');
  await expect(token).toHaveValue('not-the-key');
  await expect(baseUrl).toHaveValue(`${sandboxUrl}/${tenant}/pubapi/scim/v2`);
});

test('the test of the connection names each step, then Activate', async () => {
  await page.getByRole('textbox', { name: /Token Key/ }).fill(apiKey);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('The connection works.')).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(notice(page, `Identity Management is active for ${label}`)).toBeVisible();
});

test('accounts and the group appear in Egnyte; existing ones are taken over', async () => {
  test.slow();
  await expect.poll(() => membersOf(tenant, 'Engineering'), { timeout: 45_000 }).toContain('chloe.dubois');
  const { users } = await stateOf(tenant);
  const named = (name: string) => users.filter((user) => user.data.userName === name);
  expect(named('ana.martinez')).toHaveLength(1);
  expect(await accountOf(tenant, 'chloe.dubois')).toMatchObject({
    name: { givenName: 'Chloé', familyName: 'Dubois' },
    userType: 'power',
    active: true,
    [egnyteUrn]: { idpUserId: 'chloe.dubois' },
  });
  await expect.poll(() => membersOf(tenant, 'Security')).toBeDefined();
  // Not managed by us, and a member over there before: stays.
  expect(await membersOf(tenant, 'Engineering')).toContain('legacy.admin');
});

test('somebody who was provisioned has an IdP username over there; who was taken over needs it by hand', async () => {
  const created = await accountOf(tenant, 'daniel.kim');
  expect(created?.[egnyteUrn]).toMatchObject({ authType: 'sso', idpUserId: 'daniel.kim' });
});

test('the cycle is told of on the Identity Management tab', async () => {
  await page.reload();
  await expect(page.getByText(/^Finished/).first()).toBeVisible();
  await expect(page.getByText('Activation').first()).toBeVisible();
});

test('Manual import: statuses New and Imported, New Users-only, select, import, results at once', async () => {
  await page.getByRole('link', { name: 'Manual import' }).click();
  await page.getByRole('button', { name: 'Manual import' }).click();
  const accounts = page.getByRole('table', { name: 'Accounts' });
  await expect(accounts.getByRole('row', { name: /ana\.martinez/ })).toContainText('Imported');
  await page.getByLabel('New Users-only').click();
  await expect(accounts.getByRole('row', { name: /ana\.martinez/ })).toBeHidden();
  await expect(accounts.getByRole('row', { name: /jo\.freelance/ })).toContainText('New');
  await accounts.getByRole('checkbox', { name: 'Select Jo Freeman' }).check();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const question = page.getByRole('alertdialog', { name: 'Confirm Assignments' });
  await expect(question).toContainText('1 account will be imported.');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('1 of 1 imported')).toBeVisible();
  const result = page.getByRole('table', { name: 'Results' }).getByRole('row', { name: /jo\.freelance/ });
  await expect(result).toContainText(/Created|Linked/);
});

test('imported people are not managed before they are in an associated group, and the screen says so', async () => {
  await expect(page.getByText('1 person is not managed yet')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Import', exact: true }).click();
  await page.getByRole('button', { name: 'Manual import' }).click();
  await page.getByRole('main').getByRole('searchbox').fill('jo.freelance');
  const row = page.getByRole('table', { name: 'Accounts' }).getByRole('row', { name: /jo\.freelance/ });
  await expect(row).toContainText('Imported');
});

test('Events: activation, created users and groups, and the refused attempt, under their names', async () => {
  await openTab(page, 'Events');
  for (const name of ['idm_integration_activate', 'user_create_provision', 'group_create_provision', 'sso_auth']) {
    await page.getByRole('button', { name: 'Event', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name }).click();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('table', { name: 'Events' }).getByText(name).first()).toBeVisible();
    await page.getByRole('button', { name: 'Clear filters' }).click();
  }
  await page.goto(`${new URL(page.url()).pathname}?name=idm_integration_activate`);
  const attempts = page.getByRole('table', { name: 'Events' }).getByRole('row', { name: /idm_integration_activate/ });
  await expect(attempts.filter({ hasText: 'Error' }).first()).toContainText('Unauthorized');
  await expect(attempts.filter({ hasText: 'Success' })).toHaveCount(1);
});

test('Deactivate IdM connection › Confirm leaves users and groups in Egnyte as they are', async () => {
  const before = await stateOf(tenant);
  await openApplication(page, label);
  await page.getByRole('button', { name: 'Deactivate IdM connection' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText(`Users and groups in ${label} stay as they are.`);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(notice(page, `The IdM connection of ${label} was deactivated`)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Deactivate IdM connection' })).toBeHidden();
  const after = await stateOf(tenant);
  expect(after.users).toEqual(before.users);
  expect(after.groups).toEqual(before.groups);
});

test('Deactivate SSO at the bottom of the SSO tab, then save', async ({ browser, cookiesOf }) => {
  await openTab(page, 'SSO');
  await page.getByRole('button', { name: 'Deactivate SSO' }).click();
  await expect(page.getByText('SSO will be deactivated: nobody can sign in through Latchkey')).toBeVisible();
  await save(page);
  await expect(notice(page, 'Saved. SSO is deactivated.')).toBeVisible();
  const member = await browser.newContext({ baseURL: origin });
  await member.addCookies(await cookiesOf('user'));
  const tab = patient(await member.newPage());
  await tab.goto(`/saml2/${slug}`);
  await expect(tab.getByText('Code: not_active')).toBeVisible();
  await tab.goto('/portal');
  await expect(tab.getByRole('heading', { name: 'Applications' })).toBeVisible();
  await expect(tab.getByRole('link', { name: new RegExp(label) })).toBeHidden();
  await member.close();
});

test('the application is deleted by typing how many are deleted', async () => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'SSO Applications' }).click();
  await page.getByRole('searchbox', { name: 'Search applications' }).fill(label);
  await expect(page).toHaveURL(/[?&]q=/);
  await page.getByRole('checkbox', { name: `Select ${label}` }).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = page.getByRole('alertdialog');
  const number = question.getByLabel(/^Enter the number of applications you are deleting/);
  const confirm = question.getByRole('button', { name: 'Delete Application' });
  await number.fill('2');
  await expect(confirm).toBeDisabled();
  await number.fill('1');
  await confirm.click();
  await expect(notice(page, '1 application deleted')).toBeVisible();
  await expect(page.getByText(/^No applications/)).toBeVisible();
});

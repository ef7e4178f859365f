import { readFile } from 'node:fs/promises';
import type { BrowserContext, Download, Page } from '@playwright/test';
import { prepare } from './support/actions';
import { notice } from './support/console';
import { demoPassword, origin, sandboxUrl } from './support/environment';
import { press, tabTo, typeInto } from './support/keyboard';
import { patient, settle } from './support/patient';
import { accountOf, control, membersOf } from './support/sandbox';
import { demoSignIns, expect, test } from './support/test';

// The vendor's own guide "Integrate with Netskope", step by step, without a mouse: Tab, Enter, Space, arrows and typing.
// Every test begins where the one before it ended. What is not this product's is played by the sandbox.
test.describe.configure({ mode: 'serial' });

const subdomain = 'e2e-cloud';
const tenant = `netskope/${subdomain}`;
const label = `Netskope ${Date.now().toString(36)}`;
/** Has an account over there already; gets a password for these tests. */
const member = { username: 'chloe.dubois', name: 'Chloé Dubois', password: 'Netskope needs no mouse' };

let administrator: BrowserContext;
let page: Page;
let netskope: Page;
const given = { acsUrl: '', instanceUrl: '', tenantId: '', certificate: '', token: '' };
const taken = { idpUrl: '', idpEntityId: '', certificate: '' };

test.beforeAll(async ({ browser, cookiesOf }) => {
  await control('POST', '/reset', { tenant });
  const cookies = await cookiesOf('administrator');
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const found = await fetch(`${origin}/api/directory/people?q=${member.username}`, { headers: { cookie } });
  const {
    items: [person],
  } = (await found.json()) as { items: { id: string }[] };
  const link = await prepare<{ url: string }>('issueActivationLinkAction', { id: person?.id, mail: false }, cookies);
  const token = new URL(link.url).searchParams.get('token');
  await prepare('activateAction', { token, password: member.password }, []);
  administrator = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], baseURL: origin });
  page = patient(await administrator.newPage());
  netskope = patient(await administrator.newPage());
});
test.afterAll(async () => administrator.close());

/** What a copy button put into the clipboard. */
async function copyWithKeys(from: Page, what: string): Promise<string> {
  await from.bringToFront();
  const button = from.getByRole('button', { name: `Copy ${what}`, exact: true });
  await press(button);
  await expect(button).toHaveText('Copied');
  return from.evaluate(() => navigator.clipboard.readText());
}

async function textOf(download: Promise<Download>): Promise<string> {
  return readFile(await (await download).path(), 'utf8');
}

async function signInWithKeys(tab: Page, identifier: string, password: string): Promise<void> {
  await settle(tab);
  await typeInto(tab.getByLabel('Username or e-mail'), identifier);
  await typeInto(tab.getByLabel('Password'), password);
  // The page came by a link and by redirects: the key is pressed once its script is there.
  await expect(tab.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  await tab.keyboard.press('Enter');
}

async function openTabWithKeys(name: string): Promise<void> {
  const tab = page.getByRole('main').getByRole('link', { name, exact: true });
  await press(tab);
  await expect(tab).toHaveAttribute('aria-current', 'page');
}

/** The list, the search by its shortcut, the row. */
async function openApplicationWithKeys(): Promise<void> {
  await page.bringToFront();
  await press(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'SSO Applications' }));
  await expect(page.getByRole('heading', { level: 1, name: 'SSO Applications' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.insertText(label);
  await expect(page).toHaveURL(/[?&]q=/);
  await press(page.getByRole('table', { name: 'Configured Applications' }).getByRole('link', { name: label }));
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
}

async function saveWithKeys(): Promise<void> {
  const button = page.getByRole('button', { name: 'Save', exact: true });
  await press(button);
  await expect(button).toBeHidden();
}

test('+ Add New Application, search, select, Next, Display Label, Save Application, Configure Application', async () => {
  await page.goto('/applications');
  await signInWithKeys(page, demoSignIns.administrator, demoPassword);
  await press(page.getByRole('link', { name: 'Add New Application' }).first());
  const search = page.getByRole('searchbox', { name: 'Search', exact: true });
  // It has the focus already: one types at once.
  await expect(search).toBeFocused();
  await page.keyboard.type('netskope');
  await press(page.getByRole('radio'), 'Space');
  await expect(page.getByRole('radio')).toBeChecked();
  await press(page.getByRole('button', { name: 'Next', exact: true }));
  await typeInto(page.getByLabel('Display Label'), label);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: `${label} was saved` })).toBeVisible();
  await press(page.getByRole('link', { name: 'Configure Application' }));
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
});

test('Netskope shows its addresses and hands out the certificate that verifies its requests', async () => {
  await netskope.goto(`${sandboxUrl}/${tenant}/settings/administration/sso`);
  given.acsUrl = await copyWithKeys(netskope, 'NETSKOPE PROXY ACS URL');
  given.instanceUrl = await copyWithKeys(netskope, 'APPLICATION INSTANCE URL');
  given.tenantId = await copyWithKeys(netskope, 'Tenant ID');
  const download = netskope.waitForEvent('download');
  await press(netskope.getByRole('link', { name: 'DOWNLOAD CERTIFICATE' }));
  given.certificate = await textOf(download);
  expect(given.certificate).toContain('BEGIN CERTIFICATE');
});

test('APPLICATION_INSTANCE_URL and NETSKOPE_PROXY_ACS_URL are replaced, signed requests demanded, and saved', async () => {
  await page.bringToFront();
  await expect(page.getByText('they will not be able to sign in through their regular log-in page')).toBeVisible();
  await typeInto(page.getByLabel('APPLICATION_INSTANCE_URL'), given.instanceUrl);
  await typeInto(page.getByLabel('NETSKOPE_PROXY_ACS_URL'), given.acsUrl);
  await typeInto(page.getByRole('textbox', { name: 'SUBDOMAIN' }), subdomain);
  await typeInto(page.getByLabel('tenantId'), given.tenantId);
  await press(page.getByRole('switch', { name: 'Require signed AuthnRequests' }), 'Space');
  await press(page.getByRole('button', { name: 'Add certificate' }));
  await typeInto(page.getByLabel('Certificate of the service provider'), given.certificate.trim());
  await press(page.getByRole('button', { name: 'Add', exact: true }));
  await expect(page.getByRole('button', { name: /^Remove certificate/ })).toBeVisible();
  await saveWithKeys();
  await expect(notice(page, 'Saved. SSO is active.')).toBeVisible();
});

test('IDP Certificate Valid › Download certificate, and the values to carry over, by their copy buttons', async () => {
  taken.idpUrl = await copyWithKeys(page, 'IdP URL');
  taken.idpEntityId = await copyWithKeys(page, 'IdP Entity ID');
  await press(page.getByRole('button', { name: 'IDP Certificate Valid' }));
  const entry = page.getByRole('menuitem', { name: 'Download certificate' });
  await expect(entry).toBeFocused();
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await download).suggestedFilename()).toBe('certificate.pem');
  taken.certificate = await textOf(download);
});

test('Settings › Administration › SSO: Enable SSO, Sign SSO Authentication Request, EDIT SETTINGS, Submit', async () => {
  await netskope.bringToFront();
  await press(netskope.getByLabel('Enable SSO'), 'Space');
  await press(netskope.getByLabel('Sign SSO Authentication Request'), 'Space');
  await press(netskope.getByRole('button', { name: 'Save' }));
  await expect(netskope.getByText('Settings saved.')).toBeVisible();
  await press(netskope.getByRole('button', { name: 'EDIT SETTINGS' }));
  const dialog = netskope.getByRole('dialog', { name: 'SSO/SLO Settings' });
  await typeInto(dialog.getByLabel('IDP URL'), taken.idpUrl);
  await typeInto(dialog.getByLabel('IDP ENTITY ID'), taken.idpEntityId);
  await tabTo(dialog.getByLabel('IDP CERTIFICATE'));
  await netskope.keyboard.insertText(taken.certificate);
  await press(dialog.getByRole('button', { name: 'Submit' }));
  await expect(netskope.getByText('Settings saved.')).toBeVisible();
});

test('User Groups: Space on the check box, then save', async () => {
  await openApplicationWithKeys();
  await openTabWithKeys('User Groups');
  await press(page.getByRole('checkbox', { name: /^Engineering/ }), 'Space');
  await expect(page.getByText(/^\+\d+ \/ −0 people/)).toBeVisible();
  await saveWithKeys();
  await expect(notice(page, 'User groups saved')).toBeVisible();
});

test('SP-initiated with a signed request, by redirect and by POST', async ({ browser }) => {
  for (const start of ['Sign in with single sign-on', 'send the request by HTTP POST']) {
    const own = await browser.newContext();
    const tab = patient(await own.newPage());
    await tab.goto(`${sandboxUrl}/${tenant}/app`);
    await press(tab.getByRole('link', { name: start }));
    await signInWithKeys(tab, member.username, member.password);
    await expect(tab.getByRole('heading', { name: `Welcome, ${member.name}` })).toBeVisible();
    await expect(tab.getByText('SP-initiated')).toBeVisible();
    await own.close();
  }
});

test('a request that is not signed, or signed by another key, is refused where signing is required', async ({
  browser,
}) => {
  const own = await browser.newContext();
  const tab = patient(await own.newPage());
  await control('POST', '/sso', { tenant, settings: { signRequests: false } });
  await tab.goto(`${sandboxUrl}/${tenant}/app`);
  await press(tab.getByRole('link', { name: 'Sign in with single sign-on' }));
  await expect(tab.getByRole('heading', { level: 1 })).toBeVisible();
  expect(new URL(tab.url()).origin).toBe(origin);
  await expect(tab.getByText(/sign/i).first()).toBeVisible();
  await expect(tab.getByLabel('Password')).toBeHidden();
  await control('POST', '/sso', { tenant, settings: { signRequests: true } });
  await own.close();
});

test('IdP-initiated: the tile in the user portal, reached with Tab, opened with Enter', async ({ browser }) => {
  const own = await browser.newContext({ baseURL: origin });
  const tab = patient(await own.newPage());
  await tab.goto('/portal');
  await signInWithKeys(tab, member.username, member.password);
  await press(tab.getByRole('link', { name: new RegExp(label) }));
  await expect(tab.getByRole('heading', { name: `Welcome, ${member.name}` })).toBeVisible();
  await expect(tab.getByText('IdP-initiated')).toBeVisible();
  await own.close();
});

test('Settings › Tools › Directory Tools › SCIM Integration: Add Token, Save', async () => {
  await netskope.goto(`${sandboxUrl}/${tenant}/app`);
  await press(netskope.getByText('Menu'));
  await press(netskope.getByRole('link', { name: 'Directory Tools' }).last());
  await press(netskope.getByRole('button', { name: 'Add Token' }));
  await typeInto(netskope.getByLabel('Client Name'), 'Latchkey');
  await netskope.keyboard.press('Enter');
  given.token = await copyWithKeys(netskope, 'Secret (token)');
});

test('Configure: both base URL patterns are offered, group management is off until it is checked; Activate', async () => {
  await openApplicationWithKeys();
  await openTabWithKeys('Identity Management');
  await press(page.getByRole('button', { name: 'Configure' }));
  const baseUrl = page.getByRole('textbox', { name: 'Base URL' });
  const pattern = page.getByRole('combobox', { name: 'Base URL pattern' });
  const earlier = `${sandboxUrl}/${tenant}/SCIM/V2/${given.tenantId}`;
  await expect(baseUrl).toHaveValue(earlier);
  // A key that comes before the list has the focus is a key for nobody: wait as a person does, by looking.
  const options = page.getByRole('option');
  await press(pattern, 'ArrowDown');
  await expect(options.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { name: /REST API v2/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(baseUrl).toHaveValue(`${sandboxUrl}/${tenant}/api/v2/scim`);
  await press(pattern, 'ArrowDown');
  await expect(page.getByRole('option', { name: /REST API v2/ })).toBeFocused();
  await page.keyboard.press('Home');
  await expect(options.first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(baseUrl).toHaveValue(earlier);

  await typeInto(page.getByRole('textbox', { name: /Token Key/ }), given.token);
  const groups = page.getByRole('checkbox', { name: /^Enable management of User Groups and Group Membership/ });
  await expect(groups).not.toBeChecked();
  await press(groups, 'Space');
  await expect(groups).toBeChecked();
  await press(page.getByRole('button', { name: 'Activate' }));
  await expect(notice(page, `Identity Management is active for ${label}`)).toBeVisible();
});

test('accounts with the mapped attributes and the group appear in Netskope', async () => {
  test.slow();
  await expect.poll(() => membersOf(tenant, 'Engineering'), { timeout: 45_000 }).toContain('ana.martinez');
  expect(await accountOf(tenant, 'ana.martinez')).toMatchObject({
    displayName: 'Ana Martínez',
    name: { givenName: 'Ana', familyName: 'Martínez' },
    externalId: expect.stringMatching(/^E\d+$/),
    active: true,
  });
  expect(await membersOf(tenant, 'Engineering')).toContain('netskope.admin');
});

test('Manual import: who is there and not here is imported, without a mouse', async () => {
  await press(page.getByRole('link', { name: 'Manual import' }));
  await press(page.getByRole('button', { name: 'Manual import' }));
  await press(page.getByRole('switch', { name: 'New Users-only' }), 'Space');
  const accounts = page.getByRole('table', { name: 'Accounts' });
  await expect(page).toHaveURL(/status=new/);
  await expect(accounts.getByRole('row', { name: /ana\.martinez/ })).toBeHidden();
  await press(accounts.getByRole('checkbox', { name: 'Select Owen Carter' }), 'Space');
  await press(page.getByRole('button', { name: 'Import', exact: true }));
  await press(page.getByRole('alertdialog').getByRole('button', { name: 'Confirm' }));
  await expect(page.getByText('1 of 1 imported')).toBeVisible();
});

test('Events hold what happened, and are read with the keyboard', async () => {
  await openTabWithKeys('Events');
  await expect(page.getByRole('main').getByRole('searchbox')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.insertText('idm_integration_activate');
  await expect(page).toHaveURL(/[?&]q=/);
  const event = page
    .getByRole('table', { name: 'Events' })
    .getByRole('link', { name: /20\d\d/ })
    .first();
  await expect(page.getByRole('table', { name: 'Events' }).getByRole('row')).toHaveCount(2);
  await press(event);
  await expect(page.getByRole('heading', { level: 1, name: 'idm_integration_activate' })).toBeVisible();
});

test('the integration is removed: Deactivate IdM connection, Deactivate SSO, Delete, all from the keyboard', async () => {
  await openApplicationWithKeys();
  await press(page.getByRole('button', { name: 'Deactivate IdM connection' }));
  await press(page.getByRole('alertdialog').getByRole('button', { name: 'Confirm' }));
  await expect(notice(page, `The IdM connection of ${label} was deactivated`)).toBeVisible();
  await openTabWithKeys('SSO');
  await press(page.getByRole('button', { name: 'Deactivate SSO' }));
  await saveWithKeys();
  await expect(notice(page, 'Saved. SSO is deactivated.')).toBeVisible();

  await press(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'SSO Applications' }));
  await expect(page.getByRole('heading', { level: 1, name: 'SSO Applications' })).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.insertText(label);
  await expect(page).toHaveURL(/[?&]q=/);
  await press(page.getByRole('checkbox', { name: `Select ${label}` }), 'Space');
  await press(page.getByRole('button', { name: 'Delete', exact: true }));
  const question = page.getByRole('alertdialog');
  await typeInto(question.getByLabel(/^Enter the number of applications you are deleting/), '1');
  await page.keyboard.press('Enter');
  await expect(notice(page, '1 application deleted')).toBeVisible();
});

import { prepare } from './support/actions';
import { notice, openApplication, openTab, save } from './support/console';
import { origin, sandboxUrl } from './support/environment';
import { patient } from './support/patient';
import { control } from './support/sandbox';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

const mark = Date.now().toString(36);

interface Made {
  id: string;
  slug: string;
  label: string;
}

/** An application of a test's own. */
async function make(cookies: Parameters<typeof prepare>[2], templateId: string, label: string): Promise<Made> {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const made = await prepare<{ id: string; slug: string }>(
    'createApplicationAction',
    {
      templateId,
      displayLabel: label,
      ...general,
      ...(templateId === 'bookmark' ? { bookmarkUrl: 'https://example.com/' } : {}),
    },
    cookies,
  );
  return { ...made, label };
}

test('the list is searched, sorted both ways, opened by its row, and deleted from by number', async ({
  page,
  cookiesOf,
}) => {
  const cookies = await cookiesOf('administrator');
  for (const name of ['Beta', 'Alpha', 'Gamma']) await make(cookies, 'bookmark', `List ${mark} ${name}`);
  await page.goto('/applications');
  const table = page.getByRole('table', { name: 'Configured Applications' });
  await page.getByRole('searchbox', { name: 'Search applications' }).fill(`list ${mark}`);
  await expect(page).toHaveURL(/[?&]q=/);
  await expect(table.getByRole('row')).toHaveCount(4);
  const order = () => table.getByRole('row').allInnerTexts();
  const sort = table.getByRole('button', { name: 'Application', exact: true });
  const column = table.getByRole('columnheader', { name: 'Application', exact: true });
  await sort.click();
  await expect(column).toHaveAttribute('aria-sort', 'ascending');
  await expect
    .poll(async () => (await order()).map((row) => /Alpha|Beta|Gamma/.exec(row)?.[0]))
    .toEqual([undefined, 'Alpha', 'Beta', 'Gamma']);
  await sort.click();
  await expect(column).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(async () => /Alpha|Beta|Gamma/.exec((await order())[1] ?? '')?.[0]).toBe('Gamma');
  // The address holds search and order: whoever gets the link sees the same.
  await page.reload();
  await expect(table.getByRole('row')).toHaveCount(4);

  await table.getByRole('row', { name: /Beta/ }).getByText('Active').click();
  await expect(page.getByRole('heading', { level: 1, name: `List ${mark} Beta` })).toBeVisible();
  await page.goBack();

  await page.getByRole('checkbox', { name: 'Select all configured applications on this page' }).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const question = page.getByRole('alertdialog', { name: 'Delete 3 applications?' });
  await question.getByLabel('Enter the number of applications you are deleting (3)').fill('3');
  await question.getByRole('button', { name: 'Delete Application' }).click();
  await expect(notice(page, '3 applications deleted')).toBeVisible();
  await expect(page.getByText('No applications match')).toBeVisible();
});

test('a label and an SSO IdP URL that are not possible are refused at their fields', async ({ page }) => {
  await page.goto('/applications/new');
  await page.getByRole('searchbox', { name: 'Search', exact: true }).fill('custom saml');
  await page.getByRole('radiogroup', { name: 'Catalogue' }).locator('label').first().click();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByText('Advanced Settings').click();
  await page.getByRole('textbox', { name: 'SSO IdP URL' }).fill('Not A Slug!');
  await page.getByRole('button', { name: 'Save Application' }).click();
  await expect(page.getByLabel('Display Label')).toHaveAccessibleDescription('Enter a display label');
  await expect(page.getByRole('textbox', { name: 'SSO IdP URL' })).toHaveAccessibleDescription(/Lower case letters/);
  await expect(page.getByRole('textbox', { name: 'SSO IdP URL' })).toHaveValue('Not A Slug!');
});

test('two tabs on one application: the second is told what is stored now, and keeps what was typed', async ({
  page,
  context,
  cookiesOf,
}) => {
  const app = await make(await cookiesOf('administrator'), 'egnyte', `Stale ${mark}`);
  const second = patient(await context.newPage());
  for (const tab of [page, second]) await tab.goto(`/applications/${app.id}/general`);
  await page.getByLabel('Description').fill('Saved first');
  await save(page);
  await second.getByLabel('Description').fill('Typed second');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.getByText('Somebody else saved these settings while you were editing them')).toBeVisible();
  const difference = second.getByRole('table', { name: 'What is stored now and what you typed' });
  await expect(difference).toContainText('Saved first');
  await expect(difference).toContainText('Typed second');
  await expect(second.getByLabel('Description')).toHaveValue('Typed second');
  await second.getByRole('button', { name: 'Keep mine and save again' }).click();
  await expect(notice(second, 'Application saved')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Description')).toHaveValue('Typed second');
});

test('two tabs, and the second changes the username format: it is told, may save over it, and shows what else was changed', async ({
  page,
  context,
  cookiesOf,
}) => {
  const app = await make(await cookiesOf('administrator'), 'egnyte', `Stale format ${mark}`);
  const second = patient(await context.newPage());
  for (const tab of [page, second]) await tab.goto(`/applications/${app.id}/general`);
  await page.getByLabel('Description').fill('Saved first');
  await save(page);
  await page.getByLabel('Description').fill('Saved again');
  await save(page);
  await second.getByRole('combobox', { name: 'Application username format' }).click();
  await second.getByRole('option', { name: 'Custom expression' }).click();
  await second.getByLabel('Expression').fill('[username]');
  const saveFormat = second.getByRole('button', { name: 'Save username format' });
  await saveFormat.click();
  await expect(second.getByText('Somebody else saved these settings while you were editing them')).toBeVisible();
  await expect(second.getByLabel('Expression')).toHaveValue('[username]');
  await second.getByRole('button', { name: 'Keep mine and save again' }).click();
  await expect(notice(second, 'Username format saved')).toBeVisible();
  // What the other form was loaded with is still older than what is stored: it saves over nothing unseen.
  await second.getByLabel('Description').fill('Typed second');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  const difference = second.getByRole('table', { name: 'What is stored now and what you typed' });
  await expect(difference).toContainText('Saved again');
});

test('two tabs on the long SSO form: the second sees the notice and what differs, however far down Save is pressed', async ({
  page,
  context,
  cookiesOf,
}) => {
  const app = await make(await cookiesOf('administrator'), 'egnyte', `Stale SSO ${mark}`);
  const second = patient(await context.newPage());
  for (const tab of [page, second]) await tab.goto(`/applications/${app.id}/sso`);
  await page.getByText('Rarely needed').click();
  await page.getByLabel('Audience').fill('https://first.example');
  await save(page);
  await second.getByLabel('Session length in minutes').fill('60');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.getByText('Somebody else saved these settings while you were editing them')).toBeInViewport();
  const difference = second.getByRole('table', { name: 'What is stored now and what you typed' });
  await expect(difference.getByRole('row', { name: /Audience/ })).toContainText('https://first.example');
  await expect(difference.getByRole('row', { name: /Session length/ })).toContainText('480');
  await expect(difference.getByRole('row')).toHaveCount(3);
  await expect(second.getByLabel('Session length in minutes')).toHaveValue('60');
});

test('leaving with something typed asks first: a link, Back, a jump; and Back again once one has decided', async ({
  page,
  cookiesOf,
}) => {
  const app = await make(await cookiesOf('administrator'), 'egnyte', `Leaving ${mark}`);
  const dialog = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await page.goto('/applications');
  await openApplication(page, app.label);
  await openTab(page, 'General Info');
  const description = page.getByLabel('Description');
  await description.fill('Not saved yet');

  await page.evaluate(() => history.back());
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect(description).toHaveValue('Not saved yet');

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'User Groups' }).click();
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search people, groups, applications, pages').fill('Outbox');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Stay' }).click();
  await expect(description).toHaveValue('Not saved yet');

  await description.press('End');
  const back = page.goBack({ timeout: 5_000 }).catch(() => undefined);
  await dialog.getByRole('button', { name: 'Leave page' }).click();
  await back;
  await expect(description).toBeHidden();
  await expect(page).not.toHaveURL(/general/);
});

test('the SSO tab refuses what is no SUBDOMAIN and no certificate, at the field', async ({ page, cookiesOf }) => {
  const app = await make(await cookiesOf('administrator'), 'egnyte', `Bad inputs ${mark}`);
  await page.goto(`/applications/${app.id}/sso`);
  await page.getByLabel('SUBDOMAIN').fill('https://acmeusw.egnyte.com');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('SUBDOMAIN')).toHaveAccessibleDescription(/Letters in lower case, digits and hyphens/);
  await expect(page.getByLabel('SUBDOMAIN')).toHaveValue('https://acmeusw.egnyte.com');

  await page.getByRole('button', { name: 'Add certificate' }).click();
  const certificate = page.getByLabel('Certificate of the service provider');
  await certificate.fill('-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(certificate).toHaveAttribute('aria-invalid', 'true');
  await expect(certificate).toHaveValue(/bm90IG9uZQ==/);
});

test('a base URL that is none, or leads into the private network, is refused at its field', async ({
  page,
  cookiesOf,
}) => {
  const app = await make(await cookiesOf('administrator'), 'custom-saml', `Base URL ${mark}`);
  await page.goto(`/applications/${app.id}/identity-management`);
  await page.getByRole('button', { name: 'Configure' }).click();
  const baseUrl = page.getByRole('textbox', { name: 'Base URL' });
  const token = page.getByRole('textbox', { name: /Token Key/ });
  await baseUrl.fill('');
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(baseUrl).toHaveAccessibleDescription(/Enter the base URL/);
  await token.fill('some-token');
  for (const [typed, told] of [
    ['not a url', /./],
    ['https://10.0.0.5/scim/v2', /private|not allowed|internal/i],
    ['http://169.254.169.254/latest/meta-data', /private|not allowed|internal|link-local/i],
  ] as const) {
    await baseUrl.fill(typed);
    await page.getByRole('button', { name: 'Activate' }).click();
    await expect(baseUrl).toHaveAttribute('aria-invalid', 'true');
    await expect(baseUrl).toHaveAccessibleDescription(told);
    await expect(baseUrl).toHaveValue(typed);
    await expect(token).toHaveValue('some-token');
  }
});

test('a wrong base URL of a server that is there is told as such', async ({ page, cookiesOf }) => {
  const app = await make(await cookiesOf('administrator'), 'custom-saml', `Wrong path ${mark}`);
  const issued = await control<{ token: string }>('POST', '/tokens', { tenant: 'egnyte/e2e-paths' });
  await page.goto(`/applications/${app.id}/identity-management`);
  await page.getByRole('button', { name: 'Configure' }).click();
  const baseUrl = page.getByRole('textbox', { name: 'Base URL' });
  await baseUrl.fill(`${sandboxUrl}/egnyte/e2e-paths/no/such/place`);
  await page.getByRole('textbox', { name: /Token Key/ }).fill(issued.token);
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(baseUrl).toHaveAttribute('aria-invalid', 'true');
});

test('a test of the connection is out of date once what it tested was changed', async ({ page, cookiesOf }) => {
  const app = await make(await cookiesOf('administrator'), 'custom-saml', `Stale test ${mark}`);
  const issued = await control<{ token: string }>('POST', '/tokens', { tenant: 'egnyte/e2e-stale' });
  await page.goto(`/applications/${app.id}/identity-management`);
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByRole('textbox', { name: 'Base URL' }).fill(`${sandboxUrl}/egnyte/e2e-stale/pubapi/scim/v2`);
  const token = page.getByRole('textbox', { name: /Token Key/ });
  await token.fill(issued.token);
  const [works, changed] = [
    page.getByText('The connection works.'),
    page.getByText('Settings changed since this test'),
  ];
  const retest = page.getByRole('button', { name: 'Test connection' });
  await retest.click();
  await expect(works).toBeVisible();
  await expect(changed).toBeHidden();
  await token.fill('another-token');
  await expect(changed).toBeVisible();
  await expect(works).toBeHidden();
  await token.fill(issued.token);
  await expect(works).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await retest.click();
  await expect(works).toBeVisible();
  await page.getByLabel(/^Full cycle every/).fill('55');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(changed).toBeVisible();
  await retest.click();
  await expect(works).toBeVisible();
});

test('helpdesk sees an application and is offered nothing to change it with', async ({ browser, cookiesOf }) => {
  const app = await make(await cookiesOf('administrator'), 'egnyte', `Read only ${mark}`);
  const context = await browser.newContext({ storageState: { cookies: await cookiesOf('helpdesk'), origins: [] } });
  const page = patient(await context.newPage());
  await page.goto(`${origin}/applications/${app.id}/general`);
  await expect(page.getByLabel('Display Label')).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Delete Application' })).toBeHidden();
  await openTab(page, 'SSO');
  await expect(page.getByLabel('SUBDOMAIN')).toBeDisabled();
  await openTab(page, 'User Groups');
  await expect(page.getByRole('checkbox', { name: /^Engineering/ })).toBeDisabled();
  await page.goto(`${origin}/applications`);
  await expect(page.getByRole('link', { name: 'Add New Application' })).toBeHidden();
  await context.close();
});

import { prepare } from './support/actions';
import { objections } from './support/axe';
import { save } from './support/console';
import { origin } from './support/environment';
import { newMark } from './support/mark';
import { patient } from './support/patient';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

const extension = 'urn:example:scim:1.0:User';

/** A custom application of a test's own. */
async function make(cookies: Parameters<typeof prepare>[2]): Promise<string> {
  const label = `Attributes ${newMark()}`;
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const input = { templateId: 'custom-saml', displayLabel: label, ...general };
  return (await prepare<{ id: string }>('createApplicationAction', input, cookies)).id;
}

test('an attribute is added, mapped to in its type, changed and removed, and one in use is not removed', async ({
  page,
  cookiesOf,
}) => {
  const id = await make(await cookiesOf('administrator'));
  await page.goto(`/applications/${id}/mappings`);
  await page.getByRole('link', { name: 'Edit attribute list' }).click();
  const table = page.getByRole('table', { name: 'User attributes' });
  await expect(table.getByRole('row', { name: /^userName String .* Template/ })).toBeVisible();

  await page.getByRole('button', { name: 'Add attribute' }).click();
  const dialog = page.getByRole('dialog');
  const path = dialog.getByRole('textbox', { name: 'SCIM attribute' });
  await path.fill('username');
  await dialog.getByRole('button', { name: 'Add attribute' }).click();
  await expect(dialog.getByText("userName is in the list already: it is one of the template's.")).toBeVisible();
  await path.fill(`${extension}:remote`);
  await dialog.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Boolean' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Values' })).toBeHidden();
  expect(await objections(page, '[role=dialog]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Add attribute' }).click();
  await expect(table.getByRole('row', { name: new RegExp(`^${extension}:remote Boolean`) })).toBeVisible();

  await page
    .getByRole('navigation', { name: 'Breadcrumb of the tab' })
    .getByRole('link', { name: 'Attribute Mappings' })
    .click();
  await page.getByRole('button', { name: 'Add mapping' }).click();
  await page.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: /^Constant/ }).click();
  await page.getByRole('textbox', { name: 'Value', exact: true }).fill('maybe');
  await page.getByRole('combobox', { name: 'SCIM attribute' }).fill(`${extension}:remote`);
  await expect(page.getByText('"maybe" is neither True nor False.').first()).toBeVisible();
  await page.getByRole('combobox', { name: 'Value', exact: true }).click();
  await page.getByRole('option', { name: 'False' }).click();
  await save(page);

  await page.getByRole('link', { name: 'Edit attribute list' }).click();
  await page.getByRole('button', { name: `Remove ${extension}:remote` }).click();
  await page.getByRole('button', { name: 'Remove attribute' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question.getByText(/The mapping of False to .*:remote needs the attribute/)).toBeVisible();
  await question.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('tab', { name: 'Group attributes' }).click();
  await page.getByRole('button', { name: 'Add attribute' }).click();
  await path.fill('tier');
  await dialog.getByRole('textbox', { name: 'Values' }).fill('gold\nsilver');
  await dialog.getByRole('button', { name: 'Add attribute' }).click();
  const groups = page.getByRole('table', { name: 'Group attributes' });
  await expect(groups.getByRole('row', { name: /^tier String No No gold, silver/ })).toBeVisible();
  await page.getByRole('button', { name: 'Change tier' }).click();
  await dialog.getByRole('switch', { name: 'Multi-valued' }).click();
  await dialog.getByRole('button', { name: 'Save attribute' }).click();
  await expect(groups.getByRole('row', { name: /^tier String Yes/ })).toBeVisible();
  await page.getByRole('button', { name: 'Remove tier' }).click();
  await page.getByRole('button', { name: 'Remove attribute' }).click();
  await expect(groups.getByRole('row', { name: /^tier/ })).toBeHidden();
});

test('helpdesk reads the list and is offered nothing to change it with', async ({ browser, cookiesOf }) => {
  const id = await make(await cookiesOf('administrator'));
  const context = await browser.newContext({ storageState: { cookies: await cookiesOf('helpdesk'), origins: [] } });
  const page = patient(await context.newPage());
  await page.goto(`${origin}/applications/${id}/mappings/attributes`);
  await expect(page.getByRole('row', { name: /^userName/ })).toBeVisible();
  await expect(page.getByText('You see the attributes as they are.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add attribute' })).toBeHidden();
  await context.close();
});

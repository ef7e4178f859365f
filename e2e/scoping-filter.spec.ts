import { prepare } from './support/actions';
import { api } from './support/api';
import { objections } from './support/axe';
import { newMark } from './support/mark';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

test('a filter is typed in, shows whom it changes something for, and is saved; one person is told why', async ({
  page,
  cookiesOf,
}) => {
  const mark = newMark();
  const cookies = await cookiesOf('administrator');
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const input = { templateId: 'egnyte', displayLabel: `Scope ${mark}`, ...general };
  const { id } = await prepare<{ id: string }>('createApplicationAction', input, cookies);
  for (const department of ['Sales', 'Legal']) {
    const username = `${department.toLowerCase()}.${mark}`;
    const names = { firstname: department, lastname: mark, department };
    const made = await api('POST', '/users', { username, email: `${username}@acme.example`, ...names });
    await api('PUT', `/applications/${id}/assignments/${(made.body as { id: string }).id}`);
  }

  await page.goto(`/applications/${id}/mappings`);
  // A changed row of active says first whose accounts it deactivates.
  await page
    .getByRole('row', { name: / active / })
    .getByRole('button')
    .click();
  await page.getByRole('combobox', { name: 'Apply' }).click();
  await page.getByRole('option', { name: 'Only during object creation' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const asking = page.getByRole('alertdialog', { name: 'Save the mappings?' });
  await expect(asking.getByText('No account in any application is affected.')).toBeVisible();
  expect(await objections(page, '[role=alertdialog]')).toEqual([]);
  await asking.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();

  await page.getByRole('link', { name: 'Scoping filter' }).click();
  await expect(page.getByText('Everybody who is assigned')).toBeVisible();
  await expect(page.getByText('Of 2 active people with access, 2 are in scope')).toBeVisible();
  expect(await objections(page)).toEqual([]);

  // By the keyboard alone.
  await page.getByRole('button', { name: 'Add a clause' }).press('Enter');
  await page.getByRole('combobox', { name: 'Attribute of clause 1 of group 1' }).press('Enter');
  await page.keyboard.type('department');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Value of clause 1 of group 1' }).fill('sales');
  await expect(page.getByText('0 are in scope and 2 are filtered out')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Tell upper and lower case apart' }).press('Space');
  await expect(page.getByText('1 is in scope and 1 is filtered out')).toBeVisible();
  await expect(page.getByText('department EQUALS "sales"').first()).toBeVisible();
  expect(await objections(page)).toEqual([]);

  await page.getByRole('combobox', { name: 'Person' }).click();
  await page.keyboard.type(`legal.${mark}`);
  await page.getByRole('option', { name: new RegExp(`Legal ${mark}`) }).click();
  await expect(page.getByText('Filtered out by: department EQUALS "sales"')).toBeVisible();
  await expect(page.getByText('has Legal')).toBeVisible();

  await page.getByRole('button', { name: 'Or another group of clauses' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Choose an attribute.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove clause 1 of group 2' }).click();

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the scoping filter?' });
  await expect(dialog.getByText(/0 in, 1 out, 0 of them with an account/)).toBeVisible();
  await expect(dialog.getByText('Falls out, has no account')).toBeVisible();
  expect(await objections(page, '[role=dialog]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Save filter' }).click();
  await expect(page.getByText('Scoping filter saved')).toBeVisible();
  await expect(dialog).toBeHidden();
});

import { prepare } from './support/actions';
import { notice } from './support/console';
import { patient } from './support/patient';
import { makePerson } from './support/people';
import { expect, signInByHttp, test } from './support/test';

test.use({ role: 'administrator' });

test('members of a nested group have the access of the group above; taken out, they lose it', async ({
  page,
  browser,
  cookiesOf,
}) => {
  const administrator = await cookiesOf('administrator');
  const mark = Date.now().toString(36);
  const person = await makePerson(administrator);
  const bookmark = `Wiki ${mark}`;
  const { id: applicationId } = await prepare<{ id: string }>(
    'createApplicationAction',
    {
      templateId: 'bookmark',
      displayLabel: bookmark,
      description: '',
      logoColor: '#00968f',
      logoImage: null,
      showInPortal: true,
      bookmarkUrl: 'https://wiki.example/',
    },
    administrator,
  );

  // The inner group with its member, then the outer one, by hand.
  for (const name of [`Inner ${mark}`, `Outer ${mark}`]) {
    await page.goto('/groups');
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create group' }).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    if (name.startsWith('Inner')) {
      await page.getByRole('button', { name: 'Add members' }).first().click();
      const dialog = page.getByRole('dialog', { name: `Add members to ${name}` });
      await dialog.getByRole('combobox', { name: 'People' }).click();
      await page.getByPlaceholder('Search by name, e-mail, department').fill(person.username);
      await page.getByRole('option', { name: new RegExp(person.displayName) }).click();
      await dialog.getByRole('button', { name: 'Add 1 person' }).click();
      await expect(notice(page, `1 added to ${name}`)).toBeVisible();
    }
  }
  const outer = new URL(page.url()).pathname;
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Nested/ })
    .click();
  await page.getByRole('combobox', { name: 'Group to nest' }).click();
  await page.getByPlaceholder('Search groups').fill(`Inner ${mark}`);
  await page.getByRole('option', { name: `Inner ${mark}` }).click();
  await page.getByRole('button', { name: 'Nest group' }).click();
  await expect(notice(page, 'Group nested')).toBeVisible();

  await page.goto(`${outer}/applications`);
  await page.getByRole('checkbox', { name: new RegExp(bookmark) }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();

  const own = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  await own.addCookies(await signInByHttp(person.username, person.password));
  const portal = patient(await own.newPage());
  await portal.goto('/portal');
  await expect(portal.getByRole('link', { name: new RegExp(bookmark) })).toHaveAttribute(
    'href',
    'https://wiki.example/',
  );

  await page.goto(`/users/${person.id}`);
  await expect(page.getByRole('table', { name: 'User groups of this person' })).toContainText(`Outer ${mark}`);

  await page.goto(`${outer}/nested`);
  await page.getByRole('button', { name: `Take out Inner ${mark}` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take out' }).click();
  await expect(notice(page, 'Group taken out')).toBeVisible();
  await portal.reload();
  await expect(portal.getByText('No applications yet')).toBeVisible();
  await own.close();
  await prepare('deleteApplicationsAction', { ids: [applicationId], typedCount: '1' }, administrator);
});

test('a group that would contain itself is refused where it was asked for', async ({ cookiesOf }) => {
  const administrator = await cookiesOf('administrator');
  const mark = Date.now().toString(36);
  const make = (name: string) => prepare<{ id: string }>('createGroupAction', { name, description: '' }, administrator);
  const [upper, lower] = [await make(`Upper ${mark}`), await make(`Lower ${mark}`)];
  await prepare('nestGroupAction', { parentId: upper.id, childId: lower.id }, administrator);
  await expect(prepare('nestGroupAction', { parentId: lower.id, childId: upper.id }, administrator)).rejects.toThrow(
    /"ok":false/,
  );
});

import { prepare } from './support/actions';
import { notice } from './support/console';
import { makePerson } from './support/people';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

const mark = Date.now().toString(36);

async function makeBookmark(displayLabel: string, cookies: Parameters<typeof prepare>[2]): Promise<string> {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const input = { templateId: 'bookmark', displayLabel, ...general, bookmarkUrl: 'https://wiki.example/' };
  return (await prepare<{ id: string }>('createApplicationAction', input, cookies)).id;
}

async function makeGroup(name: string, add: string[], cookies: Parameters<typeof prepare>[2]): Promise<void> {
  const { id } = await prepare<{ id: string }>('createGroupAction', { name, description: '' }, cookies);
  if (add.length > 0) await prepare('updateGroupMembersAction', { groupId: id, add, remove: [] }, cookies);
}

test('groups that were ticked on one page of a list are saved with those of another', async ({ page, cookiesOf }) => {
  const administrator = await cookiesOf('administrator');
  const id = await makeBookmark(`Pages ${mark}`, administrator);
  const people = [await makePerson(administrator), await makePerson(administrator)];
  await makeGroup(`First ${mark}`, [people[0]?.id ?? ''], administrator);
  await makeGroup(`Second ${mark}`, [people[1]?.id ?? ''], administrator);

  await page.goto(`/applications/${id}/groups`);
  const search = page.getByRole('searchbox', { name: 'Search user groups' });
  await search.fill(`First ${mark}`);
  await page.getByRole('checkbox', { name: new RegExp(`First ${mark}`) }).click();
  await search.fill(`Second ${mark}`);
  const second = page.getByRole('checkbox', { name: new RegExp(`Second ${mark}`) });
  await second.click();
  const bar = page.getByRole('status').filter({ hasText: 'with access afterwards' });
  await expect(bar).toContainText('+2 / −0 people');
  await expect(bar).toContainText(`Not on this page: + First ${mark}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(page, 'User groups saved')).toBeVisible();

  await page.goto(`/applications/${id}/groups?associated=yes`);
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await expect(page.getByText('2 groups')).toBeVisible();
  await page.goto(`/applications/${id}/groups?associated=yes&q=nobody-has-this`);
  await expect(page.getByText('No user group matches')).toBeVisible();
});

test('why somebody has no account is one link away, from the person and from a search in Assignments', async ({
  page,
  cookiesOf,
}) => {
  const administrator = await cookiesOf('administrator');
  const id = await makeBookmark(`Why ${mark}`, administrator);
  const { id: userId, displayName } = await makePerson(administrator);

  await page.goto(`/applications/${id}/assignments?q=${encodeURIComponent(displayName)}`);
  const others = page.getByRole('list', { name: 'Not assigned' });
  await others.getByRole('link', { name: `Why no account of ${displayName}` }).click();
  await expect(page).toHaveURL(`/applications/${id}/assignments/${userId}`);
  await expect(page.getByText(`No user group of ${displayName} is associated with Why ${mark}`)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Go to User Groups' })).toBeVisible();

  await page.goto(`/users/${userId}`);
  await page.getByRole('combobox', { name: 'Why no account in …' }).click();
  await page.getByPlaceholder('Search applications').fill(`Why ${mark}`);
  await page.getByRole('option', { name: `Why ${mark}` }).click();
  await expect(page).toHaveURL(`/applications/${id}/assignments/${userId}`);
});

import type { Cookie } from '@playwright/test';
import { prepare } from './support/actions';
import { api } from './support/api';
import { makePerson, type TestPerson } from './support/people';
import { control } from './support/sandbox';
import { expect, signInByHttp, test } from './support/test';

const mark = Date.now().toString(36);
const tenant = `egnyte/imports${mark}`;
let application = '';
let importId = '';
let administrator: Cookie[] = [];
/** Whose address the account legacy.admin bears, and who has the name of ben.okafor and another address. */
let helga: TestPerson;

async function made<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await api(method, path, body, { 'if-match': '*' });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}
const stateIs = (state: string) =>
  expect
    .poll(async () => (await made<{ state: string }>('GET', `/imports/${importId}`)).state, { timeout: 30_000 })
    .toBe(state);

test.beforeAll(async ({ cookiesOf }) => {
  administrator = await cookiesOf('administrator');
  helga = await makePerson(administrator, 'helpdesk');
  const label = { templateId: 'egnyte', displayLabel: `Imports ${mark}`, placeholders: { SUBDOMAIN: 'acmeusw' } };
  application = (await made<{ id: string }>('POST', '/applications', label)).id;
  await made('PATCH', `/applications/${application}/sso`, { activation: 'activate' });
  const { token, scimUrl: baseUrl } = await control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
  const set = { emails: [{ value: helga.email, primary: true }] };
  await control('POST', '/users', { tenant, userName: 'legacy.admin', set });
  const connection = { baseUrl, token, manageGroups: false };
  await made('POST', `/applications/${application}/identity-management/activate`, connection);
  importId = (await made<{ id: string }>('POST', `/applications/${application}/imports`, {})).id;
  await stateIs('review');
});

test('helpdesk sees which accounts need a choice and why, and is not offered one that would be another name, or their own', async ({
  page,
  context,
}) => {
  await context.addCookies(await signInByHttp(helga.username, helga.password));
  await page.goto(`/applications/${application}/import/${importId}`);
  await expect(page.getByText(/accounts? needs? a choice/)).toBeVisible();
  const first = page
    .getByRole('table', { name: 'Accounts' })
    .getByRole('button', { name: /What to do with/ })
    .first();
  await expect(first).toHaveText('Choose…');
  await page.getByRole('button', { name: /To choose$/ }).click();
  await expect(page.getByRole('button', { name: 'Remove filter Action: To choose' })).toBeVisible();
  const table = page.getByRole('table', { name: 'Accounts' });
  await expect(table).toContainText(`The account is called “legacy.admin”, but ${helga.displayName} signs in as`);
  await expect(table).toContainText('That is you: somebody else has to choose.');
  await page
    .getByRole('row', { name: /legacy\.admin/ })
    .getByRole('button', { name: /What to do with/ })
    .click();
  const own = page.getByRole('menuitem', { name: `Link to ${helga.displayName}` });
  await expect(own).toHaveAttribute('aria-disabled', 'true');
  await expect(own).toContainText('somebody else has to choose this');
  await expect(page.getByRole('menuitem', { name: 'Link to somebody else…' })).toHaveCount(0);
  await expect(page.getByRole('menuitem', { name: 'Ignore' })).not.toHaveAttribute('aria-disabled');
});

test('an administrator links it knowingly, and the result shows what was imported whatever filter the address keeps', async ({
  page,
  context,
}) => {
  await context.addCookies(administrator);
  await page.goto(`/applications/${application}/import/${importId}?q=legacy.admin&status=new&match=exact`);
  await page.getByRole('checkbox', { name: 'Select all accounts on this page' }).click();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const question = page.getByRole('alertdialog');
  await expect(question.getByRole('button', { name: 'Confirm' })).toBeDisabled();
  await question.getByRole('switch', { name: 'Link 1 account under another name, too' }).click();
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('1 of 1 imported')).toBeVisible();

  await page.goto(`/applications/${application}/import/${importId}?status=new&match=none&decision=create`);
  await expect(page.getByText('1 of 1 imported')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Results' }).getByRole('row', { name: /legacy\.admin/ })).toBeVisible();
  await expect(page.getByText('1 account', { exact: true })).toBeVisible();
  // And what belongs to the result filters, and says so.
  await page.goto(`/applications/${application}/import/${importId}?state=failed`);
  await expect(page.getByRole('button', { name: 'Remove filter Result: Failed' })).toBeVisible();
  await expect(page.getByText('No accounts match')).toBeVisible();
});

test('the people whom a group would let in add up: who has access already and who is suspended is named', async ({
  page,
  context,
}) => {
  const [already, suspended, enters] = await Promise.all([1, 2, 3].map(() => makePerson(administrator)));
  const members = [already, suspended, enters].map((person) => person?.id ?? '');
  const { id } = await made<{ id: string }>('POST', '/groups', { name: `Adds up ${mark}` });
  await prepare('updateGroupMembersAction', { groupId: id, add: members, remove: [] }, administrator);
  await made('POST', `/users/${suspended?.id}/suspend`);
  await made('PUT', `/applications/${application}/assignments/${already?.id}`);

  await context.addCookies(administrator);
  await page.goto(`/applications/${application}/groups`);
  await page.getByRole('searchbox', { name: 'Search user groups' }).fill(`Adds up ${mark}`);
  await page.getByRole('checkbox', { name: new RegExp(`Adds up ${mark}`) }).click();
  const bar = page.getByRole('status').filter({ hasText: 'with access afterwards' });
  await expect(bar).toContainText('+1 / −0 person');
  await expect(bar).toContainText(
    `Of 3 members, 1 has access already (${already?.displayName} (opens in a new tab)) and 1 is suspended (${suspended?.displayName}`,
  );
  await expect(bar.getByRole('link', { name: suspended?.displayName ?? '' })).toHaveAttribute(
    'href',
    `/users/${suspended?.id}`,
  );
});

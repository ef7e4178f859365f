import { copied, notice, typeSignIn } from './support/console';
import { isOurOwn, origin } from './support/environment';
import { patient } from './support/patient';
import { makePerson } from './support/people';
import { control } from './support/sandbox';
import { expect, signInByHttp, test } from './support/test';

test.use({ role: 'administrator', permissions: ['clipboard-read', 'clipboard-write'] });

test('a person is created, chooses a password by the link, once, and enters the portal', async ({ page, browser }) => {
  const mark = Date.now().toString(36);
  await page.goto('/users/new');
  await page.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByLabel('Username')).toHaveAccessibleDescription('Username is missing.');
  await page.getByLabel('First name').fill('Nele');
  await page.getByLabel('Last name').fill(`Neumann-${mark}`);
  await page.getByLabel('Username').fill(`nele.${mark}`);
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill('not an address');
  await page.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByRole('textbox', { name: 'E-mail', exact: true })).toHaveAccessibleDescription(
    'This is not an e-mail address.',
  );
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill(`nele.${mark}@acme.example`);
  await page.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByText(`Nele Neumann-${mark} was created`)).toBeVisible();
  const link = await copied(page, 'Activation link');
  expect(link).toContain(`${origin}/activate?token=`);

  const own = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const theirs = patient(await own.newPage());
  await theirs.goto(link);
  await expect(theirs.getByRole('heading', { name: 'Welcome, Nele' })).toBeVisible();
  await theirs.getByLabel(/^Password/).fill('too short');
  await theirs.getByLabel('Repeat the password').fill('too short');
  await theirs.getByRole('button', { name: 'Set password' }).click();
  await expect(theirs.getByText('Use at least 12 characters.')).toBeVisible();
  await theirs.getByLabel(/^Password/).fill('Four words are enough');
  await theirs.getByLabel('Repeat the password').fill('Four words are not');
  await theirs.getByRole('button', { name: 'Set password' }).click();
  await expect(theirs.getByText('The two passwords are not the same.')).toBeVisible();
  await theirs.getByLabel('Repeat the password').fill('Four words are enough');
  await theirs.getByRole('button', { name: 'Set password' }).click();
  await expect(theirs).toHaveURL(`${origin}/portal`);
  await theirs.goto(link);
  await expect(theirs.getByRole('heading', { name: 'This link was used already' })).toBeVisible();
  await own.close();

  if (isOurOwn) {
    const sent = () => control<{ mails: { subject: string }[] }>('GET', `/mailbox?to=nele.${mark}@acme.example`);
    await expect.poll(async () => (await sent()).mails.length).toBe(1);
  }
});

test('a username that is taken is told at its field, and nothing typed is lost', async ({ page }) => {
  await page.goto('/users/new');
  await page.getByLabel('First name').fill('Ana');
  await page.getByLabel('Last name').fill('Again');
  await page.getByLabel('Username').fill('ana.martinez');
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill('ana.again@acme.example');
  await page.getByRole('button', { name: 'Create user' }).click();
  await expect(page.getByLabel('Username')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Last name')).toHaveValue('Again');
});

test('a suspended person is signed out at once and cannot sign in; reactivated, they can', async ({
  page,
  browser,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'));
  const own = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  await own.addCookies(await signInByHttp(person.username, person.password));
  const theirs = patient(await own.newPage());
  await theirs.goto('/portal');
  await expect(theirs.getByRole('heading', { name: 'Applications' })).toBeVisible();

  await page.goto(`/users/${person.id}`);
  await page.getByRole('button', { name: `More actions for ${person.displayName}` }).click();
  await page.getByRole('menuitem', { name: 'Suspend…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend user' }).click();
  await expect(notice(page, `${person.displayName} was suspended`)).toBeVisible();

  await theirs.reload();
  await typeSignIn(theirs, person.username, person.password);
  await expect(theirs.getByText('Your account is suspended.')).toBeVisible();
  await page.getByRole('button', { name: 'Reactivate' }).click();
  await expect(notice(page, `${person.displayName} is active again`)).toBeVisible();
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await expect(theirs.getByRole('heading', { name: 'Applications' })).toBeVisible();
  await own.close();
});

test('the last administrator cannot give the role away', { tag: '@alone' }, async ({ page }) => {
  test.skip(!isOurOwn, 'a shared environment may have more administrators');
  await page.goto('/users?role=administrator');
  const users = page.getByRole('table', { name: 'Users' });
  // A second one would make this test suspend the first.
  await expect(users.getByRole('row')).toHaveCount(2);
  await users.getByText('Alex Kovács').click();
  await page.getByRole('button', { name: 'More actions for Alex Kovács' }).click();
  await page.getByRole('menuitem', { name: 'Suspend…' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Suspend user' }).click();
  await expect(question.getByText(/last active administrator/i)).toBeVisible();
});

test('two tabs on one person: the second is told at the fields and keeps what was typed', async ({
  page,
  context,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'));
  const second = patient(await context.newPage());
  for (const tab of [page, second]) await tab.goto(`/users/${person.id}/edit`);
  await page.getByLabel('Job title').fill('First come');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(notice(page, 'Saved')).toBeVisible();

  await second.getByLabel('Job title').fill('Second come');
  await second.getByLabel('Location').fill('Berlin');
  await second.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(second.getByLabel('Job title')).toHaveAccessibleDescription(/now “First come”/);
  await expect(second.getByLabel('Job title')).toHaveValue('Second come');
  await expect(second.getByLabel('Location')).toHaveValue('Berlin');
  await second.getByRole('button', { name: 'Save over the other changes' }).click();
  await expect(notice(second, 'Saved')).toBeVisible();
  await second.goto(`/users/${person.id}/edit`);
  await expect(second.getByLabel('Job title')).toHaveValue('Second come');
});

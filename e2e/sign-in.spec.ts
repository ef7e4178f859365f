import { notice, typeSignIn } from './support/console';
import { demoPassword } from './support/environment';
import { patient, settle } from './support/patient';
import { makePerson } from './support/people';
import { demoSignIns, expect, signInByHttp, test } from './support/test';

const wrong = 'Username or password are not right.';

test('a wrong password and an unknown name are told alike, and the name stays in its field', async ({ page }) => {
  await page.goto('/sign-in');
  for (const name of [demoSignIns.user, `nobody-${Date.now()}@acme.example`]) {
    await typeSignIn(page, name, 'not the password');
    await expect(page.getByText(wrong)).toBeVisible();
    await expect(page.getByLabel('Username or e-mail')).toHaveValue(name);
  }
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto('/portal');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('five wrong passwords hold a new browser up; an administrator unlocks, and from then on it is known', async ({
  page,
  context,
  browser,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'));
  await page.goto('/sign-in');
  const attempt = async (password: string, answer: string) => {
    await typeSignIn(page, person.username, password);
    await expect(page.getByText(answer)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
    await expect(page.getByLabel('Username or e-mail')).toHaveValue(person.username);
  };
  for (let guess = 1; guess <= 5; guess += 1) await attempt(`wrong ${guess}`, wrong);
  await attempt(person.password, 'Too many wrong passwords.');
  await expect(page.getByText(/Try again in 5 minutes\./)).toBeVisible();

  const helpdesk = await browser.newContext();
  await helpdesk.addCookies(await cookiesOf('helpdesk'));
  const theirs = patient(await helpdesk.newPage());
  await theirs.goto(`/users/${person.id}`);
  await expect(theirs.getByText('Sign-in is held up')).toBeVisible();
  await expect(theirs.getByRole('button', { name: 'Unlock' })).toHaveCount(0);
  await helpdesk.close();

  const administrator = await browser.newContext();
  await administrator.addCookies(await cookiesOf('administrator'));
  const console = patient(await administrator.newPage());
  await console.goto(`/users/${person.id}`);
  await expect(
    console.getByText(/5 wrong passwords from 1 address\. Until .*, sign-ins from there are held up/),
  ).toBeVisible();
  await console.getByRole('button', { name: 'Unlock' }).click();
  await expect(notice(console, `${person.displayName} can sign in again`)).toBeVisible();
  await expect(console.getByText('Sign-in is held up')).toBeHidden();
  await administrator.close();

  await typeSignIn(page, person.username, person.password);
  await expect(page).toHaveURL((url) => url.pathname === '/portal');
  await context.clearCookies({ name: /session-token/ });
  await page.goto('/sign-in');
  for (let guess = 1; guess <= 6; guess += 1) await attempt(`wrong ${guess}`, wrong);
  await typeSignIn(page, person.username, person.password);
  await expect(page).toHaveURL((url) => url.pathname === '/portal');
});

test('everybody lands where they belong, and back where they wanted to go', async ({ browser }) => {
  for (const [role, home] of [
    ['administrator', '/'],
    ['user', '/portal'],
  ] as const) {
    const context = await browser.newContext();
    const page = patient(await context.newPage());
    await page.goto('/sign-in');
    await typeSignIn(page, demoSignIns[role], demoPassword);
    await expect(page).toHaveURL((url) => url.pathname === home);
    await context.close();
  }
});

test('an address of another site is not gone to after signing in', async ({ page, cookiesOf }) => {
  const person = await makePerson(await cookiesOf('administrator'));
  await page.goto('/sign-in?callbackUrl=https%3A%2F%2Fevil.example%2Fusers');
  await typeSignIn(page, person.username, person.password);
  await expect(page.getByRole('heading', { name: 'Applications' })).toBeVisible();
  await expect(page).toHaveURL((url) => url.pathname === '/portal');
});

test('signing out ends the session: a copy of its cookie opens nothing', async ({ page, context, cookiesOf }) => {
  const person = await makePerson(await cookiesOf('administrator'), 'helpdesk');
  await page.goto('/users');
  await typeSignIn(page, person.username, person.password);
  await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible();
  await settle(page);
  const before = await context.cookies();
  await page.getByRole('button', { name: `Account of ${person.displayName}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await context.addCookies(before);
  await page.goto('/users');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a session that was ended elsewhere: sign in again, and be where one was', async ({
  page,
  context,
  browser,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'), 'helpdesk');
  await context.addCookies(await signInByHttp(person.username, person.password));
  await page.goto('/users?q=kim');
  await expect(page.getByRole('table', { name: 'Users' })).toContainText('Daniel Kim');

  const other = await browser.newContext();
  await other.addCookies(await signInByHttp(person.username, person.password));
  const second = patient(await other.newPage());
  await second.goto('/account');
  await second.getByRole('button', { name: 'End all other sessions' }).click();
  await expect(notice(second, 'Other sessions ended')).toBeVisible();
  await other.close();

  await page.reload();
  await typeSignIn(page, person.username, person.password);
  await expect(page).toHaveURL(/\/users\?q=kim$/);
  await expect(page.getByRole('table', { name: 'Users' })).toContainText('Daniel Kim');
});

test('signed out while a form was filled in: the form says so and keeps what was typed', async ({ page, context }) => {
  await context.addCookies(await signInByHttp(demoSignIns.administrator, demoPassword));
  await page.goto('/groups');
  await page.getByRole('button', { name: 'New group' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Never created');
  const kept = await context.cookies();
  await context.clearCookies();
  await page.getByRole('button', { name: 'Create group' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await expect(page.getByRole('dialog').getByLabel('Name')).toHaveValue('Never created');
  // Signed in again in another tab, the same form goes through.
  await context.addCookies(kept);
  await page.getByRole('dialog').getByLabel('Name').fill(`Created after all ${Date.now()}`);
  await page.getByRole('button', { name: 'Create group' }).click();
  await expect(notice(page, 'Group created')).toBeVisible();
});

// Regression: typed faster than the scripts came, the form was sent by the browser, and came back empty.
test('before its script is there, a form sends nothing, by Enter either', async ({ browser, cookiesOf }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.addCookies(await cookiesOf('administrator'));
  const page = await context.newPage();
  for (const [path, label] of [
    ['/forgot-password', 'Username or e-mail'],
    ['/users/new', 'Username'],
  ] as const) {
    await page.goto(path);
    const field = page.getByLabel(label, { exact: false }).first();
    await field.fill('typed-early');
    await field.press('Enter');
    await expect(field).toHaveValue('typed-early');
    expect(new URL(page.url()).search).toBe('');
  }
  await context.close();
});

import type { Page } from '@playwright/test';
import pg from 'pg';
import { callAction, listActions } from './support/actions';
import { api } from './support/api';
import { notice, typeSignIn } from './support/console';
import { origin } from './support/environment';
import { patient } from './support/patient';
import { makePerson, type TestPerson } from './support/people';
import { control } from './support/sandbox';
import { expect, signInByHttp, test } from './support/test';

const chosen = (mark: string) => `Meadow lantern ${mark}`;

interface Mailbox {
  mails: { subject: string; text: string }[];
}
const mailsTo = async (person: TestPerson) => (await control<Mailbox>('GET', `/mailbox?to=${person.email}`)).mails;

async function choose(page: Page, first: RegExp | string, password: string, repeat: string, button: string) {
  await page.getByLabel(first).fill(password);
  await page.getByLabel(repeat).fill(password);
  await page.getByRole('button', { name: button }).click();
}

/** What the machine's commands and the first start do. */
async function makeItChange(person: TestPerson): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query('UPDATE users SET must_change_password = true WHERE id = $1', [person.id]);
  await client.end();
}

test('who forgot the password gets a link by mail, once; nobody is told who exists', async ({
  page,
  context,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'));
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot password' }).click();
  await expect(page.getByRole('heading', { name: 'Forgot password' })).toBeVisible();
  for (const name of [`nobody-${Date.now()}@acme.example`, person.username]) {
    await page.getByLabel('Username or e-mail').fill(name);
    await page.getByRole('button', { name: 'Send link' }).click();
    await expect(page.getByRole('status')).toHaveText(
      `Look into your mailboxIf ${name} can sign in here, a link is on its way to the e-mail address that Latchkey knows.` +
        'Nothing came after a few minutes? Look among unwanted mail, and whether the name is right; or ask an administrator for a link.',
    );
    if (name !== person.username) await page.getByRole('button', { name: 'Try another name' }).click();
  }
  await expect.poll(async () => (await mailsTo(person)).length).toBe(1);
  const [mail] = await mailsTo(person);
  expect(mail?.subject).toBe('Choose a new Latchkey password');
  const link = /http\S+token=\S+/.exec(mail?.text ?? '')?.[0] ?? '';

  // The same link in two tabs.
  const second = patient(await context.newPage());
  for (const tab of [page, second]) {
    await tab.goto(link);
    await expect(tab.getByRole('heading', { name: 'Choose a new password' })).toBeVisible();
  }
  await choose(page, /^Password/, `${person.displayName}!!`, 'Repeat the password', 'Set password');
  await expect(page.getByText(/makes up most of this password/)).toBeVisible();
  await choose(page, /^Password/, chosen(person.id.slice(-6)), 'Repeat the password', 'Set password');
  await expect(page).toHaveURL(`${origin}/portal`);
  await choose(second, /^Password/, 'Somebody elses choice', 'Repeat the password', 'Set password');
  await expect(second.getByRole('heading', { name: 'This link was used already' })).toBeVisible();
  await expect(second.getByRole('link', { name: 'Get a new link' })).toBeVisible();
  await second.close();

  // Back: the form is not there any more.
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'This link was used already' })).toBeVisible();
  await context.clearCookies();
  await page.goto('/sign-in');
  await typeSignIn(page, person.username, person.password);
  await expect(page.getByText('Username or password are not right.')).toBeVisible();
  await typeSignIn(page, person.username, chosen(person.id.slice(-6)));
  await expect(page).toHaveURL(`${origin}/portal`);
});

test('a password that somebody else made is changed before anything opens: no page, route, action or application', async ({
  page,
  context,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'), 'helpdesk');
  await makeItChange(person);
  const label = `Must change ${Date.now()}`;
  const made = await api('POST', '/applications', {
    templateId: 'egnyte',
    displayLabel: label,
    placeholders: { SUBDOMAIN: 'acmeusw' },
  });
  const { id, slug } = made.body as { id: string; slug: string };
  const activated = await api('PATCH', `/applications/${id}/sso`, { activation: 'activate' }, { 'if-match': '*' });
  expect(activated.status).toBe(200);

  await page.goto('/users?q=kim');
  await typeSignIn(page, person.username, person.password);
  const heading = page.getByRole('heading', { name: 'Choose your own password' });
  await expect(heading).toBeVisible();
  for (const path of ['/', '/users', '/account', '/portal', '/sign-in', '/sign-in?prompt=login', `/saml2/${slug}`]) {
    await page.goto(path);
    await expect(heading, path).toBeVisible();
  }
  const cookies = await context.cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  expect((await fetch(`${origin}/api/search?q=ana`, { headers: { cookie } })).status).toBe(403);
  for (const action of listActions().filter(({ name }) => /^(createUser|revokeOtherSessions)Action$/.test(name))) {
    expect(await callAction(action, {}, cookies)).toMatchObject({ ok: false, code: 'password_change_required' });
  }

  await page.goto('/users?q=kim');
  const form = 'Repeat the new password';
  await page.getByLabel('Password that you were given').fill(person.password);
  await choose(page, /^New password/, person.password, form, 'Change password');
  await expect(page.getByText('This is your present password.')).toBeVisible();
  await choose(page, /^New password/, chosen(person.id.slice(-6)), form, 'Change password');
  await expect(page).toHaveURL(`${origin}/users?q=kim`);
  await expect(page.getByRole('table', { name: 'Users' })).toContainText('Daniel Kim');
  await api('DELETE', `/applications/${id}`);
});

test('one’s own password: a new session in this browser, and a copy of the old cookie opens nothing', async ({
  page,
  context,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'));
  await context.addCookies(await signInByHttp(person.username, person.password));
  await page.goto('/account');
  const before = await context.cookies();
  await page.getByLabel('Present password').fill(person.password);
  await page.getByLabel('New password').fill('Password1234');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText(/among those that are tried first/)).toBeVisible();
  await page.getByLabel('New password').fill(chosen(person.id.slice(-6)));
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(notice(page, /Password changed/)).toBeVisible();
  await page.reload();
  await expect(page.getByText('This browser')).toBeVisible();
  const after = await context.cookies();
  await context.addCookies(before);
  await page.goto('/account');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await context.addCookies(after);
  await page.goto('/account');
  await expect(page.getByText('This browser')).toBeVisible();
});

test('two tabs: signed in again in one, the other goes on; signed out in one, Back shows nothing in the other', async ({
  page,
  context,
  cookiesOf,
}) => {
  const person = await makePerson(await cookiesOf('administrator'), 'helpdesk');
  await context.addCookies(await signInByHttp(person.username, person.password));
  const other = patient(await context.newPage());
  await page.goto('/users?q=kim');
  const before = await context.cookies();
  await other.goto('/sign-in?prompt=login&callbackUrl=%2Fgroups');
  await other.getByLabel('Password').fill(person.password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'User groups' })).toBeVisible();
  await page.getByRole('table', { name: 'Users' }).getByText('Daniel Kim').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Daniel Kim' })).toBeVisible();
  // A copy of the cookie from before opens nothing.
  const copy = before.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${origin}/users`, { headers: { cookie: copy }, redirect: 'manual' });
  expect(answer.headers.get('location')).toContain('/sign-in');

  await other.getByRole('button', { name: `Account of ${person.displayName}` }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await other.goBack();
  await expect(other.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

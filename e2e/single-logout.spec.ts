import type { Page } from '@playwright/test';
import { api } from './support/api';
import { sandboxUrl } from './support/environment';
import { newMark } from './support/mark';
import { makePerson, type TestPerson } from './support/people';
import { control } from './support/sandbox';
import { expect, signInByHttp, test } from './support/test';

// Single logout as the browser carries it: three applications that play Netskope, one of which takes messages by POST.

interface Application {
  tenant: string;
  slug: string;
  label: string;
}

const mark = newMark();
let person: TestPerson;
const applications: Application[] = [];

async function made(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await api(method, path, body, { 'if-match': '*' });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

test.beforeAll(async ({ cookiesOf }) => {
  person = await makePerson(await cookiesOf('administrator'));
  for (const [name, logoutBinding] of [
    ['one', 'redirect'],
    ['two', 'post'],
    ['three', 'redirect'],
  ]) {
    const slug = `logout-${name}-${mark}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const application = { tenant: `netskope/${slug}`, slug, label: `Logout ${name} ${mark}` };
    await control('POST', '/reset', { tenant: application.tenant });
    await made('POST', '/applications', { templateId: 'custom-saml', displayLabel: application.label, slug });
    const sso = `/applications/${slug}/sso`;
    const xml = await (await fetch(`${sandboxUrl}/${application.tenant}/nsauth/saml2/metadata`)).text();
    await made('POST', `${sso}/sp-metadata`, { xml });
    await made('PATCH', sso, { settings: { logoutBinding }, activation: 'activate' });
    const { addresses, idpCertificate } = (await api('GET', sso)).body as {
      addresses: { idpUrl: string; idpEntityId: string; logoutUrl: string };
      idpCertificate: { certificate: string };
    };
    const { idpUrl: loginUrl, idpEntityId: entityId, logoutUrl } = addresses;
    const settings = { enabled: true, loginUrl, entityId, logoutUrl, certificate: idpCertificate.certificate };
    await control('POST', '/sso', { tenant: application.tenant, settings });
    await made('PUT', `/applications/${slug}/assignments/${person.id}`, { applicationUsername: 'netskope.admin' });
    applications.push(application);
  }
});

const home = ({ tenant }: Application) => `${sandboxUrl}/${tenant}/app`;
const inside = (page: Page) => expect(page.getByRole('heading', { name: /^Welcome/ })).toBeVisible();
async function isIn(page: Page, application: Application): Promise<boolean> {
  return (await page.request.get(home(application))).ok();
}

/** A browser in which the person is signed in to these applications. */
async function opened(page: Page, into: readonly Application[]): Promise<void> {
  await page.context().addCookies(await signInByHttp(person.username, person.password));
  for (const { tenant } of into) {
    await page.goto(`${sandboxUrl}/${tenant}/saml/login?RelayState=/app`);
    await inside(page);
  }
}

test('who logs out at one application is out of the others and of Latchkey, by redirect and by POST', async ({
  page,
}) => {
  const [one, two, three] = applications as [Application, Application, Application];
  await opened(page, [one, two, three]);
  await page.goto(home(one));
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByText('You have logged out.')).toBeVisible();
  for (const application of applications) expect(await isIn(page, application), application.label).toBe(false);
  await page.goto('/portal');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('an application that refuses makes it partial: the one that asked is told, and the page at Latchkey names it', async ({
  page,
}) => {
  const [one, two, three] = applications as [Application, Application, Application];
  await control('POST', '/faults', { tenant: three.tenant, logout: 'refused' });
  await opened(page, [two, three]);
  await page.goto(home(two));
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByText('not signed out everywhere (PartialLogout)')).toBeVisible();
  expect(await isIn(page, three)).toBe(true);

  await opened(page, [one, three]);
  await page.goto('/portal');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out here, but not everywhere' })).toBeVisible();
  await expect(page.getByRole('listitem')).toHaveText([
    new RegExp(`^${three.label}Not signed out`),
    new RegExp(`^${one.label}Signed out`),
  ]);
  expect(await isIn(page, one)).toBe(false);
});

test('a session that is ended without its browser is ended at the applications when the browser comes again', async ({
  page,
}) => {
  const [one] = applications as [Application];
  await opened(page, [one]);
  await made('DELETE', `/users/${person.id}/sessions`);
  expect(await isIn(page, one)).toBe(true);
  await page.goto('/portal');
  await expect(page.getByRole('heading', { name: 'You are signed out', exact: true })).toBeVisible();
  expect(await isIn(page, one)).toBe(false);
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fportal/);
});

import type { Browser, BrowserContext, Page } from '@playwright/test';
import { typeSignIn } from './support/console';
import { origin } from './support/environment';
import { makePerson, type TestPerson } from './support/people';
import { ServiceProvider } from './support/service-provider';
import { expect, signInByHttp, test } from './support/test';

// A sign-in as the browser carries it, to an application on another site (127.0.0.1, while the product is localhost).

let sp: ServiceProvider;
let person: TestPerson;
test.beforeAll(async ({ cookiesOf }) => {
  sp = await ServiceProvider.start();
  person = await makePerson(await cookiesOf('administrator'));
  await sp.assign(person.id);
});
test.afterAll(() => sp.stop());
test.beforeEach(() => {
  sp.posted.length = 0;
});

/** A browser in which the person is signed in. */
async function signedIn(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  await context.addCookies(await signInByHttp(person.username, person.password));
  return context;
}
const arrived = (page: Page) => expect(page.getByRole('heading', { name: 'Signed in' })).toBeVisible();
const completedBefore = (page: Page) => page.getByRole('heading', { name: 'This sign-in was completed before' });

test('the ACS sees where the response comes from, and no path of it', async ({ browser }) => {
  const context = await signedIn(browser);
  const page = await context.newPage();
  await page.goto(sp.request({ relayState: 'deep/link?a=1&b=ü "<>' }));
  await arrived(page);
  expect(sp.posted).toMatchObject([{ origin, referer: `${origin}/`, relayState: 'deep/link?a=1&b=ü "<>' }]);
  expect(sp.posted[0]?.response).toContain('status:Success');
  await context.close();
});

test('the ACS may lead on to another origin', async ({ browser }) => {
  const context = await signedIn(browser);
  const page = await context.newPage();
  await page.goto(sp.request({ onward: 'web' }));
  await expect(page.getByRole('heading', { name: 'The application' })).toBeVisible();
  expect(page.url()).toBe(`${sp.webOrigin}/home`);
  await context.close();
});

test('the ACS may lead on to an app by its scheme, and the page that stays says what to do', async ({ browser }) => {
  const context = await signedIn(browser);
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(sp.request({ onward: 'app' }), { waitUntil: 'commit' });
  await expect.poll(() => sp.posted.map(({ path }) => path)).toEqual(['/acs/app']);
  await expect(page.getByText('you can close this one')).toBeVisible();
  expect(said.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
  await context.close();
});

test('without scripts, a button carries the response', async ({ browser }) => {
  const context = await signedIn(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(sp.request());
  await page.getByRole('button', { name: 'Continue' }).click();
  await arrived(page);
  expect(sp.posted).toMatchObject([{ origin }]);
  await context.close();
});

test('one link opened twice, reloaded and gone back to while signing in still signs in, once', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const link = sp.request();
  await page.goto(`${sp.acsOrigin}/start`);
  await page.goto(link);
  await expect(page).toHaveURL(/\/sign-in\?/);
  await page.reload();
  await page.goBack();
  // Another site: the browser may still be changing over.
  await expect(page.getByRole('heading', { name: 'Not signed in' })).toBeVisible();
  await page.goForward();
  await page.goto(link);
  await typeSignIn(page, person.username, person.password);
  await arrived(page);
  expect(sp.posted).toHaveLength(1);

  // Now it was answered: whoever comes again is told, and where to start anew.
  await page.goto(link);
  await expect(completedBefore(page)).toBeVisible();
  await page.getByRole('link', { name: `Start again at ${sp.label}` }).click();
  await expect(page).toHaveURL(`${sp.acsOrigin}/start`);
  expect(sp.posted).toHaveLength(1);
  await context.close();
});

test('Back from the application leads to where the sign-in began, or says where to start again', async ({
  browser,
}) => {
  const context = await signedIn(browser);
  const page = await context.newPage();
  await page.goto(`${sp.acsOrigin}/start`);
  await page.goto(sp.request());
  await arrived(page);
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Not signed in' }).or(completedBefore(page))).toBeVisible();
  expect(sp.posted).toHaveLength(1);
  await context.close();
});

test('HEAD and fetching in advance use a link up as little as looking at it', async ({ browser }) => {
  const context = await signedIn(browser);
  const link = sp.request();
  expect((await context.request.head(link, { maxRedirects: 0 })).status()).toBe(200);
  const early = { 'sec-purpose': 'prefetch;prerender' };
  expect((await context.request.get(link, { maxRedirects: 0, headers: early })).status()).toBe(503);
  const tile = `${origin}/saml2/${sp.slug}`;
  expect(await (await context.request.head(tile)).text()).toBe('');
  const page = await context.newPage();
  await page.goto(link);
  await arrived(page);
  await context.close();
});

test('two tabs in the middle of signing in both finish', async ({ browser }) => {
  const context = await browser.newContext();
  const [one, two] = [await context.newPage(), await context.newPage()];
  await one.goto(sp.request({ relayState: 'one' }));
  await two.goto(sp.request({ relayState: 'two' }));
  await typeSignIn(one, person.username, person.password);
  await arrived(one);
  // The other tab still shows the form, and its sign-in begins a session of its own.
  await typeSignIn(two, person.username, person.password);
  await arrived(two);
  expect(sp.posted.map(({ relayState }) => relayState)).toEqual(['one', 'two']);
  await context.close();
});

test('a link with a RelayState keeps it over the sign-in', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const relayState = `/deep?${'x'.repeat(4000)}&y=ü`;
  await page.goto(`${origin}/saml2/${sp.slug}?${new URLSearchParams({ RelayState: relayState })}`);
  await typeSignIn(page, person.username, person.password);
  await arrived(page);
  expect(sp.posted).toMatchObject([{ relayState }]);
  await context.close();
});

test('a request that names somebody has her sign in, and gets nothing about anybody else', async ({
  browser,
  cookiesOf,
}) => {
  const children = `<saml:Subject><saml:NameID>${person.username}</saml:NameID></saml:Subject>`;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(sp.request({ children }));
  await expect(page.getByLabel('Username or e-mail')).toHaveValue(person.username);
  await typeSignIn(page, person.username, person.password);
  await arrived(page);
  expect(sp.posted.pop()?.response).toContain(`>${person.username}</saml:NameID>`);
  await context.close();

  const somebodyElse = await makePerson(await cookiesOf('administrator'));
  await sp.assign(somebodyElse.id);
  const other = await browser.newContext();
  await other.addCookies(await signInByHttp(somebodyElse.username, somebodyElse.password));
  const tab = await other.newPage();
  await tab.goto(sp.request({ children }));
  await arrived(tab);
  expect(sp.posted[0]?.response).toContain('status:UnknownPrincipal');
  expect(sp.posted[0]?.response).not.toContain('<saml:Assertion');
  await other.close();
});

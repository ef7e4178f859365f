import { type BrowserContext, test as base, type Cookie, expect } from '@playwright/test';
import { demoPassword, origin } from './environment';
import { patient } from './patient';

export { expect };

/** Runs in the page, before its own scripts: what Next's router asks for in advance it is told not to be had (204). */
function fetchNothingInAdvance(): void {
  const ask = window.fetch;
  window.fetch = (input, init) =>
    new Headers(init?.headers).has('next-router-prefetch')
      ? Promise.resolve(new Response(null, { status: 204 }))
      : ask(input, init);
}

/** The demo's sign-ins, by role. */
export const demoSignIns = {
  administrator: 'admin@acme.example',
  helpdesk: 'helga@acme.example',
  user: 'ana.martinez@acme.example',
} as const;
export type DemoRole = keyof typeof demoSignIns;

/**
 * Signs in over HTTP, as the sign-in page's script does. The address that is claimed keeps the tests' sign-ins apart.
 * @returns the session's cookies
 * @throws Error when the sign-in is refused
 */
export async function signInByHttp(identifier: string, password: string): Promise<Cookie[]> {
  const csrf = await fetch(`${origin}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookies = csrf.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const answer = await fetch(`${origin}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookies.join('; '), origin },
    body: new URLSearchParams({ csrfToken, identifier, password, json: 'true', callbackUrl: origin }),
  });
  const session = answer.headers.getSetCookie().find((cookie) => cookie.includes('session-token='));
  if (!session) throw new Error(`${identifier} could not be signed in: ${answer.status} ${await answer.text()}`);
  const [name = '', value = ''] = (session.split(';')[0] ?? '').split('=');
  const { hostname } = new URL(origin);
  return [{ name, value, domain: hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' }];
}

export interface TestOptions {
  role: DemoRole | undefined;
  /** Whether pages fetch in advance what their links lead to: twenty requests that whoever only looks at a page never needs. */
  fetchesInAdvance: boolean;
  /**
   * Whether a page is opened beside those before it, by the same person, with the scripts that the browser has by then: for tests
   * that only look. Everybody else begins in a browser that has never been here.
   */
  sharesContext: boolean;
}

/** `test.use({ role: 'administrator' })`: the page begins signed in. Each role signs in once for all tests. */
export const test = base.extend<
  TestOptions & { violations: string[] },
  { cookiesOf: (role: DemoRole) => Promise<Cookie[]>; contextOf: (role: DemoRole) => Promise<BrowserContext> }
>({
  role: [undefined, { option: true }],
  fetchesInAdvance: [false, { option: true }],
  sharesContext: [false, { option: true }],
  // What the browser refused by a Content-Security-Policy. Nothing, in every test: who provokes it empties the list.
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are wanted.
  violations: async ({}, use) => {
    const violations: string[] = [];
    await use(violations);
    expect(violations, 'refused by a Content-Security-Policy').toEqual([]);
  },
  cookiesOf: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern which fixtures are wanted.
    async ({}, use) => {
      const known = new Map<DemoRole, Promise<Cookie[]>>();
      await use((role) => {
        const cookies = known.get(role) ?? signInByHttp(demoSignIns[role], demoPassword);
        known.set(role, cookies);
        return cookies;
      });
    },
    { scope: 'worker' },
  ],
  contextOf: [
    async ({ browser, cookiesOf }, use) => {
      const known = new Map<DemoRole, Promise<BrowserContext>>();
      const open = async (role: DemoRole) => {
        const storageState = { cookies: await cookiesOf(role), origins: [] };
        return browser.newContext({ baseURL: origin, reducedMotion: 'reduce', storageState });
      };
      await use((role) => {
        const context = known.get(role) ?? open(role);
        known.set(role, context);
        return context;
      });
      for (const context of known.values()) await (await context).close();
    },
    { scope: 'worker' },
  ],
  context: async ({ context, contextOf, role, sharesContext }, use) => {
    if (!sharesContext || !role) {
      await use(context);
      return;
    }
    const shared = await contextOf(role);
    await use(shared);
    for (const page of shared.pages()) await page.close();
  },
  page: async ({ page, violations, fetchesInAdvance }, use) => {
    if (!fetchesInAdvance) await page.addInitScript(fetchNothingInAdvance);
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) violations.push(`${page.url()}: ${message.text()}`);
    });
    await use(patient(page));
  },
  storageState: async ({ role, cookiesOf }, use) => {
    await use(role ? { cookies: await cookiesOf(role), origins: [] } : undefined);
  },
});

import { readdirSync } from 'node:fs';
import { send } from './support/send';
import { expect, test } from './support/test';

test.describe('signed in', () => {
  test.use({ role: 'administrator' });

  test('a script that somebody slips into a page does not run, and tells nobody anything', async ({
    page,
    violations,
  }) => {
    await page.goto('/users');
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = "inline";';
      document.body.append(script);
      const holder = document.createElement('div');
      holder.innerHTML =
        '<img src="/nothing" onerror="window.ran = this.src"><form action="https://evil.example/"></form>';
      document.body.append(holder);
      holder.querySelector('form')?.requestSubmit();
      await fetch('https://evil.example/').catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      return (window as unknown as { ran?: string }).ran;
    });
    expect(ran).toBeUndefined();
    expect(page.url()).toContain('/users');
    for (const directive of ['script-src', 'connect-src', 'form-action']) {
      expect(violations.some((violation) => violation.includes(directive))).toBe(true);
    }
    violations.length = 0;
  });

  test('pages that tell of a refusal or a mistake have scripts of their own, and may run them', async ({ page }) => {
    for (const path of ['/no/such/page', '/users/00000000-0000-4000-8000-000000000000', '/sign-in?prompt=login']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      // A link of the console, followed by its script: nothing is loaded anew.
      await page.evaluate(() => Object.assign(window, { stayed: true }));
    }
    await page.goto('/no/such/page');
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    await page.getByRole('link', { name: 'Go to the start page' }).click();
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
  });
});

test('every page says what it may do, with a nonce of its own, and no script runs without it', async ({
  cookiesOf,
}) => {
  const cookie = (await cookiesOf('administrator')).map(({ name, value }) => `${name}=${value}`).join('; ');
  const helpdesk = (await cookiesOf('helpdesk')).map(({ name, value }) => `${name}=${value}`).join('; ');
  const asked: [path: string, cookie: string, status: number][] = [
    ['/', cookie, 200],
    ['/users', cookie, 200],
    ['/portal', cookie, 200],
    ['/account', cookie, 200],
    ['/sign-in', '', 200],
    ['/activate?token=none', '', 200],
    ['/no/such/page', '', 404],
    ['/applications/new', helpdesk, 403],
    ['/applications/00000000-0000-4000-8000-000000000000', cookie, 404],
  ];
  const nonces = new Set<string>();
  for (const [path, as, wanted] of asked) {
    const { status, headers, text } = await send(path, { headers: { cookie: as } });
    expect.soft(status, path).toBe(wanted);
    const policy = String(headers['content-security-policy']);
    const nonce = /script-src 'self' 'nonce-([\w+/]{22}==)';/.exec(policy)?.[1] ?? '';
    expect.soft(nonce, path).not.toBe('');
    nonces.add(nonce);
    const scripts = text.match(/<script\b[^>]*>/g) ?? [];
    expect.soft(scripts.length, path).toBeGreaterThan(1);
    expect
      .soft(
        scripts.filter((script) => !script.includes(`nonce="${nonce}"`)),
        path,
      )
      .toEqual([]);
    expect.soft(headers, path).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
    expect.soft(headers['referrer-policy'], path).toBe('same-origin');
    expect.soft(headers['permissions-policy'], path).toContain('camera=()');
  }
  expect(nonces.size).toBe(asked.length);
});

test('what is no page says that nothing of it is to be run', async () => {
  for (const path of [
    '/api/search',
    '/api/v1/users',
    '/api/auth/csrf',
    '/healthz',
    '/icon.svg',
    '/_next/static/none.js',
  ]) {
    const { headers } = await send(path);
    expect.soft(headers['content-security-policy'], path).toMatch(/^default-src 'none';/);
    expect.soft(headers['x-content-type-options'], path).toBe('nosniff');
  }
});

test('icons and the manifest are served from public/, and pages name them', async () => {
  const files = readdirSync('public');
  expect(files).toEqual(expect.arrayContaining(['icon.svg', 'favicon.ico', 'manifest.webmanifest']));
  for (const file of files) expect.soft((await send(`/${file}`)).status, file).toBe(200);
  const { text } = await send('/sign-in');
  const named = [...text.matchAll(/<link rel="(?:icon|apple-touch-icon|manifest)" href="\/([^"?]+)/g)].map(
    ([, name]) => name,
  );
  expect(named.sort()).toEqual(['apple-touch-icon.png', 'favicon.ico', 'icon.svg', 'manifest.webmanifest']);
  const { icons } = JSON.parse((await send('/manifest.webmanifest')).text) as { icons: { src: string }[] };
  expect(icons.map(({ src }) => src.slice(1)).filter((name) => !files.includes(name))).toEqual([]);
});

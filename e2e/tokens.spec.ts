import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { prepare } from './support/actions';
import { objections } from './support/axe';
import { copied, notice } from './support/console';
import { origin } from './support/environment';
import { makePerson } from './support/people';
import { expect, signInByHttp, test } from './support/test';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const tokens = `${origin}/api/v1/tokens`;
const asking = (token: string) => fetch(tokens, { headers: { authorization: `Bearer ${token}` } });
const unique = (name: string) => `${name} ${Date.now().toString(36)}`;

test.describe('an administrator', () => {
  test.use({ role: 'administrator' });

  test('creates a token, is shown it once, uses it, sees where it was used, and revokes it', async ({ page }) => {
    const label = unique('Nightly');
    await page.goto('/settings/tokens');
    await page.getByRole('button', { name: 'Create token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await expect(dialog.getByText('Choose what the token may do')).toBeVisible();
    await dialog.getByLabel('Name').fill(label);
    await dialog.getByLabel('Administrator').check();
    await dialog.getByRole('button', { name: 'Create token' }).click();
    await expect(dialog.getByRole('heading', { name: `${label} is created` })).toBeVisible();
    expect(await objections(page, '[role=dialog]')).toEqual([]);

    const token = await copied(page, 'Token');
    expect(token).toMatch(/^lk_[\w-]{43}$/);
    await expect(dialog.getByRole('region', { name: 'A first request' })).toContainText(`Bearer ${token}`);

    // Neither Escape nor closing takes it away unasked.
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Show the token' }).click();
    await expect(dialog.getByText(token, { exact: true })).toBeVisible();
    await dialog.getByRole('button', { name: 'I have stored the token' }).click();
    await expect(dialog).toBeHidden();
    expect(await page.content()).not.toContain(token);

    expect((await asking(token)).status).toBe(200);
    await page.goto(`/settings/tokens?q=${encodeURIComponent(label)}`);
    const row = page.getByRole('row', { name: label });
    await expect(row).toContainText('Active');
    await expect(row).toContainText('just now');
    expect(await page.content()).not.toContain(token);

    await row.getByRole('button', { name: `Actions for ${label}` }).click();
    await page.getByRole('menuitem', { name: 'Revoke token' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke token' }).click();
    await expect(notice(page, `Revoked ${label}`)).toBeVisible();
    await expect(row).toContainText('Revoked');

    const refused = await asking(token);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: 'unauthenticated', detail: 'This token is revoked.' });
  });

  test('sees which token is not accepted, because of whom, and finds the way there', async ({ page, cookiesOf }) => {
    const cookies = await cookiesOf('administrator');
    const maker = await makePerson(cookies, 'administrator');
    const label = unique('Outlives');
    const own = await signInByHttp(maker.username, maker.password);
    const input = { label, role: 'administrator', expiresAt: null };
    const { token } = await prepare<{ token: string }>('createTokenAction', input, own);
    expect((await asking(token)).status).toBe(200);
    await prepare('suspendUserAction', { id: maker.id }, cookies);
    const refused = await asking(token);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: 'token_not_accepted' });

    await page.goto(`/settings/tokens?state=not_accepted&q=${encodeURIComponent(label)}`);
    const table = page.getByRole('table', { name: 'API tokens' });
    await expect(table.getByRole('row', { name: label })).toContainText('Not accepted');
    await expect(table).toContainText(`Not accepted: ${maker.displayName} is suspended.`);
    expect(await objections(page)).toEqual([]);
    await table.getByRole('link', { name: `Open ${maker.displayName}` }).click();
    await expect(page.getByRole('heading', { level: 1, name: maker.displayName })).toBeVisible();
    // Other tests count on one administrator.
    await prepare('deleteUserAction', { id: maker.id }, cookies);
  });

  test('finds what a token did in the events, named and linked', async ({ page }) => {
    const label = unique('Maker');
    const { stdout } = await run(['--role', 'administrator', '--label', label]);
    const made = unique('Made by a script');
    const answer = await fetch(tokens, {
      method: 'POST',
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ label: made, role: 'helpdesk' }),
    });
    expect(answer.status).toBe(201);
    await page.goto(`/events?q=${encodeURIComponent(made)}`);
    await page.getByRole('row', { name: made }).getByRole('link').first().click();
    await expect(page.getByText('API token', { exact: true })).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: label }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'API tokens' })).toBeVisible();
    await expect(page.getByRole('row', { name: new RegExp(`^${label}`) })).toContainText('Administrator');
  });

  test('reads the reference: filters, opens an operation by its address, follows an error to its code', async ({
    page,
  }) => {
    await page.goto('/api-reference#createToken');
    const operation = page.locator('#createToken');
    await expect(operation).toHaveAttribute('open', '');
    await expect(operation.getByRole('region', { name: 'Example: Create an API token' })).toContainText(`"${tokens}"`);
    await operation.getByRole('link', { name: 'rate_limited' }).click();
    await expect(page.getByRole('row', { name: /^rate_limited/ })).toBeInViewport();

    const index = page.getByRole('navigation', { name: 'Contents of the reference' });
    await index.getByRole('searchbox').fill('revoke token');
    await index.getByRole('link', { name: /Revoke an API token/ }).click();
    await expect(page.locator('#revokeToken').getByText('Parameters of the path')).toBeInViewport();
    expect(await objections(page)).toEqual([]);
  });
});

test.describe('helpdesk', () => {
  test.use({ role: 'helpdesk' });

  test('reads the reference, and neither sees nor reaches tokens', async ({ page }) => {
    await page.goto('/api-reference');
    await expect(page.getByRole('heading', { level: 1, name: 'API reference' })).toBeVisible();
    const menu = page.getByRole('navigation', { name: 'Main' });
    await expect(menu.getByRole('link', { name: 'API Reference' })).toBeVisible();
    await expect(menu.getByRole('link', { name: 'API Tokens' })).toHaveCount(0);
    expect((await page.goto('/settings/tokens'))?.status()).toBe(403);
  });
});

const execute = promisify(execFile);
/** The command as an operator types it, on the product's database. */
const typed = (args: string[]) => execute('npm', ['run', '--silent', 'token', '--', ...args]);
/** What it comes down to, without looking first whether anything is to be prepared. */
const run = (args: string[]) => execute(process.execPath, [join('dist', 'token.mjs'), ...args]);

test.describe('on the machine', () => {
  test('npm run token prints the token and nothing else where a script reads', async () => {
    const { stdout, stderr } = await typed([
      '--role',
      'administrator',
      '--label',
      unique('Script'),
      '--expires-days',
      '1',
    ]);
    expect(stdout).toMatch(/^lk_[\w-]{43}\n$/);
    expect(stderr).toContain('expires on');
    expect(stderr).not.toContain(stdout.trim());
    expect((await asking(stdout.trim())).status).toBe(200);
  });

  test('a helpdesk token may not list tokens', async () => {
    const { stdout } = await run(['--role', 'helpdesk', '--label', unique('Script')]);
    const refused = await asking(stdout.trim());
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ type: `${origin}/api-reference#forbidden` });
  });

  test('what is wrong is told, the exit code is 1, and there is no token', async () => {
    for (const [args, words] of [
      [['--role', 'boss'], 'no role boss'],
      [[], '--role is missing'],
      [['--role', 'helpdesk', '--expires-days', '0'], '--expires-days'],
    ] as const) {
      const failure = await run([...args]).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(words) });
    }
  });
});

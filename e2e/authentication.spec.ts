import { prepare } from './support/actions';
import { origin, sandboxUrl } from './support/environment';
import { control } from './support/sandbox';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

const mark = Date.now().toString(36);
const tenant = 'egnyte/e2e-oauth';

interface Issued {
  authorizationUrl: string;
  clientId: string;
  token: string;
  tokenUrl: string;
}

test('a connection by OAuth 2.0 is tested by writing, activated, its scopes are changed without its secret, and somebody allows it instead', async ({
  page,
  cookiesOf,
}) => {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const cookies = await cookiesOf('administrator');
  const values = { templateId: 'custom-saml', displayLabel: `OAuth ${mark}`, ...general };
  const made = await prepare<{ id: string }>('createApplicationAction', values, cookies);
  const client = await control<Issued>('POST', '/tokens', { tenant, way: { kind: 'client' } });
  await page.goto(`/applications/${made.id}/identity-management`);
  await page.getByRole('button', { name: 'Configure' }).click();
  await page.getByRole('textbox', { name: 'Base URL' }).fill(`${sandboxUrl}/${tenant}/pubapi/scim/v2`);
  await page.getByRole('combobox', { name: 'Authentication' }).click();
  await page.getByRole('option', { name: 'OAuth 2.0 client credentials' }).click();
  await page.getByRole('textbox', { name: 'Token endpoint' }).fill(client.tokenUrl);
  await page.getByRole('textbox', { name: 'Client ID' }).fill(client.clientId);
  await page.getByRole('textbox', { name: 'Client secret' }).fill('wrong');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText(/refused: invalid_client/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Client secret' }).fill(client.token);
  await page.getByRole('checkbox', { name: 'Write a test user, too' }).check();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('Learned: PATCH, with path filters.')).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(page.getByText(`Client ${client.clientId} at`)).toBeVisible();

  await page.getByRole('button', { name: 'Replace OAuth 2.0 client credentials' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replace credentials' });
  await dialog.getByRole('textbox', { name: 'Scopes' }).fill('everything');
  await dialog.getByRole('button', { name: 'Test and replace' }).click();
  await expect(dialog.getByText(/invalid_scope/)).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Scopes' }).fill('scim.write');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await dialog.getByRole('button', { name: 'Test and replace' }).click();
  await expect(page.getByText('scopes scim.write')).toBeVisible();

  await page.setViewportSize({ width: 1440, height: 900 });
  const redirectUri = `${origin}/oauth/callback/${made.id}`;
  const app = await control<Issued>('POST', '/tokens', { tenant, way: { kind: 'app', redirectUri } });
  await page.getByRole('button', { name: 'Replace OAuth 2.0 client credentials' }).click();
  await dialog.getByRole('combobox', { name: 'Authentication' }).click();
  await page.getByRole('option', { name: 'OAuth 2.0 authorisation code' }).click();
  await expect(dialog.getByText(redirectUri)).toBeVisible();
  await dialog.getByRole('button', { name: 'Connect…' }).click();
  await expect(dialog.getByText('Enter the address of the authorisation endpoint')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Authorisation endpoint' }).fill(app.authorizationUrl);
  await dialog.getByRole('textbox', { name: 'Token endpoint' }).fill(app.tokenUrl);
  await dialog.getByRole('textbox', { name: 'Client ID' }).fill(app.clientId);
  await dialog.getByRole('textbox', { name: 'Client secret' }).fill(app.token);
  await dialog.getByRole('button', { name: 'Connect…' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
  await expect(page.getByText(/It was not allowed/)).toBeVisible();
  await page.getByRole('link', { name: 'Go back to Latchkey' }).click();
  await page.getByRole('button', { name: 'Replace OAuth 2.0 client credentials' }).click();
  await expect(dialog.getByText(/The last time: It was not allowed/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Connect…' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByText(/Connected by admin/)).toBeVisible();
  const confirm = page.getByRole('alertdialog');
  await expect(async () => {
    await page.getByRole('button', { name: 'Disconnect…' }).click();
    await expect(confirm).toBeVisible({ timeout: 1_000 });
  }, 'the page that the browser came back to takes clicks').toPass();
  await confirm.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByText(/disconnected it\. Reconnect/)).toBeVisible();
  await page.getByRole('button', { name: 'Reconnect…' }).first().click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByText(/Connected by admin/)).toBeVisible();
});

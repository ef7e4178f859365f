import { prepare } from './support/actions';
import { sandboxUrl } from './support/environment';
import { control } from './support/sandbox';
import { expect, test } from './support/test';

test.use({ role: 'administrator' });

const mark = Date.now().toString(36);
const tenant = 'egnyte/e2e-oauth';

interface Issued {
  clientId: string;
  token: string;
  tokenUrl: string;
}

test('a connection by OAuth 2.0 is tested by writing, activated, and its scopes are changed without its secret', async ({
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
});

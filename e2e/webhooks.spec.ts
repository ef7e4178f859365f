import { createServer, type Server } from 'node:http';
import type { Cookie, Page } from '@playwright/test';
import { Webhook } from 'standardwebhooks';
import { prepare } from './support/actions';
import { objections } from './support/axe';
import { copied, notice } from './support/console';
import { expect, test } from './support/test';

/** The one port of this machine that the product under test may send to; only `npm test` sets it aside. */
const receiverPort = Number(process.env.RECEIVER_PORT);
const receiverUrl = `http://127.0.0.1:${receiverPort}/latchkey?tenant=acme`;

interface Message {
  type: string;
  events?: { name: string; target: { name: string } | null }[];
}

/** What a receiver does by docs/webhooks.md: verify, then accept. */
const receiver = {
  secret: '',
  status: 204,
  messages: [] as Message[],
  refused: 0,
  names: () => receiver.messages.flatMap(({ events = [] }) => events.map(({ target }) => target?.name)),
};
let server: Server;
let webhookId = '';

test.use({ role: 'administrator', permissions: ['clipboard-read', 'clipboard-write'] });
test.skip(!receiverPort, 'No port was set aside for a receiver.');
test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      try {
        const message = new Webhook(receiver.secret).verify(body, request.headers as Record<string, string>);
        if (receiver.status < 300) receiver.messages.push(message as Message);
        response.writeHead(receiver.status).end();
      } catch {
        receiver.refused += 1;
        response.writeHead(401).end();
      }
    });
  });
  if (receiverPort) await new Promise<void>((resolve) => server.listen(receiverPort, '127.0.0.1', resolve));
});

test.afterAll(async ({ cookiesOf }) => {
  server?.close();
  // Other tests compare all tables: no delivery may come in between.
  if (webhookId)
    await prepare('deleteWebhookAction', { id: webhookId }, await cookiesOf('administrator')).catch(() => {});
});

/** Nothing that axe objects to, and on a phone nothing that has to be scrolled sideways or into emptiness. */
async function looksRight(page: Page): Promise<void> {
  expect(await objections(page)).toEqual([]);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  // Asked until it holds: the page is laid out anew, and what stood on it for the wide screen leaves a moment later.
  await expect.poll(() => page.evaluate(beyondContent)).toEqual([]);
  if (before) await page.setViewportSize(before);
}

/** What reaches to the right of the window or below the page's content, each with how far. Runs in the page. */
function beyondContent(): string[] {
  const { scrollWidth, scrollHeight, clientWidth } = document.documentElement;
  const main = document.querySelector('main')?.getBoundingClientRect();
  const end = main ? main.bottom : 0;
  if (scrollWidth <= clientWidth && scrollHeight <= end + window.scrollY + 1) return [];
  const far = [...document.body.querySelectorAll('*')].filter((element) => {
    const { right, bottom, width } = element.getBoundingClientRect();
    return width > 0 && (right > clientWidth || bottom > end + 1);
  });
  return [
    `${scrollWidth - clientWidth} to the right, ${scrollHeight - end} below`,
    ...far.map((one) => one.outerHTML.slice(0, 200)),
  ];
}

const mark = Date.now().toString(36);
const label = `SIEM ${mark}`;

/** What the webhook is told of: a kind of event that no test beside this one causes. */
async function deleteGroup(name: string, cookies: Cookie[]): Promise<void> {
  const { id } = await prepare<{ id: string }>('createGroupAction', { name, description: '' }, cookies);
  await prepare('deleteGroupAction', { id, typed: name }, cookies);
}

test('a webhook is created, its secret shown once, tested, and told what happens', async ({ page, cookiesOf }) => {
  await page.goto('/settings/webhooks/new');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByLabel('Label')).toHaveAccessibleDescription('Enter a label');
  await page.getByLabel('Label').fill(label);
  await page.getByLabel('Address of the receiver').fill('http://10.0.0.1/in');
  await page.getByRole('switch', { name: 'Every event' }).click();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByText('Choose at least one kind of event, or every event')).toBeVisible();
  await page.getByRole('searchbox', { name: 'Search kinds of events' }).fill('group_delete');
  await page.getByRole('checkbox', { name: 'group_delete', exact: true }).check();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByLabel('Address of the receiver')).toHaveAccessibleDescription(/private networks are refused/);
  await page.getByLabel('Address of the receiver').fill(receiverUrl);
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await expect(page.getByText(`${label} was created`)).toBeVisible();
  receiver.secret = await copied(page, 'Signing secret');
  expect(receiver.secret).toMatch(/^whsec_/);

  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(notice(page, /The receiver accepted the test: 204/)).toBeVisible();
  expect(receiver.messages).toEqual([{ type: 'test' }]);
  await page.getByRole('link', { name: `Open ${label}` }).click();
  await expect(page.getByText('Nothing was sent yet')).toBeVisible();
  webhookId = new URL(page.url()).pathname.split('/').at(-1) ?? '';

  await deleteGroup(`Told ${mark}`, await cookiesOf('administrator'));
  await expect.poll(receiver.names).toEqual([`Told ${mark}`]);
  await page.reload();
  const row = page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1);
  await expect(row).toContainText('Delivered');
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Delivery of 1 event' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Events of this delivery' })).toContainText(`Told ${mark}`);
  await expect(page.getByText(receiver.secret)).toHaveCount(0);
  await looksRight(page);
});

test('what the receiver refuses is shown, and sent again by hand it arrives', async ({ page, cookiesOf }) => {
  receiver.status = 500;
  await deleteGroup(`Missed ${mark}`, await cookiesOf('administrator'));
  await expect(async () => {
    await page.goto('/settings/webhooks');
    await expect(page.getByRole('row', { name: new RegExp(label) })).toContainText('Failing', { timeout: 500 });
  }).toPass();
  await page.getByRole('table', { name: 'Webhooks' }).getByText(label, { exact: true }).click();
  await expect(page.getByText('The receiver does not accept messages')).toBeVisible();
  await looksRight(page);
  await page.getByRole('link', { name: /^Waiting/ }).click();
  await expect(page).toHaveURL(/state=waiting/);
  const row = page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1);
  await expect(row).toContainText('The receiver answered 500 Internal Server Error.');
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(notice(page, 'The receiver answered 500 Internal Server Error.')).toBeVisible();

  receiver.status = 200;
  await row.getByRole('button', { name: 'Send now' }).click();
  await expect.poll(receiver.names).toContain(`Missed ${mark}`);
  await page.getByRole('link', { name: 'Delivered', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Deliveries' }).getByRole('row')).toHaveCount(3);
  await expect(page.getByText('The receiver does not accept messages')).toHaveCount(0);

  // Also what was accepted: a receiver can lose something by itself.
  const before = receiver.messages.length;
  await page.getByRole('table', { name: 'Deliveries' }).getByRole('row').nth(1).getByRole('link').click();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => receiver.messages.length).toBe(before + 1);
});

test('settings are saved, the secret is replaced, and the receiver needs the new one', async ({ page, cookiesOf }) => {
  await page.goto(`/settings/webhooks/${webhookId}/settings`);
  await expect(page.getByRole('group', { name: 'Kinds of events' }).getByRole('checkbox').first()).toBeChecked();
  await looksRight(page);
  await page.getByRole('searchbox', { name: 'Search kinds of events' }).fill('group_update');
  await page.getByRole('checkbox', { name: 'group_update', exact: true }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden();
  await page.getByRole('button', { name: 'Replace secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replace secret' }).click();
  const replaced = await copied(page, 'Signing secret');
  expect(replaced).not.toBe(receiver.secret);
  await page.getByRole('button', { name: 'Done' }).click();

  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(notice(page, 'The receiver answered 401 Unauthorized.')).toBeVisible();
  receiver.secret = replaced;
  await page.getByRole('button', { name: 'Send test' }).click();
  await expect(notice(page, /The receiver accepted the test/)).toBeVisible();
  const values = { name: `Told again ${mark}`, description: '' };
  const { id } = await prepare<{ id: string }>('createGroupAction', values, await cookiesOf('administrator'));
  const renamed = { id, version: 1, name: `Renamed ${mark}`, description: '' };
  await prepare('updateGroupAction', renamed, await cookiesOf('administrator'));
  await expect
    .poll(() => receiver.messages.flatMap(({ events = [] }) => events.map((event) => event.name)))
    .toContain('group_update');
});

test.describe('helpdesk', () => {
  test.use({ role: 'helpdesk' });
  test('sees webhooks and their deliveries, and can change nothing', async ({ page }) => {
    await page.goto('/settings/webhooks');
    await expect(page.getByRole('link', { name: 'New webhook' })).toHaveCount(0);
    await page.getByRole('table', { name: 'Webhooks' }).getByText(label, { exact: true }).click();
    await expect(page.getByRole('table', { name: 'Deliveries' })).toContainText('Delivered');
    for (const name of [/Send/, /again/])
      await expect(page.getByRole('main').getByRole('button', { name })).toHaveCount(0);
    await page.getByRole('link', { name: 'Settings', exact: true }).click();
    await expect(page.getByText(new URL(receiverUrl).origin)).toHaveCount(2);
    await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
  });
});

test('a webhook is deleted, after saying what that means', async ({ page }) => {
  await page.goto(`/settings/webhooks/${webhookId}/settings`);
  await page.getByRole('button', { name: 'Delete webhook' }).click();
  const dialog = page.getByRole('alertdialog', { name: `Delete ${label}?` });
  await expect(dialog).toContainText('Nothing is sent to the receiver any more.');
  await dialog.getByRole('button', { name: 'Delete webhook' }).click();
  await expect(page).toHaveURL(/\/settings\/webhooks$/);
  await expect(page.getByText(label, { exact: true })).toHaveCount(0);
});

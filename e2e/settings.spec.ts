import { api } from './support/api';
import { notice } from './support/console';
import { expect, test } from './support/test';

test.describe.configure({ mode: 'serial' });

interface Stored {
  mailRetentionDays: number;
  importRetentionDays: number;
}
const stored = async () => (await api('GET', '/settings')).body as Stored;

test.afterAll(async () => {
  await api('PATCH', '/settings', { mailRetentionDays: 30, importRetentionDays: 90 }, { 'if-match': '*' });
});

test.describe('an administrator', () => {
  test.use({ role: 'administrator' });

  test('is asked before a shorter age is saved, with how much it deletes, and may leave it', async ({ page }) => {
    await page.goto('/settings/general');
    await page.getByLabel('Mails').fill('12');
    await page.getByLabel('Finished imports').fill('100');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog', { name: 'Delete what is older?' });
    await expect(dialog.getByRole('row', { name: /Mails 12 days \d+/ })).toBeVisible();
    await expect(dialog.getByText('Finished imports')).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await stored()).toMatchObject({ mailRetentionDays: 30, importRetentionDays: 90 });
    await page.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('button', { name: 'Save and delete' }).click();
    await expect(notice(page, 'Settings saved')).toBeVisible();
    expect(await stored()).toMatchObject({ mailRetentionDays: 12, importRetentionDays: 100 });
    await page.reload();
    await expect(page.getByLabel('Mails')).toHaveValue('12');
  });

  test('is shown what somebody else saved meanwhile, and keeps what was typed', async ({ page }) => {
    await page.goto('/settings/general');
    await page.getByLabel('Mails').fill('50');
    await api('PATCH', '/settings', { mailRetentionDays: 40 }, { 'if-match': '*' });
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Somebody else saved these settings')).toBeVisible();
    await expect(page.getByRole('row', { name: /Mails 40 days 50 days/ })).toBeVisible();
    await page.getByRole('button', { name: 'Keep mine and save again' }).click();
    await expect(notice(page, 'Settings saved')).toBeVisible();
    expect(await stored()).toMatchObject({ mailRetentionDays: 50 });
  });

  test('is told at the field what cannot be', async ({ page }) => {
    await page.goto('/settings/general');
    await page.getByLabel('Events').fill('6');
    await page.getByLabel('Cycles').fill('91');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('At least 7 days')).toBeVisible();
    await expect(page.getByText('At most as long as operations')).toBeVisible();
  });
});

test.describe('helpdesk', () => {
  test.use({ role: 'helpdesk' });

  test('sees the settings and changes none', async ({ page }) => {
    await page.goto('/settings/general');
    await expect(page.getByText('Finished imports')).toBeVisible();
    await expect(page.getByRole('textbox')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
  });
});

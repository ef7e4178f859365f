import { expect, type Locator, type Page } from '@playwright/test';
import { settle } from './patient';

/** Signs in by typing, on the sign-in page that is shown. */
export async function typeSignIn(page: Page, identifier: string, password: string): Promise<void> {
  await settle(page);
  await page.getByLabel('Username or e-mail').fill(identifier);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Presses a copy button and gives what is in the clipboard then, as a person would paste it. */
export async function copied(page: Page, what: string): Promise<string> {
  const button = page.getByRole('button', { name: `Copy ${what}`, exact: true });
  await button.click();
  await expect(button).toHaveText('Copied');
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The notice that says how it went: a toast, or a line that is announced. */
export function notice(page: Page, text: string | RegExp): Locator {
  return page.getByRole('region', { name: /Notifications/ }).getByText(text);
}

/** Saves with the bar at the foot of a form, and waits until it has gone. */
export async function save(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Save', exact: true });
  await button.click();
  await expect(button).toBeHidden();
}

/** A tab of the application that is open. */
export async function openTab(page: Page, name: string): Promise<void> {
  const tab = page.getByRole('main').getByRole('link', { name, exact: true });
  await tab.click();
  await expect(tab).toHaveAttribute('aria-current', 'page');
}

/** USER AUTHENTICATION › SSO Applications › the application's row. */
export async function openApplication(page: Page, label: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'SSO Applications' }).click();
  await page.getByRole('searchbox', { name: 'Search applications' }).fill(label);
  await expect(page).toHaveURL(/[?&]q=/);
  await page.getByRole('table', { name: 'Configured Applications' }).getByText(label, { exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: label })).toBeVisible();
}

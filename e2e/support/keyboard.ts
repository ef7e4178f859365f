import { expect, type Locator } from '@playwright/test';

/** More stops than any screen has. */
const mostStops = 160;

/** Presses Tab until the control has the focus. @throws Error when the keyboard does not lead there */
export async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const page = target.page();
  for (let presses = 0; presses <= mostStops; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} cannot be reached with the Tab key.`);
}

/** Goes to a button or link with Tab and presses a key there. */
export async function press(target: Locator, key: 'Enter' | 'Space' | 'ArrowDown' = 'Enter'): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press(key);
}

/** Goes to a field with Tab and types over what is in it. */
export async function typeInto(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press('ControlOrMeta+a');
  await target.page().keyboard.insertText(text);
  await expect(target).toHaveValue(text);
}

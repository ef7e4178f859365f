import { expect, type Locator } from '@playwright/test';

/** More stops than any screen has. */
const mostStops = 160;

/**
 * Presses Tab, or Shift+Tab when that is the way, until the control has the focus.
 * @throws Error when the keyboard does not lead there
 */
export async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const { keyboard } = target.page();
  for (let presses = 0; presses <= mostStops; presses += 1) {
    const place = await target.evaluate((element) => {
      if (element === document.activeElement) return 'here';
      const before = Node.DOCUMENT_POSITION_PRECEDING;
      return document.activeElement && document.activeElement.compareDocumentPosition(element) & before
        ? 'before'
        : 'after';
    });
    if (place === 'here') return;
    await keyboard.press(place === 'before' ? 'Shift+Tab' : 'Tab');
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

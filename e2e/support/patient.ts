import type { Page } from '@playwright/test';

/** Waits until React listens to every control: a click before that is lost, and no person is that fast. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    // Pages of the sandbox and plain messages have no scripts of the console.
    if (!document.querySelector('script[src*="/_next/"]')) return true;
    const controls = [...document.querySelectorAll('button, input, textarea, a[href]')];
    return controls.every((control) => Object.keys(control).some((key) => key.startsWith('__react')));
  });
}

/** A page that goes on only when what it opened can be used. */
export function patient(page: Page): Page {
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...args) => {
    const response = await goto(...args);
    await settle(page);
    return response;
  };
  page.reload = async (...args) => {
    const response = await reload(...args);
    await settle(page);
    return response;
  };
  return page;
}

import { defineConfig } from '@playwright/test';

// Started by `npm test`, which brings the product up and says where it is.
const executablePath = process.env.CHROMIUM_PATH;
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-component-update', '--disable-sync'];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // One product, one directory, two cores: tests of one file after the other, so that each finds what it left.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    actionTimeout: 15_000,
    baseURL: process.env.ORIGIN ?? 'http://localhost:3000',
    screenshot: 'only-on-failure',
    // Without the film: taking it slows everything down by a fifth.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    launchOptions: {
      args: ['--disable-background-networking', ...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      ...(executablePath ? { executablePath } : {}),
    },
  },
});

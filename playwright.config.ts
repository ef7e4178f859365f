import { defineConfig } from '@playwright/test';
import type { TestOptions } from './e2e/support/test';

// Started by `npm test`, which brings the product up and says where it is.
const executablePath = process.env.CHROMIUM_PATH;
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-component-update', '--disable-sync'];

/** They look and change nothing but what they made for it: test beside test. */
const looking = ['controls', 'headers', 'health', 'screens', 'unauthorized/requests', 'unauthorized/routes'];
const screens = looking.map((name) => `**/${name}.spec.ts`);
/** The two integrations from the first click to the last. */
const wholeWay = ['**/egnyte.spec.ts', '**/netskope.spec.ts'];
const outage = '**/outage.spec.ts';
const reset = '**/reset.spec.ts';
/** Marks a test that measures or counts something of the whole product, where nobody else may be at work meanwhile. */
const alone = /@alone/;

export default defineConfig<TestOptions>({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // One product and one directory for all: what tests make has names of its own, and nothing is said of all there is.
  // More than there are cores: each waits half of the time, for the product and for the worker behind it.
  workers: 3,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  projects: [
    // As a browser does it, with everything that it fetches in advance. First, because each is one long way.
    { name: 'whole way', testMatch: wholeWay, grepInvert: alone, use: { fetchesInAdvance: true } },
    {
      name: 'screens',
      testMatch: screens,
      grepInvert: alone,
      fullyParallel: true,
    },
    // They go through the product step by step: file beside file, in a file one after the other.
    { name: 'journeys', testIgnore: [...screens, ...wholeWay, outage, reset], grepInvert: alone },
    { name: 'alone', grep: alone, workers: 1, dependencies: ['screens', 'journeys', 'whole way'] },
    // These two take away what the others stand on.
    { name: 'outage', testMatch: outage, dependencies: ['alone'] },
    { name: 'reset', testMatch: reset, dependencies: ['outage'] },
  ],
  use: {
    actionTimeout: 15_000,
    baseURL: process.env.ORIGIN ?? 'http://localhost:3000',
    screenshot: 'only-on-failure',
    // Nobody waits for what slides and fades.
    contextOptions: { reducedMotion: 'reduce' },
    fetchesInAdvance: false,
    // Recording what a test did takes a fifth of the time: `npm test -- e2e <filter> --trace=on` does it for a few.
    trace: 'off',
    launchOptions: {
      args: ['--disable-background-networking', ...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      ...(executablePath ? { executablePath } : {}),
    },
  },
});

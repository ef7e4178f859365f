import { prepareClient } from './prepare.mjs';
import { serveTestDatabases } from './testing-server';

/** Vitest's global set-up: runs once, in the main process. Returns what is done at the end. */
export default async function setup(): Promise<() => Promise<void>> {
  await prepareClient();
  const databases = await serveTestDatabases();
  process.env.LATCHKEY_TEST_DATABASES = databases.address;
  return databases.stop;
}

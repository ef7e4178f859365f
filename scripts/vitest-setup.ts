import { prepareClient } from './prepare.mjs';
import { makeScratch } from './scratch';
import { serveTests } from './testing-server';

/** Vitest's global set-up: runs once, in the main process. Returns what is done at the end. */
export default async function setup(): Promise<() => Promise<void>> {
  await prepareClient();
  const server = await serveTests();
  process.env.LATCHKEY_TEST_SERVER = server.address;
  const scratch = await makeScratch();
  process.env.TMPDIR = scratch.files;
  return async () => {
    await server.stop();
    scratch.remove();
  };
}

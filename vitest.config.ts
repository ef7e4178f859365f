import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { LongFirst } from './scripts/vitest-order';

const root = import.meta.dirname;

/** Puts a fresh database under every test file that reaches lib/db/client.ts, and only under those. */
const databasePerFile: Plugin = {
  name: 'latchkey:database-per-file',
  transform(code, id) {
    if (id !== join(root, 'lib/db/client.ts')) return undefined;
    return { code: `import ${JSON.stringify(join(root, 'scripts/vitest-database.ts'))};\n${code}`, map: null };
  },
};

const rsa = ['lib/crypto/generate-rsa.ts', 'sandbox/store/generate-rsa.ts'].map((path) => join(root, path));

/** Gives ready RSA keys to whatever makes some, but to the tests of the making itself. */
const readyKeys: Plugin = {
  name: 'latchkey:ready-keys',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!source.endsWith('/generate-rsa') || importer?.endsWith('generate-rsa.test.ts')) return undefined;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found && rsa.includes(found.id) ? join(root, 'scripts/vitest-rsa.ts') : undefined;
  },
};

export default defineConfig({
  plugins: [databasePerFile, readyKeys],
  resolve: { alias: { '@': root } },
  test: {
    include: ['{lib,sandbox,scripts,components,app,prisma}/**/*.test.{ts,tsx}'],
    globalSetup: ['scripts/vitest-setup.ts'],
    env: { LATCHKEY_SECRET_KEY: 'only-for-tests-0123456789abcdefghij' },
    // Not one fewer than there are cores, as vitest would have it: PostgreSQL and what is waited for take turns with them.
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: LongFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

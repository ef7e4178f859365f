import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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

/** What takes longest, longest first: started last, one of them would keep one core busy while the others rest. */
export const longFiles = [
  'lib/api/operations-provisioning.test.ts',
  'lib/worker/preview.test.ts',
  'lib/worker/faults.test.ts',
  'lib/worker/provisioning.test.ts',
  'lib/worker/killed.test.ts',
  'lib/worker/imports.test.ts',
  'lib/worker/deleted.test.ts',
  'lib/worker/held-operations.test.ts',
  'scripts/two-starts.test.ts',
  'lib/api/fuzz.test.ts',
  'lib/worker/kept.test.ts',
  'lib/sso/naming-places.test.ts',
  'lib/api/commands.test.ts',
  'lib/worker/retention.test.ts',
  'lib/worker/webhooks.test.ts',
  'lib/worker/read-screens.test.ts',
  'lib/worker/missing-accounts.test.ts',
  'scripts/embedded-postgres.test.ts',
  'lib/sso/repeated-request.test.ts',
  'lib/worker/group-mappings.test.ts',
  'scripts/admin.test.ts',
  'scripts/start.test.ts',
  'lib/api/operations-applications.test.ts',
  'lib/worker/first-cycle.test.ts',
  'lib/auth/wrong-passwords.test.ts',
  'lib/worker/group-changes.test.ts',
  'lib/worker/one-member.test.ts',
  'lib/worker/group-recovery.test.ts',
  'lib/sso/sso.test.ts',
  'lib/api/operations-directory.test.ts',
];

/** What starts processes, or changes what all threads of its process share: each in a process of its own. */
const ofTheLibrary = ['lib/worker/killed.test.ts', 'lib/api/handle.test.ts'];
export const inProcesses = ['scripts/**/*.test.ts', ...ofTheLibrary];

/** What measures the processor time of its process, or its time zone: in a process without other threads, one after the other. */
export const oneAtATime = [
  'lib/mappings/functions/functions.test.ts',
  'lib/mappings/map.test.ts',
  'lib/mappings/parser.test.ts',
  'lib/mappings/regex/match.test.ts',
  'lib/saml/xml/parse.test.ts',
  'app/*/events/_components/local-time.test.ts',
];

/** Of the scripts: they read what the operations are made of, which a thread has loaded for others. */
export const readOperations = ['scripts/api-coverage.test.ts', 'scripts/single-line.test.ts'];

/** Of the scripts: they read sources and call functions. */
export const readSources = [
  'scripts/console-links.test.ts',
  'scripts/cycle-stages.test.ts',
  'scripts/docs.test.ts',
  'scripts/exposure.test.ts',
  'scripts/ports.test.ts',
  'scripts/postgres-folder.test.ts',
  'scripts/repeated-lines.test.ts',
  'scripts/settings-docs.test.ts',
  'scripts/standings.test.ts',
  'scripts/states.test.ts',
  'scripts/test-results.test.ts',
  'scripts/vitest-config.test.ts',
];

/** Rooms of functions that keep nothing: file after file in the same modules, which are loaded once. No database. */
const keepNothing = [
  'lib/core/!(fold-name).test.ts',
  'lib/{mappings,saml,scim}/**/*.test.ts',
  'components/**/*.test.{ts,tsx}',
  ...readSources,
];

/** In this order: a thread goes on with the libraries, and with the modules, that it has loaded only as long as the next file is of the same project. */
const projectsInTurn = ['process', 'one at a time', 'thread', 'same modules'];

/** Begins with the files that take longest in each project; a fresh clone has no times of an earlier run to go by. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const found = longFiles.findIndex((path) => moduleId === join(root, path));
      const turn = projectsInTurn.indexOf(project.name) * (longFiles.length + 1);
      return turn + (found >= 0 ? found : longFiles.length);
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

const shared = { plugins: [databasePerFile, readyKeys], resolve: { alias: { '@': root } } };
const tests = {
  env: { LATCHKEY_SECRET_KEY: 'only-for-tests-0123456789abcdefghij' },
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  ...shared,
  test: {
    globalSetup: ['scripts/vitest-setup.ts'],
    // One more than there are cores: PostgreSQL and what is waited for take turns with them.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        ...shared,
        test: {
          ...tests,
          name: 'process',
          include: inProcesses,
          exclude: [...readOperations, ...readSources],
          pool: 'forks',
        },
      },
      { ...shared, test: { ...tests, name: 'one at a time', include: oneAtATime, pool: 'forks', isolate: false } },
      // Threads of one process compile WebAssembly once for all: a quarter of what a file with a database costs.
      {
        ...shared,
        test: {
          ...tests,
          name: 'thread',
          include: ['{lib,sandbox,components,app,prisma}/**/*.test.{ts,tsx}', ...readOperations],
          exclude: [...ofTheLibrary, ...oneAtATime, ...keepNothing],
          // A thread goes on with the next file: libraries are loaded once, modules of ours anew.
          setupFiles: ['scripts/vitest-next-file.ts'],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        ...shared,
        test: {
          ...tests,
          name: 'same modules',
          include: keepNothing,
          exclude: oneAtATime,
          pool: 'threads',
          isolate: false,
        },
      },
    ],
  },
});

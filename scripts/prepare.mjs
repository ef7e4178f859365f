// Plain JavaScript on Node's own modules: this is what turns a fresh clone into something that can run.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { waitForLock } from './file-lock.mjs';

/** The folder of the clone; every command works from here, wherever it is called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const modules = join(root, 'node_modules');

/** Not on standard output: what a command prints there may be read by a script. */
const say = (line) => console.error(line);

function hashOf(...paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(join(root, path))).update('\0');
  return hash.digest('hex');
}

function isStamped(stamp, value) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === value;
}

function runNode(args, env) {
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.status !== 0) throw new Error(`${args[0]} failed:\n${result.stdout ?? ''}${result.stderr ?? ''}`);
}

/** True when node_modules holds what the lock asks for; npm keeps its own account of that, written last. */
function isInstalled() {
  try {
    const { packages: wanted } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const { packages: present } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
    return Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || entry.devOptional || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/** Installs from the lock when node_modules is missing or belongs to another lock. */
function install() {
  if (isInstalled()) return;
  say('Installing packages from the lock …');
  // npm's own file where npm started us (no shell then, and the npm the user chose), else the one on the path.
  const npm = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined;
  // Install scripts are not needed: binaries come as platform packages. Without them the result is the same
  // whatever npm's policy on scripts is. Development packages are needed: they build and check.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const stdio = ['ignore', process.stderr.fd, process.stderr.fd];
  const result = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio })
    : spawnSync('npm', args, { cwd: root, stdio, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    throw new Error('npm ci failed (its message is above). Check the connection to the npm registry and try again.');
  }
}

/** Writes lib/db/generated when the schema changed. */
function generate() {
  const target = join(root, 'lib/db/generated');
  const stamp = join(target, '.stamp');
  const wanted = hashOf('prisma/schema.prisma', 'package-lock.json', 'prisma.config.ts');
  if (isStamped(stamp, wanted)) return;
  say('Generating the database client …');
  // Prisma would download an engine that generating does not use; any program in its place keeps it off the network.
  runNode(['node_modules/prisma/build/index.js', 'generate'], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  });
  mkdirSync(target, { recursive: true });
  writeFileSync(stamp, wanted);
}

/** What runs outside Next, and where it comes from. */
const entries = {
  start: 'scripts/start.ts',
  demo: 'scripts/demo.ts',
  dev: 'scripts/dev.ts',
  test: 'scripts/test.ts',
  check: 'scripts/check.ts',
  migrate: 'scripts/migrate.ts',
  'make-migration': 'scripts/make-migration.ts',
  'apply-migrations': 'scripts/apply-migrations.ts',
  guard: 'scripts/guard.ts',
  seed: 'scripts/seed.ts',
  'first-administrator': 'scripts/first-administrator.ts',
  token: 'scripts/token.ts',
  admin: 'scripts/admin.ts',
  web: 'lib/web/main.ts',
  worker: 'lib/worker/main.ts',
  sandbox: 'sandbox/main.ts',
  bench: 'bench/main.ts',
  attacker: 'bench/attacker.ts',
  'lists-reader': 'bench/lists-reader.ts',
  'imports-runner': 'bench/imports-runner.ts',
  'bare-route': 'bench/bare-route.ts',
  'bare-signer': 'bench/bare-signer.ts',
  'count-statements': 'bench/count-statements.ts',
  'provisioning-runner': 'bench/provisioning-runner.ts',
  scale: 'bench/scale.ts',
  'scale-runner': 'bench/scale-runner.ts',
  'scim-target': 'bench/scim-target.ts',
  'worker-meter': 'bench/worker-meter.ts',
};

/** What Prisma's generated client loads, and we load otherwise. */
const queryCompiler = '@prisma/client/runtime/query_compiler_small_bg.postgresql.wasm-base64.mjs';

/** How sources outside Next are bundled, for a build and for watching. */
export function bundleOptions() {
  const present = Object.entries(entries).filter(([, source]) => existsSync(join(root, source)));
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present),
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    alias: {
      // Absolute, because a folder of the clone must not be taken for a package.
      '@': root,
      [queryCompiler]: join(root, 'lib/db/query-compiler.ts'),
    },
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: 'linked',
    logLevel: 'warning',
  };
}

async function bundle() {
  const { build } = await import(pathToFileURL(join(modules, 'esbuild/lib/main.js')).href);
  const { outputFiles } = await build({ ...bundleOptions(), write: false });
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const { path, contents } of outputFiles) {
    if (existsSync(path) && readFileSync(path).equals(contents)) continue;
    // Moved into place: another command may be loading the file at this moment.
    writeFileSync(`${path}.new`, contents);
    renameSync(`${path}.new`, path);
  }
}

async function exclusively(work) {
  const release = await waitForLock(join(root, '.data/preparing.lock'), (owner) =>
    say(`Another command prepares this folder (${owner}); waiting for it …`),
  );
  try {
    return await work();
  } finally {
    release();
  }
}

/** Everything up to runnable bundles in dist/. Cheap when nothing changed. */
export async function prepare() {
  await exclusively(async () => {
    install();
    generate();
    await bundle();
  });
}

/** The part that tests of the library need. */
export async function prepareClient() {
  await exclusively(async () => generate());
}

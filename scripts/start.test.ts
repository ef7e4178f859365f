import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres';
import { withClient, withDatabase } from './postgres-connection';
import { bundleOptions } from './prepare.mjs';

const base = mkdtempSync(join(tmpdir(), 'latchkey start '));
const key = 'k'.repeat(43);
let server: EmbeddedPostgres;

beforeAll(async () => {
  const entryPoints = {
    start: 'scripts/start.ts',
    'apply-migrations': 'scripts/apply-migrations.ts',
    'first-administrator': 'scripts/first-administrator.ts',
    worker: 'lib/worker/main.ts',
    guard: 'scripts/guard.ts',
    'test-start': 'scripts/test-start.ts',
  };
  await build({ ...bundleOptions(), entryPoints });
  server = await startEmbeddedPostgres(join(base, 'server', 'postgres'), { disposable: true });
});
afterAll(async () => {
  await server.stop();
  rmSync(base, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  output: string;
}

/** Runs a script of the product to its end. @param prefix program and arguments before Node */
function run(args: string[], env: Record<string, string>, prefix: string[] = []): Promise<Ended> {
  const [program = '', ...rest] = [...prefix, process.execPath, ...args];
  const { PATH } = process.env;
  const environment = { NODE_ENV: 'production' as const, PATH, LATCHKEY_DATA_DIR: join(base, 'data'), ...env };
  return new Promise((resolve) => {
    const child = spawn(program, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('close', (code) => resolve({ code, output }));
  });
}

const start = (env: Record<string, string>, ...args: string[]) => run(['dist/start.mjs', ...args], env);

/** One message, and nothing of how the program is made. */
function expectPlain({ code, output }: Ended, message: RegExp): void {
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^\s+at |node:internal|Error: |UnhandledPromise|throw /m);
  expect(output.match(new RegExp(message.source, 'g'))).toHaveLength(1);
  expect(code).toBe(1);
}

async function database(name: string, ...statements: string[]): Promise<string> {
  await withClient(withDatabase(server.superuserUrl, 'postgres'), (client) =>
    client.query(`CREATE DATABASE ${name} OWNER latchkey`),
  );
  for (const statement of statements) {
    await withClient(withDatabase(server.superuserUrl, name), (client) => client.query(statement));
  }
  return withDatabase(server.url, name);
}

function changed(url: string, changes: { [part: string]: string }): string {
  return Object.assign(new URL(url), changes).href;
}

test('what runs for months is loaded as text of one byte a letter: one letter beyond Latin-1 doubles what V8 keeps of the file', () => {
  for (const name of ['start', 'worker']) {
    expect(readFileSync(join('dist', `${name}.mjs`), 'utf8')).not.toMatch(/[^\0-\xff]/);
  }
});

describe('a start that cannot work says why in one message and ends', () => {
  test('with a key that is not the one of the database', async () => {
    const url = await database('with_key');
    const child = spawn(process.execPath, ['dist/start.mjs', 'worker'], {
      env: { ...process.env, DATABASE_URL: url, LATCHKEY_SECRET_KEY: key, LATCHKEY_DATA_DIR: join(base, 'data') },
      stdio: 'ignore',
    });
    const sealed = async () => {
      const { rows } = await withClient(url, (client) => client.query(`SELECT 1 FROM settings WHERE key = 'canary'`));
      if (rows.length === 0) throw new Error('not yet');
    };
    await expect
      .poll(
        () =>
          sealed().then(
            () => true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    child.kill('SIGTERM');
    const ended = await start(
      { DATABASE_URL: url, LATCHKEY_SECRET_KEY: 'another-key-that-is-long-enough-0123' },
      'worker',
    );
    expectPlain(ended, /LATCHKEY_SECRET_KEY is not the key that this database’s secrets were sealed with/);
    expect(ended.output).toContain('Set LATCHKEY_SECRET_KEY to the key that was used before');
    expect(ended.output).not.toContain('first-administrator');
  });

  test.each([
    ['a wrong password', { password: 'guess' }, /password authentication failed.*\nCorrect the user/],
    ['a database that is not there', { pathname: '/nowhere' }, /"nowhere" does not exist\.\nCreate/],
    ['a port where nobody listens', { port: '1' }, /cannot be used: Nobody listens at 127.0.0.1:1\./],
    ['a host that is not there', { hostname: 'no-such.invalid' }, /no host named no-such.invalid|cannot be looked up/],
  ])('with %s in DATABASE_URL', async (_what, changes, message) => {
    expectPlain(
      await start({ DATABASE_URL: changed(server.url, changes), LATCHKEY_SECRET_KEY: key }, 'worker'),
      message,
    );
  });

  test('with an address that is none, without repeating it', async () => {
    const ended = await start({ DATABASE_URL: 'mysql://somebody:s3cret@db/x' });
    expectPlain(ended, /DATABASE_URL must look like postgresql:/);
    expect(ended.output).not.toContain('s3cret');
  });

  test('with a database of a newer version', async () => {
    const url = await database('newer');
    await run(['dist/migrate.mjs'], { DATABASE_URL: url });
    await withClient(url, (client) =>
      client.query(
        `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '9999_later', now())`,
      ),
    );
    expectPlain(
      await start({ DATABASE_URL: url, LATCHKEY_SECRET_KEY: key }, 'worker'),
      /from a newer Latchkey \(it has 9999_later\)/,
    );
  });

  test('with a database that belongs to somebody else, or is not in UTF-8', async () => {
    await database('not_ours', 'ALTER DATABASE not_ours OWNER TO postgres');
    const notOurs = withDatabase(server.url, 'not_ours');
    expectPlain(
      await start({ DATABASE_URL: notOurs, LATCHKEY_SECRET_KEY: key }, 'worker'),
      /permission denied.*\nThe user of DATABASE_URL must own/,
    );
    await withClient(withDatabase(server.superuserUrl, 'postgres'), (client) =>
      client.query(
        `CREATE DATABASE ascii OWNER latchkey TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'SQL_ASCII'`,
      ),
    );
    expectPlain(
      await start({ DATABASE_URL: withDatabase(server.url, 'ascii'), LATCHKEY_SECRET_KEY: key }, 'worker'),
      /encoded in SQL_ASCII/,
    );
  });

  test('with a HOST that is no address of this machine', async () => {
    const ended = await start({ DATABASE_URL: server.url, LATCHKEY_SECRET_KEY: key, HOST: '192.0.2.1' });
    expectPlain(ended, /HOST is 192.0.2.1, which is no address of this machine/);
  });

  test('with a data folder that is a file', async () => {
    const file = join(base, 'a file');
    writeFileSync(file, '');
    expectPlain(
      await start({ LATCHKEY_DATA_DIR: file }),
      /a file where a folder should be|a file that should be a folder/,
    );
  });

  test('with a damaged key', async () => {
    const dataDir = join(base, 'damaged');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'secret.key'), 'cut');
    expectPlain(
      await start({ LATCHKEY_DATA_DIR: dataDir, DATABASE_URL: server.url }, 'worker'),
      /secret\.key is damaged/,
    );
  });
});

const mounts = spawnSync('unshare', ['--mount', 'true'], { encoding: 'utf8' });
const noMounts = mounts.status === 0 ? '' : ` (not here: ${mounts.error?.message ?? mounts.stderr.trim()})`;

describe.skipIf(noMounts !== '')(`on a file system that cannot be written${noMounts}`, () => {
  /** Runs a start in a mount namespace of its own, with a small or read-only file system where its data should be. */
  function startOn(name: string, mount: string): Promise<Ended> {
    const dataDir = join(base, name);
    mkdirSync(dataDir);
    const inside = ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs -o ${mount} tmpfs "$0" && exec "$@"`, dataDir];
    return run(['dist/test-start.mjs', dataDir], {}, inside);
  }

  test('a read-only folder is told as such', async () => {
    expectPlain(
      await startOn('read-only', 'ro'),
      /read-only[^/]* is on a read-only file system|is on a read-only file system/,
    );
  });

  test('a disk that is full when the database is made is told as such', async () => {
    expectPlain(await startOn('full', 'size=8m'), /The disk is full: nothing more can be written to/);
  });

  test('a disk that is full from the beginning is told as such', async () => {
    expectPlain(await startOn('tiny', 'size=4k'), /The disk is full: nothing more can be written to/);
  });
});

test.runIf(process.getuid?.() === 0)('somebody else’s folder is told with who has to own it', async () => {
  const dataDir = join(base, 'not ours');
  mkdirSync(dataDir, { mode: 0o700 });
  const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  expectPlain(await run(['dist/test-start.mjs', join(dataDir, 'data')], {}, prefix), /may not use .*chown/);
});

test('a Node that is too old is told so, in a file that it can read', async () => {
  const versions = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "12.22.12" } })';
  const ended = await run(
    ['--import', `data:text/javascript,${encodeURIComponent(versions)}`, 'scripts/run.mjs', 'start'],
    {},
  );
  expectPlain(ended, /Latchkey needs Node 20\.19 or newer; this is 12\.22\.12/);
  const source = readFileSync('scripts/run.mjs', 'utf8');
  const [old, today] = await Promise.all(
    ['node12.20', 'esnext'].map((target) => transform(source, { target, format: 'esm' })),
  );
  expect(old?.code).toBe(today?.code);
});

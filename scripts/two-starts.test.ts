import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './embedded-postgres';
import { bundleOptions } from './prepare.mjs';

/** As in another container on the same volume: other process numbers, no shared memory in common. */
const apart = ['unshare', '--pid', '--fork', '--mount-proc', '--ipc', '--kill-child'];
/** The same, where something else keeps the namespace alive when a start in it was killed. */
const apartForLong = [...apart, 'sh', '-c', '"$0" "$@"; sleep 600'];
const refused = spawnSync('unshare', [...apart.slice(1), 'true'], { encoding: 'utf8' });
const reason = refused.status === 0 ? '' : ` (not here: ${refused.error?.message ?? refused.stderr.trim()})`;

const script = join(process.cwd(), 'dist', 'test-start.mjs');

interface Start {
  process: ChildProcess;
  url: string;
  /** What it said, where it did not start. */
  refusal: string;
}

let folder: string;
const started: ChildProcess[] = [];

async function start(prefix: readonly string[] = [], dataDir = folder): Promise<Start> {
  const [command = '', ...args] = [...prefix, process.execPath, script, dataDir];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve) => {
    child.stdout.once('data', (chunk) => resolve({ process: child, url: String(chunk).trim(), refusal: '' }));
    child.once('close', () => resolve({ process: child, url: '', refusal: said }));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // The namespace ends with unshare, which lets itself be ended by nothing else.
  child.kill(child.spawnfile === 'unshare' ? 'SIGKILL' : signal);
  await ended;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function write(url: string, rows: number): Promise<void> {
  await query(url, 'CREATE TABLE IF NOT EXISTS kept (id int)');
  await query(url, `INSERT INTO kept SELECT generate_series(1, ${rows})`);
}

const countOf = async (url: string) => Number((await query(url, 'SELECT count(*) FROM kept'))[0]?.count);

/** Processes whose command line holds a text, by the numbers that they have here. */
function pidsOf(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(text);
      } catch {
        return false;
      }
    });
}

const supervisors = () => pidsOf(`${process.execPath} ${script} ${folder}`).filter(isNode);
const postmasters = (dataDir = folder) => pidsOf(`-D ${join(dataDir, 'postgres', 'data')}`);
const isNode = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'node';

function kill(pids: number[]): void {
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

/** Rewrites what is noted of who started the server. */
function note(dataDir: string, changes: Record<string, string>): void {
  const path = join(dataDir, 'postgres', 'server.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
}

const pidFile = (dataDir: string) => join(dataDir, 'postgres', 'data', 'postmaster.pid');

const template = mkdtempSync(join(tmpdir(), 'latchkey template '));

beforeAll(async () => {
  await build({ ...bundleOptions(), entryPoints: { 'test-start': 'scripts/test-start.ts' } });
  await (await startEmbeddedPostgres(join(template, 'postgres'), { disposable: true })).stop();
});
afterAll(() => rmSync(template, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey two '));
  cpSync(template, folder, { recursive: true });
});
afterEach(async () => {
  for (const child of started.splice(0)) await end(child, 'SIGTERM');
  kill(postmasters());
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(reason !== '')(`in different PID namespaces${reason}`, () => {
  test.each([
    ['outside', [], apart],
    ['inside', apart, []],
    ['in one of two', apart, apart],
  ])(
    'with the first start %s the second is refused, and nothing that was acknowledged is lost',
    async (_where, first, second) => {
      const one = await start(first);
      await write(one.url, 1000);
      const two = await start(second);
      expect(two.refusal).toMatch(/^Latchkey already runs on .* in another container or PID namespace of this machine/);
      await write(one.url, 1000);
      await end(one.process, 'SIGTERM');
      expect(await countOf((await start()).url)).toBe(2000);
    },
  );

  test('a PostgreSQL that outlived its start in there is left alone, and used again in there', async () => {
    const one = await start(apartForLong);
    await write(one.url, 1000);
    kill(supervisors());
    const outside = await start();
    expect(outside.refusal).toMatch(/PostgreSQL of .* still runs in another container or PID namespace/);
    expect(outside.refusal).toMatch(/stop that container/);
    await write(one.url, 1000);
    await end(one.process, 'SIGKILL');
    expect(await countOf((await start()).url)).toBe(2000);
  });

  test('after the whole namespace was killed the next start comes up by itself, with what was acknowledged', async () => {
    const one = await start(apart);
    await write(one.url, 1000);
    await end(one.process, 'SIGKILL');
    expect(await countOf((await start()).url)).toBe(1000);
  });
});

test('of three starts at once one runs, and two are told which', async () => {
  const all = await Promise.all([start(), start(), start()]);
  expect(all.filter(({ url }) => url !== '')).toHaveLength(1);
  const refusals = all.filter(({ url }) => url === '').map(({ refusal }) => refusal);
  for (const refusal of refusals)
    expect(refusal).toMatch(/^Latchkey already runs on .*, in process \d+\.\nStop it first/);
});

test('a start that was killed frees the folder at once, and its PostgreSQL goes on', async () => {
  const one = await start();
  await write(one.url, 1000);
  await end(one.process, 'SIGKILL');
  const two = await start();
  expect(two.url).toBe(one.url);
  expect(await countOf(two.url)).toBe(1000);
});

test('while one process of a killed PostgreSQL still uses its data, no other one is started on them', async () => {
  const one = await start();
  await write(one.url, 1000);
  const client = new pg.Client({ connectionString: one.url });
  client.on('error', () => {});
  await client.connect();
  const backend = Number((await client.query('SELECT pg_backend_pid() AS pid')).rows[0]?.pid);
  process.kill(backend, 'SIGSTOP');
  await end(one.process, 'SIGKILL');
  kill(postmasters());
  const two = start();
  const waiting = await Promise.race([two, new Promise((resolve) => setTimeout(resolve, 1_500, 'waiting'))]);
  expect(waiting).toBe('waiting');
  expect(existsSync(pidFile(folder))).toBe(true);
  process.kill(backend, 'SIGKILL');
  expect(await countOf((await two).url)).toBe(1000);
});

test('after the machine was started anew a folder comes up by itself', async () => {
  const one = await start();
  await write(one.url, 1000);
  await end(one.process, 'SIGKILL');
  kill(postmasters());
  note(folder, { bootId: 'an earlier one', pidNamespace: 'pid:[1]', host: 'its-earlier-container' });
  expect(await countOf((await start()).url)).toBe(1000);
});

test('a copy that was made of a running folder is not started before somebody says that it is whole', async () => {
  const one = await start();
  await write(one.url, 1000);
  await end(one.process, 'SIGKILL');
  kill(postmasters());
  const copy = join(folder, 'copy');
  cpSync(join(folder, 'postgres'), join(copy, 'postgres'), { recursive: true });
  const { refusal } = await start([], copy);
  expect(refusal).toMatch(/is a copy, made while its PostgreSQL was running \(host name /);
  expect(refusal).toContain(`remove ${pidFile(copy)} and start again`);
  rmSync(pidFile(copy));
  const two = await start([], copy);
  expect(await countOf(two.url)).toBe(1000);
  await end(two.process, 'SIGTERM');
});

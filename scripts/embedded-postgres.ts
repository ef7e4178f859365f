import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isLocked, type Lock } from './file-lock.mjs';
import { anyFreePort, isPortFree } from './ports';
import { decideRunAs, findPostgresHome, type RunAs } from './postgres-binaries';
import {
  claimServer,
  isAlive,
  isInitialized,
  isPostgresOf,
  type PostgresFolder,
  postgresFolder,
  readPidFile,
  waitUntilUnused,
} from './postgres-folder';

const host = '127.0.0.1';
const user = 'latchkey';

export interface EmbeddedPostgres {
  /** Connection string of the database `latchkey`; contains the password. */
  url: string;
  /** Calls back when the server ends by itself (killed, crashed), never after `stop`. */
  onExit(callback: () => void): void;
  /** Starts it again on the same port and data after it ended by itself. */
  restart(): Promise<void>;
  /** Lets running statements fail, writes everything down and waits until it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm installed, on a folder of its own. The caller holds the lock on that folder.
 * A server that outlived a killed parent is reused; the remains of a dead one are cleared.
 * @param base folder for this server alone; made when missing
 * @param options `disposable`: for tests; faster, and a power cut may lose data
 * @throws Error that says what to do, when PostgreSQL cannot run here
 */
export async function startEmbeddedPostgres(
  base: string,
  options: { disposable?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const home = findPostgresHome();
  const place = resolve(base);
  mkdirSync(dirname(place), { recursive: true, mode: 0o711 });
  // Once made, the folder stays with whom it was made for.
  const owner = statSync(existsSync(place) ? place : dirname(place));
  const runAs = decideRunAs({ uid: owner.uid, gid: owner.gid });
  const disposable = options.disposable ?? false;
  const folder = postgresFolder(place);
  if (!isInitialized(folder)) initialize(home, place, runAs, disposable);
  const server = new Server(home, folder, runAs, disposable);
  await server.start();
  return server;
}

function environment(home: string): NodeJS.ProcessEnv {
  // The shipped libraries first; an inherited PG* setting must not reach the server.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && name !== 'LC_ALL');
  const libraries = join(home, 'lib');
  const own = { LC_ALL: 'C', LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries };
  return Object.assign(Object.fromEntries(inherited), own) as unknown as NodeJS.ProcessEnv;
}

/** Makes the folder aside and moves it into place, so that a half-made one is never taken for a database. */
function initialize(home: string, place: string, runAs: RunAs, disposable: boolean): void {
  if (existsSync(place) && readdirSync(place).length > 0) {
    throw new Error(`${place} has files but no database. Put it back from a backup, or move it away to begin anew.`);
  }
  for (const name of readdirSync(dirname(place))) {
    if (name.startsWith('.postgres-new-')) rmSync(join(dirname(place), name), { recursive: true, force: true });
  }
  const aside = join(dirname(place), `.postgres-new-${randomBytes(6).toString('hex')}`);
  mkdirSync(aside, { mode: 0o700 });
  const folder = postgresFolder(aside);
  writeFileSync(folder.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    chownSync(aside, runAs.uid, runAs.gid);
    chownSync(folder.password, runAs.uid, runAs.gid);
  }
  const [program = '', ...args] = [
    ...runAs.prefix,
    join(home, 'bin', 'initdb'),
    ...['-D', folder.data, '-U', user, `--pwfile=${folder.password}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--no-locale', '--no-instructions', ...(disposable ? ['--no-sync'] : [])],
  ];
  const made = spawnSync(program, args, {
    ...identity(runAs),
    env: environment(home),
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  if (made.status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    const reason = made.error?.message ?? `${made.stdout}${made.stderr}`.trim();
    throw new Error(
      `The embedded PostgreSQL could not make its folder ${place}:\n${reason}\n` +
        'Run Latchkey as an ordinary user who owns the folder, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  renameSync(aside, place);
}

function identity(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs.uid === undefined || runAs.gid === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
}

class Server implements EmbeddedPostgres {
  url = '';
  private pid = 0;
  private stopping = false;
  private exitCallback: () => void = () => {};

  constructor(
    private readonly home: string,
    private readonly folder: PostgresFolder,
    private readonly runAs: RunAs,
    private readonly disposable: boolean,
  ) {}

  async start(): Promise<void> {
    const password = readFileSync(this.folder.password, 'utf8').trim();
    const claim = await claimServer(this.folder);
    if ('running' in claim) {
      const { pid, port } = claim.running;
      this.url = connectionString(password, port);
      if (!(await this.answers(60_000, () => isPostgresOf(pid, this.folder)))) {
        throw new Error(`The PostgreSQL that runs on ${this.folder.place} does not answer:\n${this.lastLog()}`);
      }
      this.watch(pid);
    } else {
      const port = await this.choosePort();
      this.url = connectionString(password, port);
      await this.launch(claim.lock, port);
    }
    await ensureDatabase(this.url);
  }

  onExit(callback: () => void): void {
    this.exitCallback = callback;
  }

  async restart(): Promise<void> {
    const claim = await claimServer(this.folder);
    if ('running' in claim) this.watch(claim.running.pid);
    else await this.launch(claim.lock, Number(new URL(this.url).port));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.pid !== 0 && isPostgresOf(this.pid, this.folder)) await shutDown(this.pid);
  }

  private async choosePort(): Promise<number> {
    const remembered = existsSync(this.folder.port) ? Number(readFileSync(this.folder.port, 'utf8')) : 0;
    const port = remembered > 0 && (await isPortFree(remembered, host)) ? remembered : await anyFreePort(host);
    writeFileSync(this.folder.port, String(port), { mode: 0o600 });
    return port;
  }

  /** Starts the server, which takes over the lock. */
  private async launch(lock: Lock, port: number): Promise<void> {
    let child: ChildProcess;
    try {
      child = this.spawn(lock, port);
    } finally {
      lock.release();
    }
    if (await this.answers(60_000, () => child.exitCode === null && child.signalCode === null)) {
      this.watch(child.pid ?? 0, child);
      return;
    }
    child.kill('SIGQUIT');
    throw new Error(`The embedded PostgreSQL did not start:\n${this.lastLog()}`);
  }

  private spawn(lock: Lock, port: number): ChildProcess {
    const settings = {
      listen_addresses: host,
      port: String(port),
      unix_socket_directories: '',
      max_connections: '120',
      shared_buffers: '128MB',
      random_page_cost: '1.1',
      // Containers often have 64 MB of shared memory; parallel queries would ask for more.
      max_parallel_workers_per_gather: '0',
      wal_compression: 'on',
      checkpoint_timeout: '15min',
      jit: 'off',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...(this.disposable ? { fsync: 'off', full_page_writes: 'off' } : {}),
    };
    const [program = '', ...args] = [
      ...this.runAs.prefix,
      join(this.home, 'bin', 'postgres'),
      ...['-D', this.folder.data],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    const log = openSync(this.folder.log, 'a', 0o600);
    try {
      // A group of its own: Ctrl-C in the terminal must not take the database away from processes that still end.
      const options = { ...identity(this.runAs), env: environment(this.home), cwd: tmpdir(), detached: true };
      // The lock is the open file: it is held as long as one process of the server has it.
      const child = spawn(program, args, { ...options, stdio: ['ignore', log, log, lock.fd] });
      child.on('error', () => {});
      child.unref();
      return child;
    } finally {
      closeSync(log);
    }
  }

  private async answers(timeoutMs: number, worthWaiting: () => boolean): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline && worthWaiting()) {
      if (await canConnect(maintenanceUrl(this.url))) return true;
      await sleep(50);
    }
    return false;
  }

  private watch(pid: number, child?: ChildProcess): void {
    this.pid = pid;
    const ended = () => {
      if (!this.stopping) this.exitCallback();
    };
    if (child) {
      child.once('exit', ended);
      return;
    }
    const timer = setInterval(() => {
      if (isPostgresOf(pid, this.folder)) return;
      clearInterval(timer);
      ended();
    }, 500);
    timer.unref();
  }

  private lastLog(): string {
    const log = existsSync(this.folder.log) ? readFileSync(this.folder.log, 'utf8') : '(no log)';
    return log.trimEnd().split('\n').slice(-15).join('\n');
  }
}

/**
 * The connection string of a server that {@link startEmbeddedPostgres} keeps running on a folder, for another process.
 * @returns undefined where none runs
 * @throws Error with the code EACCES where the folder belongs to another user
 */
export function findEmbeddedPostgres(base: string): string | undefined {
  const folder = postgresFolder(resolve(base));
  const running = readPidFile(folder);
  if (!running || !isLocked(folder.lock)) return undefined;
  return connectionString(readFileSync(folder.password, 'utf8').trim(), running.port);
}

/** Ends a server that a killed start left on a folder. @throws Error when one runs there that we cannot reach */
export async function stopEmbeddedPostgres(base: string): Promise<void> {
  const folder = postgresFolder(resolve(base));
  const running = readPidFile(folder);
  if (running && isPostgresOf(running.pid, folder)) await shutDown(running.pid);
  await waitUntilUnused(folder);
}

/** SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave. */
async function shutDown(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isAlive(pid) && waited < 30_000; waited += 50) await sleep(50);
  if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
}

function connectionString(password: string, port: number): string {
  return `postgresql://${user}:${password}@${host}:${port}/latchkey`;
}

/** The same server's database that always exists, for making and dropping others. */
export function maintenanceUrl(url: string): string {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  return maintenance.href;
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl(url) });
  await client.connect();
  try {
    const name = new URL(url).pathname.slice(1);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

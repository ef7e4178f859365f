import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { explainFullDisk, fullDisk } from '../lib/core/explain';
import { isLocked, type Lock } from './file-lock.mjs';
import { anyFreePort, isPortFree } from './ports';
import { decideRunAs, findPostgresHome, identity, postgresEnvironment, type RunAs } from './postgres-binaries';
import { makeCluster } from './postgres-cluster';
import { postgresHost, waitUntilAnswering } from './postgres-connection';
import {
  claimServer,
  isAlive,
  isInitialized,
  isPostgresOf,
  type PostgresFolder,
  postgresFolder,
  productUrl,
  readPidFile,
  waitUntilUnused,
} from './postgres-folder';
import { prepareRoles } from './postgres-roles';

/** After a crash PostgreSQL first reads what it had written down since the last checkpoint, up to a gigabyte. */
const startTimeoutMs = 600_000;

export interface EmbeddedPostgres {
  /** Connection string of the database `latchkey`, for the product's role; contains the password. */
  url: string;
  /** The same database for the superuser, who may make others. */
  superuserUrl: string;
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
  if (!isInitialized(folder)) makeCluster(home, place, runAs, { disposable });
  const server = new Server(home, folder, runAs, disposable);
  await server.start();
  return server;
}

class Server implements EmbeddedPostgres {
  url = '';
  superuserUrl = '';
  private pid = 0;
  private port = 0;
  private stopping = false;
  private exitCallback: () => void = () => {};

  constructor(
    private readonly home: string,
    private readonly folder: PostgresFolder,
    private readonly runAs: RunAs,
    private readonly disposable: boolean,
  ) {}

  async start(): Promise<void> {
    const claim = await claimServer(this.folder);
    if ('running' in claim) {
      const { pid, port } = claim.running;
      this.port = port;
      if (!(await this.answers(() => isPostgresOf(pid, this.folder)))) {
        throw new Error(`The PostgreSQL that runs on ${this.folder.place} does not answer:\n${this.lastLog()}`);
      }
      this.watch(pid);
    } else {
      this.port = await this.choosePort();
      await this.launch(claim.lock);
    }
    Object.assign(this, await prepareRoles(this.folder, this.port));
  }

  onExit(callback: () => void): void {
    this.exitCallback = callback;
  }

  async restart(): Promise<void> {
    const claim = await claimServer(this.folder);
    if ('running' in claim) this.watch(claim.running.pid);
    else await this.launch(claim.lock);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.pid !== 0 && isPostgresOf(this.pid, this.folder)) await shutDown(this.pid);
  }

  private async choosePort(): Promise<number> {
    const remembered = existsSync(this.folder.port) ? Number(readFileSync(this.folder.port, 'utf8')) : 0;
    const port =
      remembered > 0 && (await isPortFree(remembered, postgresHost)) ? remembered : await anyFreePort(postgresHost);
    writeFileSync(this.folder.port, String(port), { mode: 0o600 });
    return port;
  }

  /** Starts the server, which takes over the lock. */
  private async launch(lock: Lock): Promise<void> {
    let child: ChildProcess;
    try {
      child = this.spawn(lock);
    } finally {
      lock.release();
    }
    if (await this.answers(() => child.exitCode === null && child.signalCode === null)) {
      this.watch(child.pid ?? 0, child);
      return;
    }
    child.kill('SIGQUIT');
    const log = this.lastLog();
    if (log.includes(fullDisk)) throw new Error(explainFullDisk(this.folder.place));
    throw new Error(`The embedded PostgreSQL did not start:\n${log}`);
  }

  private spawn(lock: Lock): ChildProcess {
    const settings = {
      listen_addresses: postgresHost,
      port: String(this.port),
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
      ...(this.disposable ? { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' } : {}),
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
      const options = { ...identity(this.runAs), env: postgresEnvironment(this.home), cwd: tmpdir(), detached: true };
      // The lock is the open file: it is held as long as one process of the server has it.
      const child = spawn(program, args, { ...options, stdio: ['ignore', log, log, lock.fd] });
      child.on('error', () => {});
      child.unref();
      return child;
    } finally {
      closeSync(log);
    }
  }

  private answers(worthWaiting: () => boolean): Promise<boolean> {
    return waitUntilAnswering(productUrl(this.folder, this.port), startTimeoutMs, worthWaiting);
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
  return productUrl(folder, running.port);
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

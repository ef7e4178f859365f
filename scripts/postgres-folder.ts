import { existsSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isLocked,
  isSameNamespace,
  type Lock,
  type Owner,
  readOwner,
  tryLock,
  type Whereabouts,
  whereabouts,
} from './file-lock.mjs';
import { connectionString, letsIn, productName } from './postgres-connection';

/** The folder of one embedded PostgreSQL. */
export interface PostgresFolder {
  place: string;
  data: string;
  /** Of the product's role. */
  password: string;
  superuserPassword: string;
  port: string;
  log: string;
  /**
   * Says who started the server, and is locked by the server's own processes: all of them, and by nobody else for longer
   * than it takes to start one. Not called a lock, lest somebody deletes it as a stale one.
   */
  lock: string;
}

export function postgresFolder(place: string): PostgresFolder {
  return {
    place,
    data: join(place, 'data'),
    password: join(place, 'password'),
    superuserPassword: join(place, 'superuser-password'),
    port: join(place, 'port'),
    log: join(place, 'postgres.log'),
    lock: join(place, 'server.json'),
  };
}

/** Connection string of the product's database, for the product's role. */
export function productUrl(folder: PostgresFolder, port: number): string {
  const password = readFileSync(folder.password, 'utf8').trim();
  return connectionString({ role: productName, password, port, database: productName });
}

export interface RunningPostgres {
  pid: number;
  port: number;
}

const pidFileOf = (folder: PostgresFolder) => join(folder.data, 'postmaster.pid');

/** What the server's `postmaster.pid` says; its first line is the process number, its fourth the port. */
export function readPidFile(folder: PostgresFolder): RunningPostgres | undefined {
  try {
    const lines = readFileSync(pidFileOf(folder), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3]) } : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** True while a process with this number exists in our PID namespace, even one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A live process with the number in the pid file may be anybody: PostgreSQL works in the folder of its data. */
export function isPostgresOf(pid: number, { data }: PostgresFolder): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    const [its, ours] = [statSync(`/proc/${pid}/cwd`), statSync(data)];
    return its.ino === ours.ino && its.dev === ours.dev;
  } catch {
    return isStartedOn(pid, data);
  }
}

/** Where we may not look into the process of another user, as in a container without the right to. */
function isStartedOn(pid: number, data: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${data}\0`);
  } catch {
    return false;
  }
}

/** How long the processes of a server that was killed may take to notice; they hold the lock until then. */
const patienceMs = 20_000;

/**
 * Finds out who may use a server's folder: a server that lives is reused when it is one of ours, and only what no
 * process can use any more is cleared.
 * @returns the lock, to be handed to the server that is started now; or the server that runs
 * @throws Error that says what to do, when one runs where we cannot reach it, or might
 */
export async function claimServer(folder: PostgresFolder): Promise<{ lock: Lock } | { running: RunningPostgres }> {
  for (const deadline = Date.now() + patienceMs; ; await sleep(100)) {
    const { lock, owner } = tryLock(folder.lock);
    const found = readPidFile(folder);
    // Also without the lock, which a server of an earlier version does not hold.
    if (found && isPostgresOf(found.pid, folder)) {
      lock?.release();
      return { running: found };
    }
    if (lock) {
      try {
        if (found) await clearRemains(folder, lock, found.port);
        lock.note();
        return { lock };
      } catch (error) {
        lock.release();
        throw error;
      }
    }
    refuseInUse(folder, owner, deadline);
  }
}

/** Waits until no process uses a server's folder any more. @throws Error that says what to do, when that is not to be expected */
export async function waitUntilUnused(folder: PostgresFolder): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (isLocked(folder.lock)) {
    refuseInUse(folder, readOwner(folder.lock), deadline);
    await sleep(100);
  }
}

function refuseInUse(folder: PostgresFolder, owner: Owner | undefined, deadline: number): void {
  if (owner && !isSameNamespace(owner, whereabouts())) throw new Error(runsElsewhere(folder, owner));
  if (Date.now() > deadline) throw new Error(stillEnds(folder));
}

/** Removes the pid file of a server that is gone. The caller has the server's lock. */
async function clearRemains(folder: PostgresFolder, lock: Lock, port: number): Promise<void> {
  if (!lock.previous && (await answersTo(folder, port))) throw new Error(runsElsewhere(folder, undefined));
  const remains = judgeRemains(lock.previous, {
    ...whereabouts(),
    inode: lock.inode,
    isLocal: localFileSystems.has(statfsSync(folder.place).type),
  });
  if (remains === 'copied') throw new Error(wasCopied(folder, lock.previous));
  if (remains === 'elsewhere') throw new Error(mayRunElsewhere(folder, lock.previous));
  rmSync(pidFileOf(folder), { force: true });
}

/** A server of an earlier version holds no lock; one in another PID namespace can still be asked for our database. */
function answersTo(folder: PostgresFolder, port: number): Promise<boolean> {
  return letsIn(productUrl(folder, port)).catch(() => false);
}

/** File systems that one kernel alone has mounted, whose files keep their numbers: ext, xfs, btrfs, tmpfs, overlay, zfs, f2fs, bcachefs. */
const localFileSystems = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0xca451a4e,
]);

/**
 * What became of the server that left a pid file, when nobody holds its lock.
 * @param previous who started it, as the lock says; absent for a version that wrote nothing
 * @returns `gone`: no process of it can be left, whichever PID namespace it was in: every one of them would hold the
 * lock, or the machine was started anew since; `copied`: these files are not those that it worked on; `elsewhere`: it
 * ran on another machine, whose locks do not reach us
 */
export function judgeRemains(
  previous: Owner | undefined,
  here: Whereabouts & { inode: string; isLocal: boolean },
): 'gone' | 'copied' | 'elsewhere' {
  if (!previous) return 'gone';
  if (here.isLocal) return previous.inode === here.inode ? 'gone' : 'copied';
  return previous.bootId === here.bootId || previous.machine === here.machine ? 'gone' : 'elsewhere';
}

function runsElsewhere({ place, data }: PostgresFolder, owner: Owner | undefined): string {
  return (
    `The PostgreSQL of ${place} still runs in another container or PID namespace of this machine${onHost(owner)}, ` +
    'although the Latchkey that started it has ended.\n' +
    'Start Latchkey there again; or stop that container, or the process `postgres -D` of this folder from outside ' +
    `(${data}), and start again here.`
  );
}

function stillEnds({ place }: PostgresFolder): string {
  return (
    `Processes of an earlier PostgreSQL still use ${place}. Wait until they have ended, or end them ` +
    '(`pgrep -a postgres` lists them), then start again.'
  );
}

function wasCopied(folder: PostgresFolder, owner: Owner | undefined): string {
  return (
    `${folder.place} is a copy, made while its PostgreSQL was running${onHost(owner)}. Such a copy may be damaged ` +
    'without showing it.\n' +
    'Use a copy that was made while Latchkey was stopped, or a dump. If this one was made after its PostgreSQL had ' +
    `been killed, so that nothing wrote to it, remove ${pidFileOf(folder)} and start again.`
  );
}

function mayRunElsewhere(folder: PostgresFolder, owner: Owner | undefined): string {
  return (
    `${folder.place} was last used by a PostgreSQL on another machine${onHost(owner)}, which did not end in order and ` +
    'may still run.\n' +
    'Two PostgreSQL on one folder destroy it: make sure that none runs there any more. Then remove ' +
    `${pidFileOf(folder)} and start again.`
  );
}

function onHost(owner: Owner | undefined): string {
  return owner ? ` (host name ${owner.host}, started ${owner.at})` : '';
}

/** True where a folder holds a database. */
export function isInitialized(folder: PostgresFolder): boolean {
  return existsSync(join(folder.data, 'PG_VERSION'));
}

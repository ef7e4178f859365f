import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { explainFullDisk, fullDisk } from '../lib/core/explain';
import { identity, postgresEnvironment, type RunAs } from './postgres-binaries';
import { superuser } from './postgres-connection';
import { postgresFolder } from './postgres-folder';
import { readOrMakePassword } from './postgres-roles';

/**
 * Makes a new database cluster: aside, and moved into place, so that a half-made one is never taken for a database.
 * @throws Error that says what to do, when PostgreSQL cannot write there
 */
export function makeCluster(home: string, place: string, runAs: RunAs, options: { disposable: boolean }): void {
  if (existsSync(place) && readdirSync(place).length > 0) {
    throw new Error(`${place} has files but no database. Put it back from a backup, or move it away to begin anew.`);
  }
  for (const name of readdirSync(dirname(place))) {
    if (name.startsWith('.postgres-new-')) rmSync(join(dirname(place), name), { recursive: true, force: true });
  }
  const aside = join(dirname(place), `.postgres-new-${randomBytes(6).toString('hex')}`);
  mkdirSync(aside, { mode: 0o700 });
  const folder = postgresFolder(aside);
  const secrets = [folder.superuserPassword, folder.password];
  for (const path of secrets) readOrMakePassword(path);
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    for (const path of [aside, ...secrets]) chownSync(path, runAs.uid, runAs.gid);
  }
  const [program = '', ...args] = [
    ...runAs.prefix,
    join(home, 'bin', 'initdb'),
    ...['-D', folder.data, '-U', superuser, `--pwfile=${folder.superuserPassword}`, '--auth=scram-sha-256'],
    // Order by code points, which no later version changes, and upper and lower case for every script.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=PG_UNICODE_FAST'],
    ...['--no-instructions', ...(options.disposable ? ['--no-sync'] : [])],
  ];
  const made = spawnSync(program, args, {
    ...identity(runAs),
    env: postgresEnvironment(home),
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  if (made.status !== 0) {
    rmSync(aside, { recursive: true, force: true });
    const reason = made.error?.message ?? `${made.stdout}${made.stderr}`.trim();
    if (reason.includes(fullDisk)) throw new Error(explainFullDisk(place));
    throw new Error(
      `The embedded PostgreSQL could not make its folder ${place}:\n${reason}\n` +
        'Run Latchkey as an ordinary user who owns the folder, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  renameSync(aside, place);
}

import { appliedMigrationsSql, listMigrationNames, migrationsFolder } from '@/lib/db/migration-files';
import { probe } from '@/lib/db/probe';
import { checkDisk } from './disk';

export interface Readiness {
  ready: boolean;
  /** `ok`, or in words what is missing; free of addresses and passwords, because anybody may ask. */
  checks: { database: string; migrations: string; worker: string; disk?: string };
}

const workerSilenceMs = 30_000;

/** The database's clock on both sides, so that hosts whose clocks differ agree. */
const sql = `SELECT
  (SELECT extract(epoch FROM clock_timestamp() - max(last_seen_at))::float8 FROM worker_heartbeats) AS seconds,
  ARRAY(SELECT migration_name::text FROM (${appliedMigrationsSql}) applied) AS applied`;

let looking: Promise<Readiness> | undefined;

/**
 * What a load balancer asks before it sends people here. Answers within about 2 s even when the database hangs, and
 * also when all connections of the pool are busy. Who asks while somebody else does gets the same answer: strangers may ask
 * as often as they like, and a load balancer that waited behind them would take this process for lost.
 */
export function checkReadiness(): Promise<Readiness> {
  looking ??= look().finally(() => {
    looking = undefined;
  });
  return looking;
}

async function look(): Promise<Readiness> {
  const folder = process.env.LATCHKEY_DATABASE_DIR;
  const [database, disk] = await Promise.all([checkDatabase(), folder ? checkDisk(folder) : undefined]);
  const checks = { ...database, ...(disk === undefined ? {} : { disk }) };
  return { ready: Object.values(checks).every((check) => check === 'ok'), checks };
}

async function checkDatabase(): Promise<Pick<Readiness['checks'], 'database' | 'migrations' | 'worker'>> {
  try {
    const [row] = await probe<{ seconds: number | null; applied: string[] }>(sql);
    const applied = new Set(row?.applied);
    const pending = (await listMigrationNames(migrationsFolder())).filter((name) => !applied.has(name));
    const migrations = pending.length === 0 ? 'ok' : `pending: ${pending.join(', ')}`;
    return { database: 'ok', migrations, worker: wordsFor(row?.seconds ?? undefined) };
  } catch {
    const unknown = 'unknown without the database';
    return { database: 'does not answer', migrations: unknown, worker: unknown };
  }
}

function wordsFor(secondsOfSilence: number | undefined): string {
  if (secondsOfSilence === undefined) return 'no worker has reported yet';
  if (secondsOfSilence * 1000 < workerSilenceMs) return 'ok';
  return `no worker has reported for ${Math.round(secondsOfSilence)} s`;
}

import { db } from './client';
import { listPendingMigrations } from './pending-migrations';

export interface Readiness {
  ready: boolean;
  /** `ok`, or in words what is missing; free of addresses and passwords, because anybody may ask. */
  checks: { database: string; migrations: string; worker: string };
}

const workerSilenceMs = 30_000;
const patienceMs = 3_000;

/** What a load balancer asks before it sends people here. Answers within about 3 s even when the database hangs. */
export async function checkReadiness(): Promise<Readiness> {
  const unknown = 'unknown without the database';
  try {
    const [migrations, worker] = await withPatience(Promise.all([checkMigrations(), checkWorker()]));
    return { ready: migrations === 'ok' && worker === 'ok', checks: { database: 'ok', migrations, worker } };
  } catch {
    return { ready: false, checks: { database: 'does not answer', migrations: unknown, worker: unknown } };
  }
}

async function checkMigrations(): Promise<string> {
  const pending = await listPendingMigrations();
  return pending.length === 0 ? 'ok' : `pending: ${pending.join(', ')}`;
}

async function checkWorker(): Promise<string> {
  // The database's clock on both sides, so that hosts whose clocks differ agree.
  const [row] = await db.$queryRaw<{ seconds: number | null }[]>`
    SELECT extract(epoch FROM clock_timestamp() - max(last_seen_at))::float8 AS seconds FROM worker_heartbeats`;
  const seconds = row?.seconds ?? undefined;
  if (seconds === undefined) return 'no worker has reported yet';
  return seconds * 1000 < workerSilenceMs ? 'ok' : `no worker has reported for ${Math.round(seconds)} s`;
}

function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patienceMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

import { hostname } from 'node:os';
import { db } from '@/lib/db/client';
import { freeLanes } from '@/lib/queue/leases';

/** A worker that has not been seen for this many seconds is taken for dead, and its leases for free. */
export const heartbeatTimeoutSeconds = 10;

const beatMs = 2_000;
const forgetAfterMinutes = 60;

/** Keeps a row that says this process lives, under which it leases rows and the queue's workers lock jobs. */
export interface Heartbeat {
  id: string;
  /** Names a pool of the queue's as this process's. */
  adopt(poolId: string): void;
  stop(): Promise<void>;
}

/**
 * Starts beating. With every beat, jobs and leases that dead processes hold are freed: graphile-worker by itself
 * would wait four hours.
 */
export async function startHeartbeat(): Promise<Heartbeat> {
  const id = crypto.randomUUID();
  const queuePools: string[] = [];
  const beat = async () => {
    // By the database's clock, because leases and readiness are judged by it.
    await db.$executeRaw`
      INSERT INTO worker_heartbeats (id, host, pid, worker_ids, started_at, last_seen_at)
      VALUES (${id}::uuid, ${hostname()}, ${process.pid}, ${queuePools}, clock_timestamp(), clock_timestamp())
      ON CONFLICT (id) DO UPDATE SET worker_ids = EXCLUDED.worker_ids, last_seen_at = EXCLUDED.last_seen_at`;
    await freeDeadWorkers();
    await freeLanes(id, heartbeatTimeoutSeconds);
  };
  await beat();
  let last = Promise.resolve();
  const timer = setInterval(() => {
    last = beat().catch((error: unknown) =>
      console.error('heartbeat:', error instanceof Error ? error.message : error),
    );
  }, beatMs);
  return {
    id,
    adopt: (poolId) => void queuePools.push(poolId),
    async stop() {
      clearInterval(timer);
      await last;
      await db.workerHeartbeat.deleteMany({ where: { id } });
    },
  };
}

/** Frees jobs that are locked by workers of processes that stopped beating. */
async function freeDeadWorkers(): Promise<void> {
  await db.$executeRaw`
    SELECT graphile_worker.force_unlock_workers(ARRAY(
      SELECT DISTINCT locked_by FROM graphile_worker._private_jobs held
      WHERE locked_by IS NOT NULL AND locked_at < clock_timestamp() - make_interval(secs => ${heartbeatTimeoutSeconds})
        AND NOT EXISTS (SELECT 1 FROM worker_heartbeats w
          WHERE held.locked_by = ANY (w.worker_ids)
            AND w.last_seen_at > clock_timestamp() - make_interval(secs => ${heartbeatTimeoutSeconds}))))`;
  await db.$executeRaw`
    DELETE FROM worker_heartbeats WHERE last_seen_at < clock_timestamp() - make_interval(mins => ${forgetAfterMinutes}::int)`;
}

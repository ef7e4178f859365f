import type { WorkerEvents, WorkerPool } from 'graphile-worker';

/** When it is looked for what follows in a queue: its lock is let go a statement after the end of a job was told, whenever that is. */
const lookAfterMs = [5, 25, 100];

/**
 * What waits in a queue behind a job is told to nobody when that job ends, and may be for another pool of this process, which
 * would find it by polling, a second later. So the pools look right after the end of every job of a queue.
 * @param signal from when on nobody looks for more
 */
export function followInQueue(events: WorkerEvents, signal: AbortSignal): void {
  const pools = new Set<WorkerPool>();
  const look = () => {
    if (signal.aborted) return;
    for (const pool of pools) if (!pool.abortSignal.aborted) pool.nudge(1);
  };
  events.on('pool:create', ({ workerPool }) => pools.add(workerPool));
  events.on('pool:release', ({ workerPool }) => pools.delete(workerPool));
  events.on('job:complete', ({ job }) => {
    if (job.job_queue_id === null) return;
    for (const ms of lookAfterMs) setTimeout(look, ms).unref();
  });
}

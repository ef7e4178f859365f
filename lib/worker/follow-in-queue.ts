import type { WorkerEvents, WorkerPool } from 'graphile-worker';

/** When it is looked, after something came or ended: whatever was in the way then is let go a moment later. */
const lookAfterMs = [5, 30, 110];
/** Between two looks of one kind, however much comes and ends. */
const restMs = 20;
/** A pool that looks holds all queues that are free, for a millisecond or two: another that looks meanwhile finds none of them. */
const apartMs = 4;

/**
 * Has the pools of this process look for jobs of queues, one after the other. What comes is told to all of them in the same moment: they
 * look at once and are in each other's way, and whose job it is may see no queue. What waits in a queue behind a job is told to
 * nobody when that job ends. Either way it would be found by polling, up to a second later.
 * @param signal from when on nobody looks for more
 */
export function followInQueue(events: WorkerEvents, signal: AbortSignal): void {
  const pools = new Set<WorkerPool>();
  const look = () => {
    for (const [place, pool] of [...pools].entries()) {
      setTimeout(() => {
        if (!signal.aborted && !pool.abortSignal.aborted) pool.nudge(1);
      }, place * apartMs).unref();
    }
  };
  const lookSoon = lookAfterMs.map((ms) => notTooOften(look, ms));
  const somethingCame = () => {
    for (const soon of lookSoon) soon();
  };
  events.on('pool:create', ({ workerPool }) => pools.add(workerPool));
  events.on('pool:release', ({ workerPool }) => pools.delete(workerPool));
  events.on('pool:listen:notification', somethingCame);
  events.on('job:complete', ({ job }) => {
    if (job.job_queue_id !== null) somethingCame();
  });
}

/** Calls it so many milliseconds later, once for all that ask for it until then or just after the last time. */
function notTooOften(call: () => void, ms: number): () => void {
  let isWaiting = false;
  let last = 0;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    const due = Math.max(ms, last + restMs - performance.now());
    setTimeout(() => {
      isWaiting = false;
      last = performance.now();
      call();
    }, due).unref();
  };
}

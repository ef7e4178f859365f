import { EventEmitter } from 'node:events';
import { run, type WorkerEvents } from 'graphile-worker';
import { explain, refusedExitCode, StartRefused } from '@/lib/core/explain';
import { flushRefusals } from '@/lib/events/record';
import { checkCanary } from '@/lib/installation/check-canary';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import type { TaskName } from '@/lib/queue/tasks';
import { startFanOut } from './fan-out-loop';
import { followInQueue } from './follow-in-queue';
import { logger } from './logger';
import { taskList, taskNames } from './task-list';

const concurrency = 6;
/** Changes that are turned into what they touch: they never wait for an application that is slow to answer. */
const changeConcurrency = 3;
const changeTasks: TaskName[] = ['directory-changed', 'application-changed'];
/** Applications whose changes are sent at once: most of the time each of them waits for answers. */
const sendingConcurrency = 16;
const sendingTasks: TaskName[] = ['provision'];
/** Full cycles and imports that are worked on at once: slots of their own, so that a change elsewhere never waits for one. */
const bulkConcurrency = 6;
const bulkTasks: TaskName[] = ['cycle', 'provision-cycle', 'import-fetch', 'import-run', 'retention'];
/** Webhooks that are served at once, apart from everything else: a receiver that hangs holds up nobody's provisioning. */
const webhookConcurrency = 4;
const webhookTasks: TaskName[] = ['deliver-webhook'];
const apart = new Set([...changeTasks, ...sendingTasks, ...bulkTasks, ...webhookTasks]);
const otherTasks = taskNames.filter((name) => !apart.has(name));

/** To the database, for the queue's own statements: a slot needs one only for a moment. */
const connections = (slots: number) => Math.min(slots + 2, 8);

async function main(): Promise<void> {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set: start Latchkey with `npm run demo` or `npm start`.');
  await checkCanary();
  const heartbeat = await startHeartbeat();
  const stopping = new AbortController();
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked in the name of the pool, not of its workers.
  events.on('pool:create', ({ workerPool }) => heartbeat.adopt(workerPool.id));
  followInQueue(events, stopping.signal);
  const tasks = (names: readonly TaskName[]) => taskList({ workerId: heartbeat.id, signal: stopping.signal }, names);
  const shared = { connectionString, noHandleSignals: true, pollInterval: 1_000, logger, events };
  const runners = await Promise.all([
    run({
      ...shared,
      concurrency,
      maxPoolSize: connections(concurrency),
      taskList: tasks(otherTasks),
      crontab: '* * * * * schedule-cycles\n*/10 * * * * housekeeping',
    }),
    ...(
      [
        [changeTasks, changeConcurrency],
        [sendingTasks, sendingConcurrency],
        [bulkTasks, bulkConcurrency],
        [webhookTasks, webhookConcurrency],
      ] as const
    ).map(([names, slots]) =>
      run({ ...shared, concurrency: slots, maxPoolSize: connections(slots), taskList: tasks(names) }),
    ),
  ]);
  const fanOut = startFanOut();
  const stop = async () => {
    stopping.abort();
    await fanOut.stop();
    await Promise.all(runners.map((runner) => runner.stop()));
    await heartbeat.stop();
    await flushRefusals().catch(() => undefined);
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  await Promise.all(runners.map((runner) => runner.promise));
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(error instanceof StartRefused ? refusedExitCode : 1);
});

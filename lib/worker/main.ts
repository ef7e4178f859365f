import { EventEmitter } from 'node:events';
import { run, type WorkerEvents } from 'graphile-worker';
import { explain, refusedExitCode, StartRefused } from '@/lib/core/explain';
import { flushRefusals } from '@/lib/events/record';
import { checkCanary } from '@/lib/installation/check-canary';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import { startFanOut } from './fan-out-loop';
import { logger } from './logger';
import { taskList } from './task-list';

const concurrency = 6;
/** Webhooks that are served at once, apart from everything else: a receiver that hangs holds up nobody's provisioning. */
const webhookConcurrency = 4;

async function main(): Promise<void> {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set: start Latchkey with `npm run demo` or `npm start`.');
  await checkCanary();
  const heartbeat = await startHeartbeat();
  const stopping = new AbortController();
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked in the name of the pool, not of its workers.
  events.on('pool:create', ({ workerPool }) => heartbeat.adopt(workerPool.id));
  const { 'deliver-webhook': deliver, ...others } = taskList({ workerId: heartbeat.id, signal: stopping.signal });
  const shared = { connectionString, noHandleSignals: true, pollInterval: 1_000, logger, events };
  const runners = await Promise.all([
    run({
      ...shared,
      concurrency,
      taskList: others,
      crontab: '* * * * * schedule-cycles\n*/10 * * * * housekeeping',
    }),
    run({
      ...shared,
      concurrency: webhookConcurrency,
      maxPoolSize: webhookConcurrency + 2,
      taskList: { 'deliver-webhook': deliver },
    }),
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

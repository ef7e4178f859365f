import { EventEmitter } from 'node:events';
import { run, type WorkerEvents } from 'graphile-worker';
import { checkCanary } from '@/lib/directory/check-canary';
import { startHeartbeat } from './heartbeat';
import { logger } from './logger';
import { taskList } from './task-list';

const concurrency = 6;

async function main(): Promise<void> {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set: start Latchkey with `npm run demo` or `npm start`.');
  await checkCanary();
  const heartbeat = await startHeartbeat();
  const stopping = new AbortController();
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked in the name of the pool, not of its workers.
  events.on('pool:create', ({ workerPool }) => heartbeat.adopt(workerPool.id));
  const runner = await run({
    connectionString,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger,
    events,
    taskList: taskList({ workerId: heartbeat.id, signal: stopping.signal }),
    crontab: '* * * * * schedule-cycles\n*/10 * * * * housekeeping',
  });
  const stop = async () => {
    stopping.abort();
    await runner.stop();
    await heartbeat.stop();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  await runner.promise;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

import { EventEmitter } from 'node:events';
import { run, type TaskList, type WorkerEvents } from 'graphile-worker';
import { checkCanary } from '@/lib/directory/check-canary';
import { type TaskName, tasks } from '@/lib/queue/tasks';
import { handlers } from './handlers';
import { startHeartbeat } from './heartbeat';
import { logger } from './logger';

const concurrency = 6;

async function main(): Promise<void> {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set: start Latchkey with `npm run demo` or `npm start`.');
  await checkCanary();
  const heartbeat = await startHeartbeat();
  const stopping = new AbortController();
  const events: WorkerEvents = new EventEmitter();
  events.on('worker:create', ({ worker }) => heartbeat.adopt(worker.workerId));
  const runner = await run({
    connectionString,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger,
    events,
    taskList: taskList(heartbeat.id, stopping.signal),
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

function taskList(workerId: string, signal: AbortSignal): TaskList {
  const names = Object.keys(tasks) as TaskName[];
  return Object.fromEntries(
    names.map((name) => [name, (payload: unknown) => runTask(name, payload, { workerId, signal })]),
  );
}

function runTask<Name extends TaskName>(
  name: Name,
  payload: unknown,
  context: { workerId: string; signal: AbortSignal },
): Promise<void> {
  const parsed = tasks[name].parse(payload ?? {}) as Parameters<(typeof handlers)[Name]>[0];
  const handler = handlers[name] as (
    payload: typeof parsed,
    context: { workerId: string; signal: AbortSignal },
  ) => Promise<void>;
  return handler(parsed, context);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

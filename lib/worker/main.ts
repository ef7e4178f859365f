import { explain, refusedExitCode, StartRefused } from '@/lib/core/explain';
import { flushRefusals } from '@/lib/events/record';
import { checkCanary } from '@/lib/installation/check-canary';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import { startFanOut } from './fan-out-loop';
import { startPools } from './pools';
import { taskList } from './task-list';

async function main(): Promise<void> {
  const connectionString = process.env.DATABASE_URL;
  if (!connectionString) throw new Error('DATABASE_URL is not set: start Latchkey with `npm run demo` or `npm start`.');
  await checkCanary();
  const heartbeat = await startHeartbeat();
  const stopping = new AbortController();
  const runners = await startPools({
    connectionString,
    tasks: (names) => taskList({ workerId: heartbeat.id, signal: stopping.signal }, names),
    // Jobs are locked in the name of the pool, not of its workers.
    adopt: heartbeat.adopt,
    crontab: '* * * * * schedule-cycles\n*/10 * * * * housekeeping',
  });
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

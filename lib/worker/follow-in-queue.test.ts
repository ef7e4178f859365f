import { EventEmitter } from 'node:events';
import { run, type WorkerEvents } from 'graphile-worker';
import { expect, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { followInQueue } from './follow-in-queue';
import { logger } from './logger';

test('what follows in a queue for another pool begins when the job before it ends, without waiting for the next poll', async () => {
  const events: WorkerEvents = new EventEmitter();
  const stopping = new AbortController();
  followInQueue(events, stopping.signal);
  const done: string[] = [];
  const shared = { connectionString: process.env.DATABASE_URL ?? '', noHandleSignals: true, logger, events };
  // Nothing is found by polling before the test has failed.
  const slow = { ...shared, concurrency: 1, pollInterval: 600_000 };
  const add = (task: string) =>
    db.$executeRaw`SELECT graphile_worker.add_job(identifier => ${task}::text, queue_name => 'one after another')`;
  const runners = await Promise.all([
    run({
      ...slow,
      taskList: {
        first: async () => {
          await add('second');
          // Long enough for the other pool to be told of it, and to find the queue taken.
          await new Promise((resolve) => setTimeout(resolve, 300));
          done.push('first');
        },
      },
    }),
    run({ ...slow, taskList: { second: async () => void done.push('second') } }),
  ]);
  await add('first');
  await vi.waitFor(() => expect(done).toEqual(['first', 'second']), { timeout: 15_000 });
  stopping.abort();
  await Promise.all(runners.map((runner) => runner.stop()));
});

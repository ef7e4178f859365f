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

test('a job of a queue begins although somebody else held all queues in the moment in which it came', async () => {
  const events: WorkerEvents = new EventEmitter();
  const stopping = new AbortController();
  followInQueue(events, stopping.signal);
  const shared = { connectionString: process.env.DATABASE_URL ?? '', noHandleSignals: true, logger, events };
  const done: string[] = [];
  const taskList = { told: async () => void done.push('told') };
  const runner = await run({ ...shared, concurrency: 1, pollInterval: 600_000, taskList });
  const add = () => db.$executeRaw`SELECT graphile_worker.add_job(identifier => 'told', queue_name => 'held')`;
  await add();
  await vi.waitFor(() => expect(done).toHaveLength(1), { timeout: 15_000 });
  // Until nobody looks any more for what follows that one.
  await new Promise((resolve) => setTimeout(resolve, 200));
  // As another pool does for a moment when it looks for a job.
  await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM graphile_worker._private_job_queues FOR UPDATE`;
    await add();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await vi.waitFor(() => expect(done).toHaveLength(2), { timeout: 5_000 });
  stopping.abort();
  await runner.stop();
});

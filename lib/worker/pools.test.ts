import { randomUUID } from 'node:crypto';
import type { Runner, TaskList } from 'graphile-worker';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { db } from '@/lib/db/client';
import { wakeEngine } from '@/lib/provisioning/mark-due';
import { enqueue, enqueueEach } from '@/lib/queue/enqueue';
import { giveBack, takeLane } from '@/lib/queue/leases';
import type { TaskName } from '@/lib/queue/tasks';
import { allSlots, startPools } from './pools';

const workerId = randomUUID();
let applicationId = '';
let runners: Runner[] = [];

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE task_leases, graphile_worker._private_jobs`;
  applicationId = randomUUID();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(runners.map((runner) => runner.stop()));
});

/** The pools of a worker, in which a task does this once it has its lane. Nothing is found by polling before a test has failed. */
async function pools(work: (name: TaskName) => Promise<void>, pollInterval = 600_000): Promise<void> {
  const lane = `provision:${applicationId}`;
  const tasks = (names: readonly TaskName[]): TaskList =>
    Object.fromEntries(
      names.map((name) => [
        name,
        async (payload, { job }) => {
          const token = await takeLane(lane, workerId, { ...job, key: job.key ?? '', identifier: name, payload });
          if (!token) return;
          await work(name);
          await giveBack(token);
        },
      ]),
    );
  const connectionString = process.env.DATABASE_URL ?? '';
  runners = await startPools({ connectionString, tasks, adopt: () => undefined, pollInterval });
}

const cycle = () => enqueue(db, 'provision-cycle', { applicationId }, { jobKey: `provision-cycle:${applicationId}` });

test('what came while a cycle was at work begins when it ends, without waiting for the next poll, and once', async () => {
  const done: string[] = [];
  await pools(async (name) => {
    if (name === 'provision-cycle') {
      // Each in time for the other pool to look for it, and to find the lane taken.
      for (let changes = 0; changes < 3; changes += 1) {
        await wakeEngine(db, applicationId);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    done.push(name);
  });
  await cycle();
  await vi.waitFor(() => expect(done).toEqual(['provision-cycle', 'provision']), { timeout: 25_000 });
});

test('what a stretch hands on to a cycle begins when it ends, without waiting for the next poll', async () => {
  const done: string[] = [];
  await pools(async (name) => {
    if (name === 'provision') {
      await cycle();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    done.push(name);
  });
  await wakeEngine(db, applicationId);
  await vi.waitFor(() => expect(done).toEqual(['provision', 'provision-cycle']), { timeout: 25_000 });
});

test('tasks of one lane that are taken in the same moment, in whatever slots, run one after the other, and all of them', async () => {
  let underWay = 0;
  let most = 0;
  const done = new Set<string>();
  await pools(async (name) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 30));
    done.add(name);
    underWay -= 1;
  });
  const names: TaskName[] = ['provision', 'provision-cycle'];
  for (let round = 0; round < 5; round += 1) {
    done.clear();
    await db.$transaction(async (tx) => {
      await wakeEngine(tx, applicationId);
      await wakeEngine(tx, applicationId, new Date());
      await enqueue(tx, 'provision-cycle', { applicationId }, { jobKey: `provision-cycle:${applicationId}` });
    });
    await vi.waitFor(() => expect([...done].sort()).toEqual(names), { timeout: 25_000 });
    await vi.waitFor(async () => expect(await db.$queryRaw`SELECT 1 FROM graphile_worker.jobs`).toEqual([]), {
      timeout: 25_000,
    });
  }
  expect(most).toBe(1);
});

test('a suspension begins while everything that has slots for changes is at work', async () => {
  const held = new Map<string, () => void>();
  let begun = 0;
  const connectionString = process.env.DATABASE_URL ?? '';
  const tasks = (names: readonly TaskName[]): TaskList =>
    Object.fromEntries(
      names.map((name) => [
        name,
        (_payload, { job }) => {
          begun += 1;
          return name === 'person-shut-out' ? undefined : new Promise<void>((resolve) => held.set(job.id, resolve));
        },
      ]),
    );
  runners = await startPools({ connectionString, tasks, adopt: () => undefined, pollInterval: 600_000 });
  const people = { userIds: [randomUUID()], groupIds: [] };
  await enqueueEach(
    db,
    Array.from({ length: 4 }, () => ({ name: 'directory-changed', payload: people }) as const),
  );
  await vi.waitFor(() => expect(held.size).toBe(3), { timeout: 25_000 });
  await enqueue(db, 'person-shut-out', { userId: randomUUID() });
  await vi.waitFor(() => expect(begun).toBe(4), { timeout: 25_000 });
  while (begun < 5 || held.size > 0) {
    for (const [id, release] of held) if (held.delete(id)) release();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('a task is looked for in the slots that are for it, and in no others', async () => {
  const looks = vi.spyOn(pg.Client.prototype, 'query');
  const count = () => looks.mock.calls.filter(([one]) => String(Object(one).name).startsWith('get_job')).length;
  await pools(async () => undefined);
  // Each slot looks once when it begins.
  await vi.waitFor(() => expect(count()).toBeGreaterThanOrEqual(allSlots), { timeout: 25_000 });
  const before = count();
  for (let round = 0; round < 10; round += 1) {
    await wakeEngine(db, applicationId);
    await vi.waitFor(async () => expect(await db.$queryRaw`SELECT 1 FROM graphile_worker.jobs`).toEqual([]), {
      timeout: 25_000,
      interval: 5,
    });
  }
  // Each time who finds it and then finds nothing more, who may wait for the lane with the application's cycle, and who
  // is told of it when a slot that was just looking again has found it already.
  expect(count() - before).toBeLessThanOrEqual(4 * 10);
});

test('what has become due is begun at the next look, which is one statement for all slots', async () => {
  const asked = vi.spyOn(pg.Client.prototype, 'query');
  const count = (name: string) => asked.mock.calls.filter(([one]) => String(Object(one).name).startsWith(name)).length;
  const done: string[] = [];
  await pools(async (name) => void done.push(name), 100);
  await vi.waitFor(() => expect(count('get_job')).toBeGreaterThanOrEqual(allSlots), { timeout: 25_000 });
  const [looks, before] = [count('due-tasks'), count('get_job')];
  await vi.waitFor(() => expect(count('due-tasks')).toBeGreaterThanOrEqual(looks + 5), { timeout: 25_000 });
  expect(count('get_job')).toBe(before);
  await wakeEngine(db, applicationId, new Date(Date.now() + 200));
  await vi.waitFor(() => expect(done).toEqual(['provision']), { timeout: 25_000 });
});

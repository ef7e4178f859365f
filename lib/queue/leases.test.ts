import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { db, inOneTransaction } from '@/lib/db/client';
import { untilWaiting } from '@/lib/db/testing/until-waiting';
import { enqueue } from './enqueue';
import { freeLanes, giveBack, lanesToPassOver, takeLane } from './leases';

let applicationId = '';
let lane = '';
const job = (key = lane, identifier = 'provision') => ({ key, identifier, payload: { applicationId }, priority: -1 });
const timeoutSeconds = 10;
let worker = '';

beforeEach(async () => {
  await db.$executeRaw`TRUNCATE task_leases, worker_heartbeats, graphile_worker._private_jobs`;
  // Another one each time: of what a test has in hand this process knows, too.
  applicationId = randomUUID();
  lane = `provision:${applicationId}`;
  worker = await living();
});

async function living(lastSeenAt = new Date()): Promise<string> {
  const { id } = await db.workerHeartbeat.create({
    data: { id: randomUUID(), startedAt: lastSeenAt, lastSeenAt, host: 'test', pid: 1 },
  });
  return id;
}

async function taken(): Promise<string> {
  const token = await takeLane(lane, worker, job());
  if (!token) throw new Error('It was taken already.');
  return token;
}

/** Jobs that wait, and whether they are due. */
const waiting = () =>
  db.$queryRaw<{ key: string; due: boolean }[]>`
    SELECT key, run_at <= clock_timestamp() AS due FROM graphile_worker.jobs
    WHERE locked_at IS NULL AND attempts < max_attempts ORDER BY key`;

/** Does it in a transaction that stays open until `meanwhile` waits for it. */
async function whileOpen(work: () => Promise<unknown>, meanwhile: () => Promise<unknown>): Promise<void> {
  const moments = new EventEmitter();
  const done = once(moments, 'done');
  const open = inOneTransaction(async () => {
    await work();
    const close = once(moments, 'close');
    moments.emit('done');
    await close;
  });
  await Promise.race([done, open]);
  const waits = meanwhile();
  await untilWaiting(1);
  moments.emit('close');
  await Promise.all([open, waits]);
}

test('one task at a time has a lane; the job of another one waits in the queue, and is due when the lane is given back', async () => {
  const token = await taken();
  expect(await takeLane(lane, await living(), job('later'))).toBeUndefined();
  expect(await waiting()).toEqual([{ key: 'later', due: false }]);
  await giveBack(token);
  expect(await waiting()).toEqual([{ key: 'later', due: true }]);
  expect(await takeLane(lane, worker, job('later'))).toEqual(expect.any(String));
});

test('of many that come at once one has the lane, and none is lost', async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `job ${String(index).padStart(2, '0')}`);
  const tokens = await Promise.all(keys.map((key) => takeLane(lane, worker, job(key))));
  expect(tokens.filter(Boolean)).toHaveLength(1);
  await giveBack(tokens.find(Boolean) ?? '');
  const others = keys.filter((_, index) => !tokens[index]);
  expect(await waiting()).toEqual(others.map((key) => ({ key, due: true })));
});

test('what is put off at the very moment in which the task ends is due', async () => {
  const token = await taken();
  await whileOpen(
    async () => expect(await takeLane(lane, worker, job('late'))).toBeUndefined(),
    () => giveBack(token),
  );
  expect(await waiting()).toEqual([{ key: 'late', due: true }]);
});

test('what comes at the very moment in which the task gives its lane back has the lane', async () => {
  const token = await taken();
  let next: string | undefined;
  await whileOpen(
    () => giveBack(token),
    async () => {
      next = await takeLane(lane, worker, job('late'));
    },
  );
  expect(next).toEqual(expect.any(String));
  expect(await waiting()).toEqual([]);
});

test('what is asked for again while its job is put off is one job, and loses nothing of it', async () => {
  const token = await taken();
  await enqueue(db, 'provision', { applicationId }, { jobKey: lane, priority: -1 });
  expect(await takeLane(lane, worker, job())).toBeUndefined();
  await enqueue(db, 'provision', { applicationId }, { jobKey: lane, priority: -1 });
  expect(await takeLane(lane, worker, job())).toBeUndefined();
  await giveBack(token);
  expect(await waiting()).toEqual([{ key: lane, due: true }]);
  expect(await db.$queryRaw`SELECT priority::int, flags, payload FROM graphile_worker._private_jobs`).toEqual([
    { priority: -1, flags: { [lane]: true }, payload: { applicationId } },
  ]);
});

test('a dead worker holds nothing, and who waited for it is due; a living one keeps what it has in hand', async () => {
  const dead = await living(new Date(Date.now() - 60_000));
  await db.taskLease.create({ data: { name: 'import:1', token: randomUUID(), workerId: dead } });
  expect(await takeLane('import:1', worker, job('import', 'import-run'))).toBeUndefined();
  const token = await taken();
  const elsewhere = { name: 'cycle:1', token: randomUUID(), workerId: await living() };
  await db.taskLease.create({ data: elsewhere });
  await freeLanes(worker, timeoutSeconds);
  const left = await db.taskLease.findMany({ orderBy: { name: 'asc' } });
  expect(left.map((one) => one.token)).toEqual([elsewhere.token, token]);
  expect(await waiting()).toEqual([{ key: 'import', due: true }]);
  await giveBack(token);
});

test('a lane that could not be given back, because the database was away, is free with the next heartbeat', async () => {
  const token = await taken();
  const away = inOneTransaction(async () => {
    await giveBack(token);
    throw new Error('away');
  });
  await expect(away).rejects.toThrow('away');
  expect(await db.taskLease.count()).toBe(1);
  await freeLanes(worker, timeoutSeconds);
  expect(await db.taskLease.count()).toBe(0);
});

test('jobs of a lane that is worked in are passed over, in whichever process, and are looked at again', async () => {
  const token = await taken();
  expect(lanesToPassOver()).toContain(lane);
  await giveBack(token);
  expect(lanesToPassOver()).not.toContain(lane);
  await db.taskLease.create({ data: { name: 'cycle:2', token: randomUUID(), workerId: await living() } });
  await takeLane('cycle:2', worker, job('cycle:2', 'cycle'));
  expect(lanesToPassOver()).toContain('cycle:2');
  await expect.poll(() => lanesToPassOver().includes('cycle:2'), { timeout: 3_000 }).toBe(false);
});

test('no task is in one of the named queues of the queue itself: each look for a job would lock them all', async () => {
  await enqueue(db, 'provision', { applicationId }, { jobKey: lane });
  await enqueue(db, 'retention', {}, { jobKey: 'retention' });
  expect(await db.$queryRaw`SELECT queue_name FROM graphile_worker._private_job_queues`).toEqual([]);
});

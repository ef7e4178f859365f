import { EventEmitter } from 'node:events';
import { run, type WorkerEvents } from 'graphile-worker';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { settleAllNames } from '@/lib/applications/settle-names';
import { AppError } from '@/lib/core/errors';
import { Chance } from '@/lib/core/testing/chance';
import { pool } from '@/lib/db/client';
import { systemActor as actor } from '@/lib/events/actor';
import { startHeartbeat } from '@/lib/installation/heartbeat';
import { lanesToPassOver } from '@/lib/queue/leases';
import { logger } from './logger';
import { taskList } from './task-list';
import { watchDeadlocks } from './testing/deadlocks';
import { differingNames, differingTables, rememberOperations } from './testing/kept-tables';
import { deeds } from './testing/side-by-side';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

/** Another seed, other deeds: `KEPT_SEED=7 KEPT_DEEDS=200 npx vitest run lib/worker/kept`; more under `npm test -- full`. */
const seed = Number(process.env.KEPT_SEED ?? 20_261_127);
/** Deeds of each of those who act side by side. */
const each = Number(process.env.KEPT_DEEDS ?? (process.env.LATCHKEY_TESTS === 'full' ? 120 : 18));
const sideBySide = 12;

let peer: TestSandbox;
const problems: string[] = [];
/** How often each deed was not refused. */
const carriedOut = new Map<string, number>();

beforeAll(async () => {
  watchDeadlocks(pool, (problem) => problems.push(problem));
  peer = await startTestSandbox();
  await rememberOperations();
});
afterAll(() => peer.sandbox.close());

async function furnish(): Promise<void> {
  const people = await Promise.all(
    ['ana', 'ben', 'cleo', 'dora', 'eva', 'finn', 'gil', 'hana'].map((name) => person(name)),
  );
  const groups = [
    await group('Staff', people),
    await group('Sales', people.slice(0, 4)),
    await group('Legal', people.slice(2)),
  ];
  for (const name of ['one', 'two']) {
    const { id } = await egnyteApplication(`Egnyte ${name}`);
    for (const groupId of groups.slice(0, 2)) await associateGroup(actor, { applicationId: id, groupId });
    await peer.control('POST', '/reset', { tenant: `egnyte/kept${name}` });
    await connect(id, `egnyte/kept${name}`, peer);
  }
}

const drawn = deeds.flatMap(([times, name, deed]) => Array.from({ length: times }, () => ({ name, deed })));

async function act(chance: Chance): Promise<void> {
  for (let done = 0; done < each; done += 1) {
    const { name, deed } = chance.pick(drawn);
    try {
      await deed(chance);
      carriedOut.set(name, (carriedOut.get(name) ?? 0) + 1);
    } catch (error) {
      if (error instanceof AppError && error.code !== 'internal') continue;
      problems.push(
        `${name}: ${error instanceof Error ? `${error.name} ${'code' in error ? error.code : ''} ${error.message}` : String(error)}`,
      );
    }
  }
}

async function whileWorking(work: () => Promise<void>): Promise<void> {
  const events: WorkerEvents = new EventEmitter();
  events.on('job:error', ({ job, error }) => {
    problems.push(`${job.task_identifier}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const heartbeat = await startHeartbeat();
  const pgPool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 10 });
  watchDeadlocks(pgPool, (problem) => problems.push(problem));
  const context = { workerId: heartbeat.id, signal: new AbortController().signal };
  const runner = await run({
    pgPool,
    noHandleSignals: true,
    pollInterval: 100,
    concurrency: 6,
    logger,
    events,
    forbiddenFlags: lanesToPassOver,
    taskList: taskList(context),
  });
  try {
    await work();
  } finally {
    await runner.stop();
    await heartbeat.stop();
    await pgPool.end();
  }
}

test(`what is kept is what it is computed from, whatever many do side by side (seed ${seed})`, async () => {
  await furnish();
  await whileWorking(async () => {
    let acting = true;
    const actors = Promise.all(Array.from({ length: sideBySide }, (_, index) => act(new Chance(seed + index)))).finally(
      () => {
        acting = false;
      },
    );
    while (acting) {
      problems.push(...(await differingTables()));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await actors;
  });
  await work();
  await settleAllNames();
  problems.push(...(await differingTables()), ...(await differingNames()));
  if (process.env.KEPT_TELL) console.log(carriedOut);
  expect(problems).toEqual([]);
  // Deeds that are only ever refused would prove nothing.
  const names = deeds.map(([, name]) => name);
  expect(names.filter((name) => carriedOut.has(name)).length).toBeGreaterThan(names.length * 0.7);
}, 600_000);

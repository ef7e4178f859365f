import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { systemActor as actor } from '@/lib/events/actor';
import { bundleOptions } from '@/scripts/prepare.mjs';
import { connect, egnyteApplication, group, startTestSandbox, type TestSandbox } from './testing/support';

const people = 2_000;
/** What the issue allows from the start of the second process to its first new account. */
const resumeSeconds = 30;

let peer: TestSandbox;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  peer = await startTestSandbox();
  await build({ ...bundleOptions(), entryPoints: { worker: 'lib/worker/main.ts' }, outdir: 'dist/killed-test' });
}, 120_000);
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await peer.sandbox.close();
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, ['dist/killed-test/worker.mjs'], {
    env: process.env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  workers.push(worker);
  return worker;
}

const tenant = 'egnyte/killed';

async function accounts(): Promise<string[]> {
  const { users } = await peer.control<{ users: { data: { userName: string } }[] }>('GET', `/state?tenant=${tenant}`);
  return users.map((user) => user.data.userName).filter((name) => name.startsWith('person.'));
}

async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<number> {
  const start = Date.now();
  while (!(await check())) {
    if (Date.now() - start > seconds * 1_000) throw new Error(`Not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return (Date.now() - start) / 1_000;
}

test('a worker killed in the middle of a first cycle loses nothing: every account once, every event there', async () => {
  await peer.control('POST', '/reset', { tenant });
  await db.user.createMany({
    data: Array.from({ length: people }, (_, index) => {
      const username = `person.${String(index).padStart(4, '0')}`;
      return {
        username,
        email: `${username}@acme.example`,
        firstname: 'Person',
        lastname: `${index}`,
        displayName: `Person ${index}`,
      };
    }),
  });
  const ids = await db.user.findMany({ select: { id: true } });
  const groupId = await group(
    'Everyone',
    ids.map((user) => user.id),
  );
  const application = await egnyteApplication();
  await associateGroup(actor, { applicationId: application.id, groupId });
  await connect(application.id, tenant, peer);

  const first = startWorker();
  await until('a quarter of the accounts', 120, async () => (await accounts()).length > people / 4);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const before = (await accounts()).length;
  expect(before).toBeLessThan(people);
  const openIntents = await db.operation.count({ where: { state: 'intent' } });

  startWorker();
  await until('the first new account after the restart', resumeSeconds, async () => (await accounts()).length > before);
  await until('the end of the cycle', 240, async () => (await db.cycle.count({ where: { stage: 'finished' } })) > 0);

  const names = await accounts();
  expect(names.length).toBe(people);
  expect(new Set(names).size).toBe(people);
  const created = await db.event.groupBy({
    by: ['targetId'],
    where: { name: 'user_create_provision', outcome: 'success' },
    _count: true,
  });
  expect(created.length).toBe(people);
  expect(created.filter((row) => row._count !== 1)).toEqual([]);
  expect(
    await db.operation.findMany({ where: { finishedAt: null }, include: { userLink: true, groupLink: true } }),
  ).toEqual([]);
  expect(await db.userLink.count({ where: { state: 'provisioned' } })).toBe(people);
  // Without intents in flight the kill would have proved nothing.
  expect(openIntents).toBeGreaterThan(0);
}, 600_000);

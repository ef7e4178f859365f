import { afterAll, beforeAll, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { Chance } from '@/lib/core/testing/chance';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { allowHeld } from '@/lib/provisioning/decide-held';
import { applyDryRun } from '@/lib/provisioning/dry-runs/apply-dry-run';
import { startDryRun } from '@/lib/provisioning/dry-runs/start-dry-run';
import { pauseIntegration } from '@/lib/provisioning/pause-integration';
import { connect, egnyteApplication, group, startTestSandbox, type TestSandbox } from './testing/support';
import { buildWorker, takenForDead, until, type WorkerProcesses } from './testing/worker-process';

const isFull = process.env.LATCHKEY_TESTS === 'full';
const people = isFull ? 2_000 : 200;
/** How often a worker is killed, each time after some more accounts. */
const kills = isFull ? 50 : 5;
/** Of the moments: another one, other moments. */
const seed = Number(process.env.KILLED_SEED ?? 20261127);
/** From the start of a process to its first new account. */
const resumeSeconds = 30;

let peer: TestSandbox;
let workers: WorkerProcesses;

beforeAll(async () => {
  peer = await startTestSandbox();
  workers = await buildWorker('killed-test');
}, 120_000);
afterAll(async () => {
  await workers.kill();
  await peer.sandbox.close();
});

const tenant = 'egnyte/killed';

async function accounts(): Promise<string[]> {
  const { users } = await peer.control<{ users: { data: { userName: string } }[] }>('GET', `/state?tenant=${tenant}`);
  return users.map((user) => user.data.userName).filter((name) => name.startsWith('person.'));
}

test(
  `workers killed at ${kills} moments of a first cycle (seed ${seed}) lose nothing: every account once, every event there`,
  async () => {
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

    // Slow enough for a moment to lie between two requests.
    await peer.control('POST', '/faults', { tenant, latencyMs: 60 });

    const chance = new Chance(seed);
    const moments = Array.from({ length: kills }, () => 1 + chance.below(people - 40)).sort(
      (one, other) => one - other,
    );
    let openIntents = 0;
    for (const moment of moments) {
      const before = (await accounts()).length;
      const worker = workers.start();
      const enough = async () => (await accounts()).length >= Math.max(moment, before + 1);
      await until(`${moment} accounts`, resumeSeconds, enough);
      await workers.kill(worker);
      // That it is noticed by itself is seen under `full`; here it would be waited for five times.
      if (!isFull) await takenForDead();
      openIntents += await db.operation.count({ where: { state: 'intent' } });
    }
    expect((await accounts()).length).toBeLessThan(people);

    workers.start();
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
  },
  isFull ? 1_800_000 : 300_000,
);

/** An application that is connected, with a group of people in it. */
async function connected(many: number, settings = {}): Promise<{ applicationId: string; groupId: string }> {
  await workers.kill();
  await emptyTables('users', 'groups', 'applications', 'events');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await peer.control('POST', '/reset', { tenant });
  await db.user.createMany({
    data: Array.from({ length: many }, (_, index) => {
      const username = `person.${String(index).padStart(4, '0')}`;
      const email = `${username}@acme.example`;
      return { username, email, firstname: 'Person', lastname: `${index}`, displayName: `Person ${index}` };
    }),
  });
  const ids = await db.user.findMany({ select: { id: true } });
  const groupId = await group(
    'Everyone',
    ids.map(({ id }) => id),
  );
  const { id: applicationId } = await egnyteApplication();
  await connect(applicationId, tenant, peer);
  await db.integration.update({ where: { applicationId }, data: { settings } });
  return { applicationId, groupId };
}

async function inactive(): Promise<number> {
  const { users } = await peer.control<{ users: { data: { userName: string; active: boolean } }[] }>(
    'GET',
    `/state?tenant=${tenant}`,
  );
  return users.filter(({ data }) => data.userName.startsWith('person.') && !data.active).length;
}

const writes = async () =>
  (await peer.control<{ counters: { writes: number } }>('GET', `/requests?tenant=${tenant}`)).counters.writes;
const held = (heldBy: 'counting' | 'guard') => db.operation.count({ where: { state: 'held', heldBy } });

test.runIf(isFull)(
  'what the guard holds is not sent where the worker is killed before it has decided',
  async () => {
    const many = 200;
    const { applicationId, groupId } = await connected(many, { guardPeople: 20, guardPercent: 1 });
    await associateGroup(actor, { applicationId, groupId });
    const first = workers.start();
    await until(
      'all accounts',
      120,
      async () => (await db.userLink.count({ where: { state: 'provisioned' } })) === many,
    );
    await workers.kill(first);
    await disassociateGroup(actor, { applicationId, groupId });
    const second = workers.start();
    await until('some that are counted', 60, async () => (await held('counting')) + (await held('guard')) > 0);
    await workers.kill(second);
    expect(await inactive()).toBe(0);
    workers.start();
    await until('all are held', 120, async () => (await held('guard')) === many);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await inactive()).toBe(0);
    await allowHeld(actor, { applicationId });
    await until('all are deactivated', 120, async () => (await inactive()) === many);
  },
  600_000,
);

test.runIf(isFull)(
  'a dry run whose worker is killed goes on and writes nothing, and carried out it is what was reviewed',
  async () => {
    const many = 1_000;
    const { applicationId, groupId } = await connected(many);
    const idle = workers.start();
    await until('the first cycle', 120, async () => (await db.cycle.count({ where: { stage: 'finished' } })) > 0);
    await workers.kill(idle);
    await pauseIntegration(actor, { applicationId });
    await associateGroup(actor, { applicationId, groupId });
    await peer.control('DELETE', `/requests?tenant=${tenant}`);
    const { id: runId } = await startDryRun(actor, { applicationId });
    const run = () => db.dryRun.findUniqueOrThrow({ where: { id: runId } });
    const first = workers.start();
    await until('some are planned', 120, async () => (await run()).planned > 0);
    await workers.kill(first);
    expect(await run()).toMatchObject({ stage: 'people', finishedAt: null });
    const second = workers.start();
    await until('the end of the run', 240, async () => (await run()).stage === 'finished');
    expect(await writes()).toBe(0);
    expect(await run()).toMatchObject({ planned: many + 1, counts: { create: many + 1 } });
    const { cycleId } = await applyDryRun(actor, { runId });
    await until('some accounts', 120, async () => (await accounts()).length > many / 4);
    await workers.kill(second);
    workers.start();
    await until('its end', 240, async () => (await db.cycle.count({ where: { id: cycleId, stage: 'finished' } })) > 0);
    const names = await accounts();
    expect([names.length, new Set(names).size]).toEqual([many, many]);
    expect(await db.operation.count({ where: { state: 'held' } })).toBe(0);
  },
  900_000,
);

test('killed while many people go by one request, which is carried out and never answered: nobody twice, nobody lost', async () => {
  await workers.kill();
  await emptyTables('users', 'groups', 'applications', 'events');
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  const together = 'netskope/killed';
  const many = 60;
  await peer.control('POST', '/reset', { tenant: together });
  const names = Array.from({ length: many }, (_, index) => `person.${index}`);
  await db.user.createMany({
    data: names.map((username) => ({
      ...{
        username,
        email: `${username}@acme.example`,
        firstname: 'Person',
        lastname: username,
        displayName: username,
      },
    })),
  });
  const ids = (await db.user.findMany({ select: { id: true } })).map(({ id }) => id);
  const { id: applicationId } = await createApplication(actor, { templateId: 'custom-saml', displayLabel: 'Bulk' });
  await db.application.update({ where: { id: applicationId }, data: { ssoStatus: 'active' } });
  await associateGroup(actor, { applicationId, groupId: await group('Everyone', ids) });
  await connect(applicationId, together, peer, false);
  await db.integration.update({ where: { applicationId }, data: { profile: { bulkUse: 'on', bulkOperations: 20 } } });
  // A request of twenty takes two seconds, and they are carried out after that.
  await peer.control('POST', '/faults', { tenant: together, bulkMs: 100 });
  const there = async () => {
    const path = `/state?tenant=${together}`;
    const { users } = await peer.control<{ users: { data: { userName: string } }[] }>('GET', path);
    return users.map(({ data }) => data.userName).filter((name) => name.startsWith('person.'));
  };
  const intents = () => db.operation.count({ where: { state: 'intent' } });
  const killWhen = async (what: string, isSo: () => Promise<boolean>) => {
    const worker = workers.start();
    await until(what, resumeSeconds, isSo);
    await workers.kill(worker);
    return intents();
  };
  // They are on record, and some looks later the first request is under way: it is carried out all the same, and nobody writes that down.
  let looks = 0;
  const underWay = async () => {
    if ((await intents()) >= 20) looks += 1;
    return looks > 5;
  };
  expect(await killWhen('a request that is under way', underWay)).toBeGreaterThanOrEqual(20);
  expect((await there()).length).toBeLessThan(many);
  await until('that it is carried out', resumeSeconds, async () => (await there()).length >= 20);

  workers.start();
  await until('the end of the cycle', 120, async () => (await db.cycle.count({ where: { stage: 'finished' } })) > 0);
  expect((await there()).sort()).toEqual(names.toSorted());
  expect(await db.userLink.count({ where: { applicationId, state: 'provisioned' } })).toBe(many);
  expect(await db.operation.count({ where: { finishedAt: null } })).toBe(0);
  const told = await db.event.groupBy({
    ...{ by: ['targetId'], where: { name: 'user_create_provision', outcome: 'success' }, _count: true },
  });
  expect(told.map((row) => row._count)).toEqual(ids.map(() => 1));
}, 240_000);

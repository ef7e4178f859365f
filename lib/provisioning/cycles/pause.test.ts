import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { deactivateIntegration } from '../deactivate-integration';
import { pauseIntegration, resumeIntegration } from '../pause-integration';
import { getCycleProgress } from '../queries/cycles';
import { integratedApplication } from '../testing/integration';
import { runCycleStretch } from './run-cycle';
import { runCycleNow } from './run-now';
import { scheduleCycles } from './schedule-cycles';

let applicationId = '';
let cycleId = '';
const longAgo = new Date('2026-01-01T00:00:00Z');

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events', 'graphile_worker._private_jobs');
  applicationId = await integratedApplication();
  ({ cycleId } = await runCycleNow(actor, { applicationId }));
});

const cycle = () => db.cycle.findUniqueOrThrow({ where: { id: cycleId } });
const jobs = async () => {
  const found = await db.$queryRaw<
    { key: string }[]
  >`SELECT key FROM graphile_worker._private_jobs WHERE key LIKE 'cycle:%'`;
  return found.map(({ key }) => key);
};

test.each(['reading', 'users', 'groups'] as const)(
  'a pause leaves a cycle where it is (%s), and says so; resumed, it starts over',
  async (stage) => {
    await db.cycle.update({
      where: { id: cycleId },
      data: { stage, cursor: 401, readAccounts: 400, startedAt: longAgo },
    });
    await pauseIntegration(actor, { applicationId });
    const before = await cycle();
    await runCycleStretch(cycleId);
    await scheduleCycles();
    expect(await cycle()).toEqual(before);
    expect(await getCycleProgress(cycleId)).toMatchObject({ stage, final: false, waiting: 'paused' });
    await resumeIntegration(actor, { applicationId });
    expect(await cycle()).toMatchObject({ stage: 'reading', cursor: 1, readAccounts: 0, finishedAt: null });
    expect(await jobs()).toEqual([`cycle:${cycleId}`]);
    expect(await getCycleProgress(cycleId)).toMatchObject({ waiting: null });
    expect(await db.cycle.count()).toBe(1);
  },
);

test('a cycle waits while its connection is quarantined, and a deactivation ends it', async () => {
  await db.integration.update({ where: { applicationId }, data: { status: 'quarantined' } });
  const before = await cycle();
  await runCycleStretch(cycleId);
  expect(await cycle()).toEqual(before);
  expect(await getCycleProgress(cycleId)).toMatchObject({ waiting: 'quarantined' });
  await deactivateIntegration(actor, { applicationId });
  expect(await cycle()).toMatchObject({ stage: 'stopped', finishedAt: expect.any(Date) });
});

test('a cycle that reads, and of which no task is left, is read on', async () => {
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await scheduleCycles();
  expect(await jobs()).toEqual([`cycle:${cycleId}`]);
  await db.$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts`;
  await scheduleCycles();
  const [job] = await db.$queryRaw<
    { attempts: number }[]
  >`SELECT attempts::int FROM graphile_worker._private_jobs WHERE key LIKE 'cycle:%'`;
  expect(job).toEqual({ attempts: 0 });
});

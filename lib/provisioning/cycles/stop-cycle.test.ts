import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { integratedApplication, whileHeld } from '../testing/integration';
import { runCycleNow } from './run-now';
import { stopCycle } from './stop-cycle';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

test('a cycle that ends at the moment it is to be stopped stays finished, and stopping it is refused', async () => {
  const { cycleId } = await runCycleNow(systemActor, { applicationId });
  const finished = { stage: 'finished' as const, finishedAt: new Date() };
  const stopping = whileHeld(
    (tx) => tx.cycle.update({ where: { id: cycleId }, data: finished }),
    () => stopCycle(systemActor, { applicationId }),
  );
  await expect(stopping).rejects.toMatchObject({ code: 'conflict' });
  expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject(finished);
});

test('a cycle that was stopped is stopped once', async () => {
  const { cycleId } = await runCycleNow(systemActor, { applicationId });
  const both = await Promise.allSettled([
    stopCycle(systemActor, { applicationId }),
    stopCycle(systemActor, { applicationId }),
  ]);
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ stage: 'stopped' });
  const stopped = { name: 'provisioning_cycle' as const, message: 'Cycle stopped.', outcome: 'success' as const };
  expect(await db.event.count({ where: stopped })).toBe(1);
});

test('a cycle that is stopped while it is at the groups leaves the rest of them to the next one', async () => {
  const { cycleId } = await runCycleNow(systemActor, { applicationId });
  await db.cycle.update({ where: { id: cycleId }, data: { stage: 'groups' } });
  const group = async (name: string, data: { cycleId?: string }) => {
    const { id } = await db.group.create({ data: { name } });
    return (await db.groupLink.create({ data: { applicationId, groupId: id, dueAt: new Date(), ...data } })).id;
  };
  const ofCycle = await group('Of the cycle', { cycleId });
  const ofChange = await group('Of a change', {});
  await stopCycle(systemActor, { applicationId });
  const due = await db.groupLink.findMany({ where: { dueAt: { not: null } }, select: { id: true } });
  expect(due).toEqual([{ id: ofChange }]);
  expect(await db.groupLink.count({ where: { id: ofCycle } })).toBe(1);
});

import { beforeEach, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import type { Actor } from '@/lib/events/actor';
import { integratedApplication, whileHeld } from '../testing/integration';
import { runCycleNow } from './run-now';

const actor: Actor = { id: null, name: 'night script', clientAddress: '192.0.2.7' };
let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

const events = () => db.event.findMany({ where: { name: 'provisioning_cycle' }, orderBy: { id: 'asc' } });

test('a cycle that is started over by hand is on record as that, beside its start', async () => {
  const { cycleId } = await runCycleNow(actor, { applicationId });
  expect(await runCycleNow(actor, { applicationId })).toMatchObject({ cycleId });
  const [begun, again, ...more] = await events();
  expect(more).toEqual([]);
  expect(begun).toMatchObject({ actorName: 'night script', cycleId, applicationId, outcome: 'success' });
  expect(again).toMatchObject({ actorName: 'night script', cycleId, applicationId, outcome: 'success' });
  expect(begun?.message).toBe('Cycle started (manual).');
  expect(again?.message).toBe('Cycle started over (manual).');
});

test('a cycle that may not run is a refused attempt', async () => {
  await db.integration.update({ where: { applicationId }, data: { status: 'paused' } });
  await expect(runCycleNow(actor, { applicationId })).rejects.toMatchObject({ code: 'conflict' });
  await db.integration.update({ where: { applicationId }, data: { status: 'inactive' } });
  await expect(runCycleNow(actor, { applicationId })).rejects.toMatchObject({ code: 'not_active' });
  expect(await events()).toMatchObject([
    { outcome: 'error', code: 'conflict', applicationLabel: 'Egnyte', actorName: 'night script' },
    { outcome: 'error', code: 'not_active' },
  ]);
});

test('a cycle that ends at the moment it is to start over stays ended, and another one begins', async () => {
  const { cycleId } = await runCycleNow(actor, { applicationId });
  const finished = { stage: 'finished' as const, finishedAt: new Date() };
  const next = await whileHeld(
    (tx) => tx.cycle.update({ where: { id: cycleId }, data: finished }),
    () => runCycleNow(actor, { applicationId }),
  );
  expect(next.cycleId).not.toBe(cycleId);
  expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject(finished);
  expect(await db.cycle.findUnique({ where: { id: next.cycleId } })).toMatchObject({ finishedAt: null });
});

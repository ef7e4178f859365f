import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleStretch } from '@/lib/provisioning/cycles/run-cycle';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { stopCycle } from '@/lib/provisioning/cycles/stop-cycle';
import { connect, egnyteApplication, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let tenant = '';
let applicationId = '';
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/reading${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  applicationId = (await egnyteApplication(`Egnyte ${count}`)).id;
  const ids = await Promise.all(['ann', 'ben', 'cem', 'dee'].map((name) => person(`read.${name}`)));
  await associateGroup(actor, { applicationId, groupId: await group('Readers', ids) });
  await connect(applicationId, tenant, peer);
  await work();
});

const links = () =>
  db.userLink.findMany({ select: { userId: true, remoteId: true, state: true }, orderBy: { userId: 'asc' } });

/** A cycle of which the first page is read, and the next one is on its way. */
async function halfRead(): Promise<{ cycleId: string; reading: Promise<void> }> {
  const { users } = await peer.control<{ users: unknown[] }>('GET', `/state?tenant=${tenant}`);
  // The accounts made here are the last ones: two of them are on the first page, two on the second.
  await peer.control('POST', '/faults', { tenant, maxPageSize: users.length - 2, latencyMs: 500 });
  const { cycleId } = await runCycleNow(actor, { applicationId });
  const reading = runCycleStretch(cycleId);
  await expect
    .poll(async () => (await db.cycle.findUniqueOrThrow({ where: { id: cycleId } })).readAccounts, { timeout: 25_000 })
    .toBeGreaterThan(0);
  return { cycleId, reading };
}

describe('while a cycle reads the accounts', () => {
  test('starting it over forgets none of the accounts that were read before', async () => {
    const before = await links();
    expect(before.every((link) => link.remoteId && link.state === 'provisioned')).toBe(true);
    const { cycleId, reading } = await halfRead();
    await runCycleNow(actor, { applicationId });
    await reading;
    expect(await links()).toEqual(before);
    await peer.control('DELETE', `/faults?tenant=${tenant}`);
    await work();
    expect(await links()).toEqual(before);
    expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ stage: 'finished' });
  });

  test('stopping it keeps everybody from being sent', async () => {
    const { cycleId, reading } = await halfRead();
    await stopCycle(actor, { applicationId });
    await reading;
    expect(await db.userLink.count({ where: { dueAt: { not: null } } })).toBe(0);
    expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({ stage: 'stopped' });
  });

  test('two that read it at once, as when a worker was taken for dead, count no account twice', async () => {
    const { users } = await peer.control<{ users: unknown[] }>('GET', `/state?tenant=${tenant}`);
    await peer.control('POST', '/faults', { tenant, maxPageSize: 5, latencyMs: 50 });
    const { cycleId } = await runCycleNow(actor, { applicationId });
    const readSoFar = async () => (await db.cycle.findUniqueOrThrow({ where: { id: cycleId } })).readAccounts;
    const first = runCycleStretch(cycleId);
    await expect.poll(readSoFar, { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
    await Promise.all([first, runCycleStretch(cycleId), runCycleStretch(cycleId)]);
    await work();
    expect(await db.cycle.findUnique({ where: { id: cycleId } })).toMatchObject({
      stage: 'finished',
      readAccounts: users.length,
    });
  });
});

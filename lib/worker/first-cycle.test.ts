import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db, transaction } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { mostUnwritten } from '@/lib/provisioning/engine/writer';
import { connect, egnyteApplication, group, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
});

/** An application with so many people in scope, connected; its first cycle has not begun. */
async function connected(people: number): Promise<string> {
  count += 1;
  const tenant = `egnyte/first${count}`;
  await peer.control('POST', '/reset', { tenant });
  const names = Array.from({ length: people }, (_, index) => `person.${count}.${index}`);
  const data = names.map((username) => ({
    username,
    email: `${username}@acme.example`,
    firstname: 'Person',
    lastname: username,
    displayName: username,
  }));
  await db.user.createMany({ data });
  const ids = await db.user.findMany({ select: { id: true } });
  const application = await egnyteApplication(`First ${count}`);
  const groupId = await group(
    `Everyone ${count}`,
    ids.map(({ id }) => id),
  );
  await associateGroup(actor, { applicationId: application.id, groupId });
  await connect(application.id, tenant, peer, false);
  return application.id;
}

/** Not those by which it is looked for tasks, and said that somebody is there: on a busy machine they are as many as it takes long. */
const isOfTheEngine = (text: string) => !/graphile_worker|worker_heartbeats|task_leases/.test(text);

/** Statements of a cycle of so many people, and of another one without a change. */
async function statementsOf(people: number): Promise<{ first: number; unchanged: number }> {
  const applicationId = await connected(people);
  const first = await countStatements(work, isOfTheEngine);
  await runCycleNow(actor, { applicationId });
  const unchanged = await countStatements(work, isOfTheEngine);
  expect(await db.userLink.count({ where: { applicationId, state: 'provisioned' } })).toBe(people);
  await emptyTables('users', 'groups', 'applications', 'events');
  return { first, unchanged };
}

test('a hundred people more cost few statements', async () => {
  const few = await statementsOf(100);
  const many = await statementsOf(500);
  // Before people were worked on by sets past Prisma: 99 and 51.
  expect((many.first - few.first) / 4).toBeLessThan(70);
  expect((many.unchanged - few.unchanged) / 4).toBeLessThan(30);
}, 120_000);

test('requests go on while outcomes are being written, until too many have gathered', async () => {
  const people = 600;
  const applicationId = await connected(people);
  const tenant = `egnyte/first${count}`;
  const created = async () => {
    const { requests } = await peer.control<{ requests: { method: string }[] }>('GET', `/requests?tenant=${tenant}`);
    return requests.filter(({ method }) => method === 'POST').length;
  };
  let working: Promise<void> = Promise.resolve();
  await transaction(async (tx) => {
    // Outcomes are written with their exchanges; intents are not.
    await tx.$executeRaw`LOCK TABLE exchanges IN EXCLUSIVE MODE`;
    working = work();
    await vi.waitFor(async () => expect(await created()).toBeGreaterThan(250), { timeout: 20_000 });
    // No more than the kill of a worker may leave to be looked up.
    expect(await untilSame(created)).toBeLessThanOrEqual(mostUnwritten + 32);
    expect(await db.userLink.count({ where: { applicationId, state: 'provisioned' } })).toBe(0);
  });
  await working;
  expect(await db.operation.count({ where: { applicationId, state: 'succeeded', action: 'create' } })).toBe(people);
  expect(await db.userLink.count({ where: { applicationId, state: 'provisioned' } })).toBe(people);
}, 120_000);

/** A number once it has been the same for a moment. */
async function untilSame(count: () => Promise<number>): Promise<number> {
  for (let before = await count(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const after = await count();
    if (after === before) return after;
    before = after;
  }
}

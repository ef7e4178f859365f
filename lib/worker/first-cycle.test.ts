import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { db } from '@/lib/db/client';
import { countStatements } from '@/lib/db/testing/count-statements';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/run-now';
import { connect, egnyteApplication, group, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
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

/** Statements of a cycle of so many people, and of another one without a change. */
async function statementsOf(people: number): Promise<{ first: number; unchanged: number }> {
  const applicationId = await connected(people);
  const first = await countStatements(work);
  await runCycleNow(actor, { applicationId });
  const unchanged = await countStatements(work);
  expect(await db.userLink.count({ where: { applicationId, state: 'provisioned' } })).toBe(people);
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
  return { first, unchanged };
}

test('a hundred people more cost few statements', async () => {
  const few = await statementsOf(100);
  const many = await statementsOf(500);
  const [first, unchanged] = [(many.first - few.first) / 4, (many.unchanged - few.unchanged) / 4];
  expect(first).toBeLessThan(90);
  expect(unchanged).toBeLessThan(30);
}, 120_000);

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import type { Faults } from '@/sandbox/store/records';
import { connect, group, startTestSandbox, type TestSandbox, work } from './testing/support';

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
  tenant = `netskope/bulk${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
});

/** An application with so many people in scope, connected to a server with these habits; its first cycle has not begun. */
async function connected(people: number, faults: Partial<Faults>, profile: Prisma.InputJsonObject): Promise<void> {
  const names = Array.from({ length: people }, (_, index) => `person.${index}`);
  await db.user.createMany({
    data: names.map((username) => ({
      username,
      email: `${username}@acme.example`,
      firstname: 'Person',
      lastname: username,
      displayName: username,
    })),
  });
  const ids = await db.user.findMany({ select: { id: true } });
  const { id } = await createApplication(actor, {
    templateId: 'custom-saml',
    displayLabel: `Bulk ${count}`,
    description: '',
    logoColor: '#00968f',
    logoImage: null,
    showInPortal: true,
  });
  applicationId = id;
  await db.application.update({ where: { id }, data: { ssoStatus: 'active' } });
  const everybody = await group(
    'Everybody',
    ids.map((one) => one.id),
  );
  await associateGroup(actor, { applicationId, groupId: everybody });
  // So that nobody is somebody's change any more, and the cycle's alone.
  await work();
  await connect(applicationId, tenant, peer, false);
  await db.integration.update({ where: { applicationId }, data: { profile } });
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  await peer.control('POST', '/faults', { tenant, ...faults });
}

/** Changes that have arrived since it was last asked, in order. */
async function changes(): Promise<string[]> {
  const path = `/requests?tenant=${tenant}`;
  const { requests } = await peer.control<{ requests: { method: string; path: string }[] }>('GET', path);
  await peer.control('DELETE', path);
  return requests
    .toReversed()
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path: where }) => `${method} ${where.replace(/\/Users\/.*/, '/Users/…')}`);
}

const states = async () => {
  const links = await db.userLink.groupBy({ by: ['state'], where: { applicationId }, _count: true });
  return Object.fromEntries(links.map(({ state, _count }) => [state, _count]));
};
/** How many accounts of ours are there, and under how many names. */
const accounts = async () => {
  const { users } = await peer.control<{ users: { data: { userName: string } }[] }>('GET', `/state?tenant=${tenant}`);
  const names = users.map(({ data }) => data.userName).filter((name) => name.startsWith('person.'));
  return [names.length, new Set(names).size];
};

test('a cycle creates and changes people by as few requests as the server takes, and one fault is one person’s', async () => {
  await connected(45, { protectedUser: 'person.7' }, { bulkUse: 'on', bulkOperations: 20 });
  await work();
  expect(await changes()).toEqual(['POST /Bulk', 'POST /Bulk', 'POST /Bulk']);
  expect(await states()).toEqual({ provisioned: 44, error: 1 });
  const refused = await db.userLink.findFirstOrThrow({
    where: { applicationId, state: 'error' },
    include: { operations: { include: { exchange: true } } },
  });
  expect(refused.lastError).toMatchObject({
    code: 'Forbidden',
    message: 'This user cannot be changed through the API',
  });
  const [operation] = refused.operations;
  expect(operation?.exchange).toMatchObject({ method: 'POST', status: 403, together: expect.toBeOneOf([20, 5]) });
  const sent = JSON.parse(operation?.exchange?.requestBody ?? '{}');
  expect(sent.Operations).toMatchObject([{ method: 'POST', path: '/Users', data: { userName: 'person.7' } }]);
  expect(sent).not.toHaveProperty('failOnErrors');

  await peer.control('POST', '/faults', { tenant, protectedUser: '' });
  await db.user.updateMany({ data: { lastname: 'Changed' } });
  const { id } = await db.user.findFirstOrThrow({ where: { username: 'person.3' } });
  await suspendUser(actor, { id });
  await runCycleNow(actor, { applicationId });
  await work();
  // Who loses something waits for nobody.
  expect((await changes()).sort()).toEqual(['PATCH /Users/…', 'POST /Bulk', 'POST /Bulk', 'POST /Bulk']);
  expect(await states()).toEqual({ provisioned: 44, deactivated: 1 });
}, 60_000);

test('a lost answer is looked up for each: nothing is sent twice, and nobody gets a second account', async () => {
  await connected(30, { dropNext: 1, sameNames: true }, { bulkUse: 'on', bulkOperations: 20 });
  await work();
  expect(await changes()).toEqual(['POST /Bulk', 'POST /Bulk']);
  expect(await states()).toEqual({ provisioned: 30 });
  expect(await accounts()).toEqual([30, 30]);
  expect(await db.operation.count({ where: { applicationId, confirmed: true } })).toBe(20);
}, 60_000);

test('a server that does not take them although it says so gets a request for each, in the same attempt, and is not asked again', async () => {
  await connected(25, { bulk: 'announced only' }, {});
  await work();
  expect(await changes()).toEqual(['POST /Bulk', ...Array.from({ length: 25 }, () => 'POST /Users')]);
  expect(await states()).toEqual({ provisioned: 25 });
  expect(await db.operation.count({ where: { applicationId } })).toBe(25);
  const { profile, taught } = await getIntegration(applicationId);
  expect(profile.bulkUse).toEqual({ value: 'off', origin: 'learned' });
  expect(taught.bulkUse).toMatchObject({ status: 404 });
}, 60_000);

const isFull = process.env.LATCHKEY_TESTS === 'full';
test.runIf(isFull)(
  'both ways are tried, and the faster one is kept with its numbers',
  async () => {
    await connected(1_300, { latencyMs: 30 }, {});
    await work();
    const { profile, taught } = await getIntegration(applicationId);
    expect(await states()).toEqual({ provisioned: 1_300 });
    expect(profile.bulkUse).toEqual({ value: 'on', origin: 'learned' });
    expect(taught.bulkUse?.text).toMatch(/a person by requests of several, .* by a request for each/);
  },
  60_000,
);

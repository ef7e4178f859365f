import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import { createApplication } from '@/lib/applications/testing/create-application';
import { updateMappings } from '@/lib/applications/update-mappings';
import { settingsOf } from '@/lib/core/setting';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { findConnection } from '@/lib/provisioning/connection';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { allowHeld, rejectHeld } from '@/lib/provisioning/decide-held';
import { applicationChanged } from '@/lib/provisioning/directory-changed';
import { Stretch } from '@/lib/provisioning/engine/stretch';
import { listHeld } from '@/lib/provisioning/queries/held';
import { connectionSettings, type GuardSettings } from '@/lib/provisioning/settings';
import { updateIntegration } from '@/lib/provisioning/update-integration';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { group, person, work } from './testing/support';

let peer: TestScimServer;
let applicationId = '';

beforeAll(async () => {
  peer = await startScim(() => undefined);
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events', 'mails');
  peer.users.clear();
  peer.groups.clear();
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const application = await createApplication(actor, { templateId: 'egnyte', displayLabel: 'Egnyte', ...general });
  applicationId = application.id;
  await db.application.update({ where: { id: applicationId }, data: { ssoStatus: 'active' } });
});

/** People of a group of their own, all with accounts. */
async function accounts(name: string, count: number): Promise<{ groupId: string; people: string[] }> {
  const people = await Promise.all(Array.from({ length: count }, (_, n) => person(`${name}${n}`)));
  const groupId = await group(name, people);
  await associateGroup(actor, { applicationId, groupId });
  return { groupId, people };
}

async function connect(guard: Partial<GuardSettings>): Promise<void> {
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: false,
  });
  const integration = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const settings = { ...settingsOf(connectionSettings, integration), guardPercent: 1, ...guard };
  await updateIntegration(actor, { applicationId, version: integration.version, ...settings });
  await work();
}

/** Accounts that are inactive over there. */
const inactive = () => [...peer.users.values()].filter(({ active }) => active === false).length;
const held = async () => (await listHeld(applicationId, {}, 500)).items;
const told = () => db.event.findMany({ where: { name: 'provisioning_guard' }, select: { message: true } });

test('where more leave than the guard lets through, nothing is sent before somebody allows it, whoever is killed or works beside', async () => {
  const { groupId } = await accounts('staff', 200);
  const other = await accounts('other', 2);
  await db.user.updateMany({ where: { username: 'other0' }, data: { role: 'administrator' } });
  await connect({ guardPeople: 20 });
  await disassociateGroup(actor, { applicationId, groupId });

  // Two workers side by side, both killed before they have decided anything.
  await applicationChanged(applicationId);
  const connection = await findConnection(applicationId);
  if (!connection) throw new Error('Not connected.');
  const tokens = [crypto.randomUUID(), crypto.randomUUID()];
  const leases = tokens.map((token) => ({ name: `of ${token}`, token, workerId: crypto.randomUUID() }));
  await db.taskLease.createMany({ data: leases });
  const workers = tokens.map((token) => new Stretch({ applicationId, token, lane: 'changes' }));
  await Promise.all(workers.map((stretch) => stretch.takeSome(connection)));
  await Promise.all(workers.map((stretch) => stretch.end()));
  expect(inactive()).toBe(0);
  await work();
  expect(inactive()).toBe(0);
  const waiting = await held();
  expect(waiting).toHaveLength(200);
  expect(new Set(waiting.map(({ heldBy, reason }) => `${heldBy} ${reason}`))).toEqual(new Set(['guard out_of_scope']));
  expect(await told()).toMatchObject([{ message: expect.stringMatching(/^200 accounts wait .* more than 20 people/) }]);
  expect(await db.mail.findMany({ select: { to: true } })).toEqual([{ to: 'other0@acme.example' }]);

  await runCycleNow(actor, { applicationId });
  await work();
  expect([inactive(), (await held()).length, (await told()).length]).toEqual([0, 200, 1]);

  await allowHeld(actor, { applicationId, operationIds: waiting.slice(0, 25).map(({ operationId }) => operationId) });
  await work();
  expect(inactive()).toBe(25);
  await rejectHeld(actor, { applicationId });
  await runCycleNow(actor, { applicationId });
  await work();
  expect([inactive(), await held()]).toEqual([25, []]);

  // What somebody has decided about does not count against who leaves next.
  await disassociateGroup(actor, { applicationId, groupId: other.groupId });
  await work();
  expect(inactive()).toBe(27);
});

test('what left within the window counts, also who was suspended, and whoever is suspended is never held', async () => {
  const [first, second] = [await accounts('first', 2), await accounts('second', 2)];
  const { people } = await accounts('third', 4);
  await connect({ guardPeople: 4 });
  await suspendUser(actor, { id: people[0] ?? '' });
  await disassociateGroup(actor, { applicationId, groupId: first.groupId });
  await work();
  expect(inactive()).toBe(3);
  await disassociateGroup(actor, { applicationId, groupId: second.groupId });
  await work();
  expect([inactive(), (await held()).length]).toEqual([3, 2]);
  for (const id of people.slice(1)) await suspendUser(actor, { id });
  await work();
  expect([inactive(), (await held()).length]).toEqual([6, 2]);
  await db.$executeRaw`UPDATE operations SET created_at = created_at - interval '25 hours' WHERE state = 'succeeded'`;
  await allowHeld(actor, { applicationId });
  await work();
  const fourth = await accounts('fourth', 4);
  await work();
  await disassociateGroup(actor, { applicationId, groupId: fourth.groupId });
  await work();
  expect([inactive(), await held()]).toEqual([12, []]);
});

test.each([
  { many: 6, sent: 0, waits: 6 },
  { many: 4, sent: 4, waits: 0 },
])(
  'a mapping that makes $many inactive: $waits wait, none is sent before all are counted',
  async ({ many, sent, waits }) => {
    await accounts('mapped', many);
    await connect({ guardPeople: 4 });
    const found = await findMappings(applicationId);
    const mappings = (found?.tables[0]?.mappings ?? []).filter(({ target }) => target !== 'active');
    const plain = { apply: 'always' as const, matchingPrecedence: null, defaultValue: null, required: false };
    const version = found?.version ?? 0;
    await updateMappings(actor, {
      applicationId,
      objectType: 'user',
      version,
      mappings: [...mappings, { ...plain, id: 'off', kind: 'constant', source: 'False', target: 'active' }],
    });
    await work();
    expect([inactive(), (await held()).length]).toEqual([sent, waits]);
    expect((await held()).every(({ heldBy, reason }) => heldBy === 'guard' && reason === 'mapped_inactive')).toBe(true);
  },
);

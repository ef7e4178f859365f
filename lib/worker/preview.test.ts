import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import { createApplication } from '@/lib/applications/testing/create-application';
import { updateMappings } from '@/lib/applications/update-mappings';
import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import type { Prisma } from '@/lib/db/generated/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { findPlanContext } from '@/lib/provisioning/plan/plan-context';
import type { PlannedLink } from '@/lib/provisioning/plan/planned-link';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';
import { previewPerson } from '@/lib/provisioning/plan/preview-person';
import { storeAccounts } from '@/lib/provisioning/store-accounts';
import { enqueue } from '@/lib/queue/enqueue';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { group, person, work } from './testing/support';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
let peer: TestScimServer;
let applicationId = '';
let patch = true;

beforeAll(async () => {
  peer = await startScim((request) =>
    request.path === '/ServiceProviderConfig' && !patch
      ? { body: { patch: { supported: false }, filter: { supported: true, maxResults: 200 } } }
      : undefined,
  );
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());

const plain = { apply: 'always' as const, matchingPrecedence: null, defaultValue: null, required: false };
const more: MappingDraft[] = [
  { ...plain, id: 'more-1', kind: 'direct', source: 'manager', target: `${enterprise}:manager` },
  { ...plain, id: 'more-2', kind: 'direct', source: 'jobTitle', target: 'title', apply: 'creation' },
  { ...plain, id: 'more-3', kind: 'direct', source: 'department', target: 'nickName', defaultValue: 'none' },
  { ...plain, id: 'more-4', kind: 'direct', source: 'phone', target: 'phoneNumbers[type eq "work"].value' },
  { ...plain, id: 'more-5', kind: 'direct', source: 'costCenter', target: `${enterprise}:costCenter` },
];

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  peer.users.clear();
  peer.groups.clear();
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const application = await createApplication(actor, { templateId: 'egnyte', displayLabel: 'Egnyte', ...general });
  applicationId = application.id;
  await db.application.update({ where: { id: applicationId }, data: { ssoStatus: 'active' } });
  const { mappings, version } = await userTable();
  await updateMappings(actor, { applicationId, objectType: 'user', version, mappings: [...mappings, ...more] });
});

async function userTable() {
  const found = await findMappings(applicationId);
  return { mappings: found?.tables[0]?.mappings ?? [], version: found?.version ?? 0 };
}

/** What the application has of somebody before we come. */
function account(userName: string, values: Record<string, unknown> = {}) {
  const id = `there-${userName}`;
  peer.users.set(id, { id, userName, active: true, title: 'Their own', ...values });
}

/** Somebody in scope with an account, before anything changes. */
async function linked(username: string, values: Record<string, unknown> = {}): Promise<string> {
  const userId = await person(username);
  await db.user.update({ where: { id: userId }, data: { jobTitle: 'Engineer', ...values } });
  await associateGroup(actor, { applicationId, groupId: await group(`Group of ${username}`, [userId]) });
  return userId;
}

/** What the preview of the saved table says will be sent. */
async function foretold(userId: string) {
  const { mappings } = await userTable();
  const preview = await previewMapping({ applicationId, objectType: 'user', subjectId: userId, mappings });
  const { request } = preview;
  return request && `${request.method} ${request.path} ${request.body === null ? '' : JSON.stringify(request.body)}`;
}

/** What then really left. */
async function sent(): Promise<string[]> {
  peer.received.length = 0;
  await work();
  return peer.received
    .filter(({ method, path }) => method !== 'GET' && path.startsWith('/Users'))
    .map(({ method, path, rawBody }) => `${method} ${path} ${rawBody}`);
}

async function connect() {
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: false,
  });
  await work();
}

/** Somebody changes, as by a command of the directory. */
async function change(userId: string, data: Prisma.UserUncheckedUpdateInput) {
  await db.user.update({ where: { id: userId }, data });
  await enqueue(db, 'directory-changed', { userIds: [userId], groupIds: [] });
}

/** A request by what it says. */
function parsed(request: string) {
  const [method, path, ...body] = request.split(' ');
  return { method, path, body: JSON.parse(body.join(' ')) };
}

interface Situation {
  name: string;
  /** Makes the situation; whom it is about. */
  arrange(): Promise<string>;
  /** POST, PATCH, PUT, or nothing. */
  method: string | null;
  action: PlannedLink['action'];
  /** What stands in the way. */
  code?: string;
  /** What is found out by a cycle alone. */
  byCycle?: true;
}

const situations: Situation[] = [
  {
    name: 'somebody new, with values that are missing and a default for one',
    method: 'POST',
    action: 'create',
    arrange: async () => {
      await connect();
      return linked('nina');
    },
  },
  {
    name: 'somebody new whose manager has an account there, under an id of its own',
    method: 'POST',
    action: 'create',
    arrange: async () => {
      const boss = await linked('boss');
      await connect();
      return linked('nina', { managerId: boss });
    },
  },
  {
    name: 'somebody new whose manager has no account there',
    method: 'POST',
    action: 'create',
    arrange: async () => {
      await connect();
      return linked('nina', { managerId: await person('outside') });
    },
  },
  {
    name: 'somebody with an account who gets a manager and a work phone',
    method: 'PATCH',
    action: 'update',
    arrange: async () => {
      const [boss, ana] = [await linked('boss'), await linked('ana', { department: 'Sales' })];
      await connect();
      await change(ana, { managerId: boss, phone: '+49 1' });
      return ana;
    },
  },
  {
    name: 'somebody with an account whose job title, sent at creation only, is another now',
    method: null,
    action: 'none',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await change(ana, { jobTitle: 'Director' });
      return ana;
    },
  },
  {
    name: 'somebody who loses a value that has a default, and one that has none',
    method: 'PATCH',
    action: 'update',
    arrange: async () => {
      const ana = await linked('ana', { department: 'Sales', costCenter: '17' });
      await connect();
      await change(ana, { department: null, costCenter: null });
      return ana;
    },
  },
  {
    name: 'somebody who is found over there by their username',
    method: 'PATCH',
    action: 'update',
    arrange: async () => {
      account('mia', { emails: [{ type: 'work', value: 'mia@acme.example', primary: true }] });
      await connect();
      return linked('mia', { department: 'Sales' });
    },
  },
  {
    name: 'somebody who is found over there, inactive',
    method: 'PATCH',
    action: 'update',
    arrange: async () => {
      account('mia', { active: false });
      await connect();
      return linked('mia');
    },
  },
  {
    name: 'somebody who is suspended',
    method: 'PATCH',
    action: 'deactivate',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await suspendUser(actor, { id: ana });
      return ana;
    },
  },
  {
    name: 'somebody whose account was deleted there, and is found by their username again',
    method: 'PATCH',
    action: 'update',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await db.userLink.updateMany({ where: { applicationId, userId: ana }, data: { state: 'deleted' } });
      peer.users.clear();
      account('ana');
      await change(ana, { department: 'Sales' });
      return ana;
    },
  },
  {
    name: 'somebody whose username the application does not take',
    method: null,
    action: 'skip',
    code: 'ApplicationRule',
    arrange: async () => {
      await connect();
      return linked('eve@acme.example');
    },
  },
  {
    name: 'somebody outside the scope',
    method: null,
    action: 'none',
    arrange: async () => {
      await connect();
      return person('olaf');
    },
  },
  {
    name: 'somebody whose account was changed there',
    method: 'PATCH',
    action: 'update',
    byCycle: true,
    arrange: async () => {
      const ana = await linked('ana', { department: 'Sales', phone: '+49 1' });
      await connect();
      const there = accountOf('ana');
      Object.assign(there, { nickName: 'Anna', phoneNumbers: [{ type: 'work', value: '+49 2' }] });
      return ana;
    },
  },
  {
    name: 'somebody who is back after a suspension, with another department',
    method: 'PATCH',
    action: 'reactivate',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await suspendUser(actor, { id: ana });
      await work();
      await change(ana, { status: 'active', department: 'Sales' });
      return ana;
    },
  },
  {
    name: 'somebody who leaves the scope',
    method: 'PATCH',
    action: 'deactivate',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await db.groupMember.deleteMany({ where: { userId: ana } });
      await change(ana, {});
      return ana;
    },
  },
  {
    name: 'somebody who is deleted',
    method: 'PATCH',
    action: 'deactivate',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await change(ana, { deletedAt: new Date() });
      return ana;
    },
  },
  {
    name: 'somebody who is deleted for good',
    method: 'DELETE',
    action: 'delete',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await change(ana, { deletedAt: new Date(), purgedAt: new Date() });
      return ana;
    },
  },
  {
    name: 'somebody who has the application username of somebody else',
    method: null,
    action: 'skip',
    code: 'DuplicateSourceEntries',
    arrange: async () => {
      await linked('boss');
      await connect();
      const nina = await linked('nina');
      // As when the two are given one name at the same moment by a change of the naming.
      await db.applicationUser.create({ data: { applicationId, userId: nina, applicationUsername: 'boss' } });
      return nina;
    },
  },
  {
    name: 'somebody for whom there are two accounts',
    method: null,
    action: 'skip',
    code: 'DuplicateTargetEntries',
    arrange: async () => {
      account('mia');
      peer.users.set('twin', { id: 'twin', userName: 'mia', active: true });
      await connect();
      return linked('mia');
    },
  },
  {
    name: 'somebody whose account was imported and differs',
    method: 'PATCH',
    action: 'update',
    arrange: async () => {
      const mia = await imported('mia');
      await associateGroup(actor, { applicationId, groupId: await group('Group of mia', [mia]) });
      return mia;
    },
  },
  {
    name: 'somebody whose account was imported, outside the scope',
    method: null,
    action: 'none',
    arrange: async () => {
      const mia = await imported('mia');
      await change(mia, { department: 'Sales' });
      return mia;
    },
  },
  {
    name: 'somebody whose account was released',
    method: null,
    action: 'skip',
    arrange: async () => {
      const ana = await linked('ana');
      await connect();
      await db.userLink.updateMany({ where: { applicationId, userId: ana }, data: { state: 'released' } });
      await change(ana, { department: 'Sales' });
      return ana;
    },
  },
];

function accountOf(userName: string) {
  const found = [...peer.users.values()].find((one) => one.userName === userName);
  if (!found) throw new Error(`Nobody is called ${userName} there.`);
  return found;
}

/** Somebody whose account was linked by an import; nothing was sent for them yet. */
async function imported(userName: string): Promise<string> {
  const userId = await person(userName);
  account(userName);
  await connect();
  const [remoteId, lastRead] = [`there-${userName}`, { ...accountOf(userName) } as Prisma.InputJsonObject];
  await db.userLink.create({ data: { applicationId, userId, state: 'imported', remoteId, lastRead } });
  return userId;
}

/** What a cycle would have read by now. */
async function reread() {
  await storeAccounts(await context(), structuredClone([...peer.users.values()]), now());
}

async function context() {
  const found = await findPlanContext(applicationId);
  if (!found) throw new Error('Not connected.');
  return found;
}

/** The plan of one person, as it comes back from where it was kept. */
async function keptPlan(userId: string): Promise<PlannedLink> {
  const plan = await previewPerson(await context(), userId);
  const kept: PlannedLink = JSON.parse(JSON.stringify(plan));
  expect(kept).toEqual(plan);
  return kept;
}

/** What was then put on record for them. */
async function done(userId: string) {
  const { id, ...link } = await db.userLink.findFirstOrThrow({ where: { applicationId, userId } });
  const operation = await db.operation.findFirst({ where: { userLinkId: id }, orderBy: { createdAt: 'desc' } });
  return { link, operation };
}

/** Where nothing is patched, it makes no difference what the server knows of PATCH: that is tried in the full run. */
const patched = situations.filter(({ method }) => method === 'PATCH' || process.env.LATCHKEY_TESTS === 'full');

describe.each([
  { words: 'by PATCH', withPatch: true, tried: situations },
  { words: 'by PUT', withPatch: false, tried: patched },
])('a preview shows the request that is then sent, byte for byte, $words', ({ withPatch, tried }) => {
  beforeEach(() => {
    patch = withPatch;
  });
  test.each(tried)('$name', async ({ arrange, method, action, code, byCycle }) => {
    const userId = await arrange();
    await reread();
    const told = await foretold(userId);
    const plan = await keptPlan(userId);
    const expected = method === 'PATCH' && !withPatch ? 'PUT' : method;
    expect(told?.split(' ')[0] ?? null).toBe(expected);
    expect(plan).toMatchObject({ action, ...(code ? { reason: { code } } : {}) });
    if (byCycle) await runCycleNow(actor, { applicationId });
    const left = await sent();
    // What a PUT carries over comes in the order in which the application told it; what was read of it keeps none.
    if (expected === 'PUT') expect(left.map(parsed)).toEqual([parsed(told ?? '')]);
    else expect(left).toEqual(told === null ? [] : [told]);
    const { link, operation } = await done(userId).catch(() => ({ link: null, operation: null }));
    if (method) {
      expect(operation).toMatchObject({ action: plan.action, changes: plan.changes, state: 'succeeded' });
      if (plan.remoteId && action !== 'delete') expect(link?.remoteId).toBe(plan.remoteId);
      expect(link?.takenOver).toBe(plan.takesOver);
    }
    if (code) expect(link?.lastError).toMatchObject({ code });
  });
});

test('whoever is created beside their manager gets the manager as soon as the account is there', async () => {
  patch = true;
  const boss = await linked('boss');
  const nina = await linked('nina', { managerId: boss });
  await connect();
  const account = (username: string) => [...peer.users.values()].find(({ userName }) => userName === username);
  const patches = () => peer.received.filter(({ method }) => method === 'PATCH').map(({ rawBody }) => rawBody);
  await work();
  expect(patches().join(' ')).toContain(`"${account('boss')?.id}"`);
  expect((await db.userLink.findFirstOrThrow({ where: { userId: nina } })).state).toBe('provisioned');
  // Nobody else is looked at again, and a manager who stays who they are is no reason.
  peer.received.length = 0;
  await change(boss, { department: 'Sales' });
  expect(await sent()).toHaveLength(1);
});

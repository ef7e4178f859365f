import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup, disassociateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { deleteGroup } from '@/lib/directory/delete-group';
import { updateGroup } from '@/lib/directory/update-group';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
import { storeGroups } from '@/lib/provisioning/cycles/store-groups';
import { findPlanContext } from '@/lib/provisioning/plan/plan-context';
import { planGroups } from '@/lib/provisioning/plan/plan-group-links';
import type { PlannedLink } from '@/lib/provisioning/plan/planned-link';
import { shownGroupPlan } from '@/lib/provisioning/plan/preview-group';
import { previewMapping } from '@/lib/provisioning/plan/preview-mapping';
import { startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { egnyteApplication, group, person, work } from './testing/support';

let peer: TestScimServer;
let applicationId = '';

beforeAll(async () => {
  peer = await startScim();
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(peer.url).host;
  process.env.LATCHKEY_SECRET_KEY ??= 'a'.repeat(43);
  process.env.ORIGIN ??= 'http://localhost:3000';
});
afterAll(() => peer.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  peer.users.clear();
  peer.groups.clear();
  applicationId = (await egnyteApplication()).id;
});

const plain = { matchingPrecedence: null, defaultValue: null, required: false, apply: 'always' as const };
const named: MappingDraft = {
  ...plain,
  id: 'named',
  kind: 'expression',
  source: 'Join("-", "app", [name])',
  target: 'displayName',
  required: true,
};
const byId: MappingDraft = {
  ...plain,
  id: 'by-id',
  kind: 'direct',
  source: 'id',
  target: 'externalId',
  apply: 'creation',
};

async function mapGroups(mappings: MappingDraft[]): Promise<void> {
  const version = (await findMappings(applicationId))?.version ?? 0;
  await updateMappings(actor, { applicationId, version, objectType: 'group', mappings });
}

async function connect(): Promise<void> {
  await activateIntegration(actor, {
    applicationId,
    baseUrl: peer.url,
    authentication: { kind: 'bearer', secret: testToken },
    manageGroups: true,
  });
  await work();
}

async function managed(name = 'Platform'): Promise<string> {
  const groupId = await group(name, [await person('zoe.first')]);
  await associateGroup(actor, { applicationId, groupId });
  return groupId;
}

async function rename(groupId: string, name: string): Promise<void> {
  const { id, version, description } = await db.group.findUniqueOrThrow({ where: { id: groupId } });
  await updateGroup(actor, { id, version, name, description });
}

/** Requests on groups that change something, since the last time. */
async function sent(): Promise<string[]> {
  peer.received.length = 0;
  await work();
  return peer.received
    .filter(({ method, path }) => method !== 'GET' && path.startsWith('/Groups'))
    .map(({ method, path, rawBody }) => `${method} ${path} ${rawBody}`);
}

async function foretold(groupId: string): Promise<string | null> {
  const mappings = (await findMappings(applicationId))?.tables[1]?.mappings ?? [];
  const { request } = await previewMapping({ applicationId, objectType: 'group', subjectId: groupId, mappings });
  return request && `${request.method} ${request.path} ${JSON.stringify(request.body)}`;
}

const only = () => [...peer.groups.values()].map(({ members: _members, schemas: _schemas, ...values }) => values);

describe('a group is what its mappings say', () => {
  test('when it is created, with what is sent at creation only, and as the preview says', async () => {
    await mapGroups([named, byId]);
    await connect();
    const groupId = await managed();
    await work();
    expect(only()).toEqual([{ id: 'id-1', displayName: 'app-Platform', externalId: groupId }]);
    expect(peer.groups.get('id-1')?.members).toHaveLength(1);
    const second = await group('Second', [(await db.user.findFirstOrThrow()).id]);
    await associateGroup(actor, { applicationId, groupId: second });
    const told = await foretold(second);
    expect((await sent())[0]).toBe(told);
  });

  test('when its name changes: the mapped value is sent, and what is sent at creation only is not', async () => {
    await mapGroups([named, byId]);
    const groupId = await managed();
    await connect();
    await rename(groupId, 'Core');
    const told = await foretold(groupId);
    const requests = await sent();
    expect(requests).toEqual([told]);
    expect(requests[0]).toContain('[{"op":"replace","path":"displayName","value":"app-Core"}]');
    expect(await sent()).toEqual([]);
  });

  test('when it is there already: it is found by the mapped matching attribute, under whatever name, and gets its own', async () => {
    await mapGroups([named, { ...byId, matchingPrecedence: 1 }]);
    const groupId = await managed();
    peer.groups.set('there', { id: 'there', displayName: 'Old name', externalId: groupId, members: [] });
    await connect();
    expect(only()).toEqual([{ id: 'there', displayName: 'app-Platform', externalId: groupId }]);
    expect(await db.groupLink.findFirst({ where: { groupId } })).toMatchObject({ remoteId: 'there', takenOver: true });
  });

  test('and what an expression redacts is sent, and shown in no event, operation or exchange', async () => {
    await mapGroups([{ ...named, source: 'Redact(Join("-", "hush", [name]))' }]);
    const groupId = await managed();
    await connect();
    await rename(groupId, 'Core');
    await work();
    expect(only()).toMatchObject([{ displayName: 'hush-Core' }]);
    const link = { groupLink: { groupId } };
    const told = {
      events: await db.event.findMany({ where: { targetId: groupId, applicationId }, omit: { id: true } }),
      operations: await db.operation.findMany({ where: link }),
      exchanges: await db.exchange.findMany({ where: { operation: link } }),
    };
    expect(told.operations.length).toBeGreaterThan(1);
    expect(told.exchanges.length).toBeGreaterThan(1);
    const text = JSON.stringify(told, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).not.toContain('hush');
  });

  test('when somebody changes it over there: a cycle puts any mapped value back', async () => {
    await mapGroups([named, { ...byId, apply: 'always' }]);
    const groupId = await managed();
    await connect();
    const there = peer.groups.get('id-1');
    if (there) there.externalId = 'by hand';
    await runCycleNow(actor, { applicationId });
    await work();
    expect(only()).toEqual([{ id: 'id-1', displayName: 'app-Platform', externalId: groupId }]);
    await runCycleNow(actor, { applicationId });
    expect(await sent()).toEqual([]);
  });
});

/** What the plan says, as it comes back from where it was kept. */
async function planned(groupId: string): Promise<PlannedLink> {
  const context = await findPlanContext(applicationId);
  const [entry] = context ? await planGroups(context, [groupId]) : [];
  if (!context || !entry) throw new Error('It is connected, and there is a group.');
  const plan = shownGroupPlan(context, entry);
  const kept: PlannedLink = JSON.parse(JSON.stringify(plan));
  expect(kept).toEqual(plan);
  return kept;
}

/** What a cycle would have read by now. */
async function reread(): Promise<void> {
  const context = await findPlanContext(applicationId);
  if (!context) throw new Error('It is connected.');
  const resources = structuredClone([...peer.groups.values()]);
  const now = new Date();
  const read = { resources, readAt: now, readingId: crypto.randomUUID(), since: now };
  await db.$transaction((tx) => storeGroups(tx, context, read));
}

interface Situation {
  name: string;
  arrange(): Promise<string>;
  plan: Partial<PlannedLink>;
  /** What stands in the way. */
  code?: string;
}

const names = (changes: unknown, key: string) => (changes as Record<string, { to?: unknown; from?: unknown }>)[key];

const situations: Situation[] = [
  {
    name: 'new, with a member',
    plan: { action: 'create', members: { added: 1, removed: 0 }, takesOver: false, knownBy: 'nothing' },
    arrange: async () => {
      await connect();
      return associatedLater([await withAccount('ada')]);
    },
  },
  {
    name: 'new and empty',
    plan: { action: 'skip', members: null },
    code: 'EmptyGroup',
    arrange: async () => {
      await connect();
      return associatedLater([]);
    },
  },
  {
    name: 'there already by its name',
    plan: { action: 'update', members: { added: 1, removed: 0 }, takesOver: true, knownBy: 'reading' },
    arrange: async () => {
      peer.groups.set('there', { id: 'there', displayName: 'Later', members: [] });
      await connect();
      return associatedLater([await withAccount('ada')]);
    },
  },
  {
    name: 'there twice',
    plan: { action: 'skip' },
    code: 'DuplicateTargetEntries',
    arrange: async () => {
      for (const id of ['one', 'two']) peer.groups.set(id, { id, displayName: 'Later', members: [] });
      await connect();
      return associatedLater([await withAccount('ada')]);
    },
  },
  {
    name: 'there as another group of ours',
    plan: { action: 'skip' },
    code: 'DuplicateSourceEntries',
    arrange: async () => {
      const first = await managed('First');
      await connect();
      const link = await db.groupLink.findFirstOrThrow({ where: { groupId: first } });
      Object.assign(peer.groups.get(link.remoteId ?? '') ?? {}, { displayName: 'Later' });
      return associatedLater([await withAccount('ada')]);
    },
  },
  {
    name: 'linked, with another name',
    plan: { action: 'update', members: { added: 0, removed: 0 }, takesOver: false, knownBy: 'link' },
    arrange: async () => {
      const groupId = await managed();
      await connect();
      await rename(groupId, 'Core');
      return groupId;
    },
  },
  {
    name: 'linked, with one member for another',
    plan: { action: 'update', members: { added: 1, removed: 1 } },
    arrange: async () => {
      const groupId = await managed();
      const ada = await withAccount('ada');
      await connect();
      const zoe = await db.user.findFirstOrThrow({ where: { username: 'zoe.first' } });
      await updateGroupMembers(actor, { groupId, add: [ada], remove: [zoe.id] });
      return groupId;
    },
  },
  {
    name: 'linked, as it was',
    plan: { action: 'none', because: null },
    arrange: async () => {
      const groupId = await managed();
      await connect();
      return groupId;
    },
  },
  {
    name: 'disassociated',
    plan: { action: 'none', because: 'not_managed' },
    arrange: async () => {
      const groupId = await managed();
      await connect();
      await disassociateGroup(actor, { applicationId, groupId });
      return groupId;
    },
  },
  {
    name: 'deleted',
    plan: { action: 'delete', because: 'deleted' },
    arrange: async () => {
      const groupId = await managed();
      await connect();
      await deleteGroup(actor, { id: groupId });
      return groupId;
    },
  },
];

/** Somebody with an account. */
async function withAccount(username: string): Promise<string> {
  const userId = await person(username);
  await associateGroup(actor, { applicationId, groupId: await group(`Group of ${username}`, [userId]) });
  await work();
  return userId;
}

async function associatedLater(userIds: string[]): Promise<string> {
  const groupId = await group('Later', userIds);
  await associateGroup(actor, { applicationId, groupId });
  return groupId;
}

describe('the plan of a group says what is then done', () => {
  test.each(situations)('$name', async ({ arrange, plan: expected, code }) => {
    const groupId = await arrange();
    await reread();
    const plan = await planned(groupId);
    expect(plan).toMatchObject({ ...expected, ...(code ? { reason: { code } } : {}) });
    const before = await db.operation.count({ where: { groupLink: { groupId } } });
    const left = await sent();
    const operations = await db.operation.findMany({
      where: { groupLink: { groupId } },
      orderBy: { createdAt: 'desc' },
    });
    const link = await db.groupLink.findFirst({ where: { groupId } });
    if (code) expect(link?.lastError).toMatchObject({ code });
    if (plan.action === 'none' || plan.action === 'skip') {
      expect(operations).toHaveLength(before);
      return;
    }
    const { method, path, body } = plan.request ?? {};
    expect(left[0]).toBe(`${method} ${path} ${body ? JSON.stringify(body) : ''}`);
    const [operation] = operations;
    expect(operation).toMatchObject({ action: plan.action, state: 'succeeded', changes: plan.changes });
    const { added, removed } = plan.members ?? { added: 0, removed: 0 };
    expect([
      (names(operation?.changes, 'members added')?.to as unknown[] | undefined)?.length ?? 0,
      (names(operation?.changes, 'members removed')?.from as unknown[] | undefined)?.length ?? 0,
    ]).toEqual([added, removed]);
    expect(link?.takenOver).toBe(plan.takesOver);
    if (plan.remoteId && plan.action !== 'delete') expect(link?.remoteId).toBe(plan.remoteId);
  });
});

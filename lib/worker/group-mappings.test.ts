import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { findMappings } from '@/lib/applications/mapping-queries';
import type { MappingDraft } from '@/lib/applications/schema';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { updateGroup } from '@/lib/directory/update-group';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { runCycleNow } from '@/lib/provisioning/cycles/run-now';
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
  await db.$executeRaw`TRUNCATE users, groups, applications, events CASCADE`;
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
  await activateIntegration(actor, { applicationId, baseUrl: peer.url, token: testToken, manageGroups: true });
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

import { beforeEach, describe, expect, test, vi } from 'vitest';

vi.hoisted(() => {
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = '127.0.0.1';
});

import { templateSchema } from '@/lib/applications/catalogue/template-schema';
import { getTemplate } from '@/lib/applications/catalogue/templates';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { defaultCapabilities } from '@/lib/scim/capabilities';
import { startScim, testToken } from '@/lib/scim/testing/scim-server';
import { tokenContext } from './authentication';
import { findConnection } from './connection';
import { createLimiter } from './engine/limiter';
import { Pace } from './pace';
import { getIntegration } from './queries/integration-state';
import { learn, toldProfile } from './server-profile';
import { afterTest } from './taught-habits';
import { integratedApplication } from './testing/integration';
import { updateServerProfile } from './update-server-profile';

let applicationId = '';

beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
});

const set = async (said: object) => {
  const { version } = await getIntegration(applicationId);
  return updateServerProfile(systemActor, { applicationId, version, ...said });
};
const profile = async () => (await getIntegration(applicationId)).profile;
const eventsNamed = (name: string) => db.event.findMany({ where: { name }, orderBy: { id: 'asc' } });

describe('each of a profile is', () => {
  test('what the administrator set, before what was learned, before what is assumed', async () => {
    await learn(applicationId, { maxMembers: 50, contentType: 'application/json' });
    await set({ maxMembers: 20 });
    expect(await profile()).toMatchObject({
      maxMembers: { value: 20, origin: 'administrator' },
      contentType: { value: 'application/json', origin: 'learned' },
      pageSize: { value: 200, origin: 'default' },
    });
    await set({ maxMembers: null });
    expect(await profile()).toMatchObject({ maxMembers: { value: 50, origin: 'learned' } });
  });

  test('learned where the server says it of itself, though it is as assumed; assumed where nobody has said anything', () => {
    const of = (capabilities: unknown) => toldProfile({ capabilities, profile: {} }, 'egnyte').patch;
    expect(of({ source: 'server', patch: true })).toEqual({ value: true, origin: 'learned' });
    expect(of({ source: 'default', patch: true })).toEqual({ value: true, origin: 'default' });
    expect(of({ source: 'default', patch: false })).toEqual({ value: false, origin: 'learned' });
    // Of the wrong type, as if nobody had said it.
    expect(of({ source: 'server', patch: 'perhaps' })).toEqual({ value: true, origin: 'default' });
  });
});

test('a template may say what its server can do, and nothing that is not', () => {
  const of = (serverProfile: object) =>
    templateSchema.safeParse({ ...getTemplate('egnyte'), scim: { ...getTemplate('egnyte').scim, serverProfile } })
      .success;
  expect(of({ concurrency: 8, contentType: 'application/json' })).toBe(true);
  expect(of({ concurrency: 80 })).toBe(false);
  expect(of({ nothing: true })).toBe(false);
});

test('what a refusal has taught is gone by at once, and by the next connection: after a restart, in another worker', async () => {
  const first = await findConnection(applicationId);
  await first?.client.learn({ maxMembers: 50 }, { status: 413, text: 'No' });
  expect(first?.client.capabilities.maxMembers).toBe(50);
  expect((await findConnection(applicationId))?.client.capabilities.maxMembers).toBe(50);
});

test('a server that knows JSON alone is refused once, and asked rightly by every connection afterwards', async () => {
  const server = await startScim(({ method, headers }) =>
    method === 'POST' && headers['content-type'] !== 'application/json' ? { status: 415, body: {} } : undefined,
  );
  await db.integration.update({
    where: { applicationId },
    data: { baseUrl: server.url, tokenSealed: seal(testToken, tokenContext(applicationId)) },
  });
  const create = async (userName: string) => (await findConnection(applicationId))?.client.createUser({ userName });
  expect(await create('ana')).toMatchObject({ ok: true });
  expect(server.received).toHaveLength(2);
  expect(await create('ben')).toMatchObject({ ok: true });
  expect(server.received).toHaveLength(3);
  await server.close();
});

test('what was learned is told by an event, once', async () => {
  await learn(applicationId, { maxMembers: 50 });
  await learn(applicationId, { maxMembers: 50 });
  expect(await eventsNamed('idm_server_learned')).toMatchObject([
    { actorName: 'Latchkey', applicationId, changes: { maxMembers: { from: null, to: 50 } } },
  ]);
});

test('the answer that has taught a habit is kept with its date, shown, and told by the event; what is forgotten is learned anew', async () => {
  const lesson = { status: 405, text: 'PATCH of Users is not supported' };
  await learn(applicationId, { patch: false }, lesson);
  const { taught } = await getIntegration(applicationId);
  expect(taught).toEqual({ patch: { at: expect.stringMatching(/^20\d\d-.*Z$/), ...lesson } });
  const [event] = await eventsNamed('idm_server_learned');
  expect(event?.message).toBe('The application answered 405: PATCH of Users is not supported');
  await set({ forget: ['patch'] });
  expect(await profile()).toMatchObject({ patch: { value: true, origin: 'default' } });
  expect((await getIntegration(applicationId)).taught).toEqual({});
  expect((await eventsNamed('idm_integration_update')).at(-1)?.changes).toEqual({ patch: { from: false, to: true } });
  await learn(applicationId, { patch: false }, lesson);
  expect(await profile()).toMatchObject({ patch: { value: false, origin: 'learned' } });
});

test('what answers have taught outlives another test of the same server, whatever that server says of itself', async () => {
  await learn(applicationId, { patch: false, afterDelete: 'gone' }, { status: 405, text: 'No' });
  await learn(applicationId, { maxMembers: 50 });
  const saved = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  const tested = { ...defaultCapabilities, source: 'server' as const };
  expect(afterTest(saved, { capabilities: tested, lessons: {} })).toMatchObject({
    capabilities: { patch: false, patchGroups: true, afterDelete: 'gone', maxMembers: 50, source: 'server' },
    taught: { patch: { status: 405 }, afterDelete: { status: 405 } },
  });
  expect(afterTest(null, { capabilities: tested, lessons: {} })).toEqual({ capabilities: tested, taught: {} });
});

test('a search is proven by each test: what was learned of it before is over, and what the test found is kept with its answer', async () => {
  await learn(applicationId, { filter: false }, { status: 200, text: 'A search found somebody else' });
  const saved = await db.integration.findUniqueOrThrow({ where: { applicationId } });
  expect(afterTest(saved, { capabilities: defaultCapabilities, lessons: {} })).toMatchObject({
    capabilities: { filter: true },
    taught: {},
  });
  const filter = { status: null, text: 'Filters are ignored' };
  const capabilities = { ...defaultCapabilities, filter: false };
  expect(afterTest(null, { capabilities, lessons: { filter } })).toMatchObject({
    capabilities: { filter: false },
    taught: { filter: { at: expect.any(String), ...filter } },
  });
});

test('what an administrator sets is told with what it was before, and refused where somebody else saved meanwhile', async () => {
  await set({ patch: false, concurrency: 16 });
  expect((await eventsNamed('idm_integration_update')).at(-1)?.changes).toEqual({ patch: { from: true, to: false } });
  // As it would be anyhow, and yet set: what is learned later does not change it.
  await learn(applicationId, { concurrency: 4 });
  expect((await profile()).concurrency).toEqual({ value: 16, origin: 'administrator' });
  await expect(updateServerProfile(systemActor, { applicationId, version: 1, patch: true })).rejects.toMatchObject({
    code: 'stale_version',
    details: { values: { patch: false } },
  });
});

test('requests at once begin where the server left them, and rise; set by an administrator, they rise no higher', async () => {
  await learn(applicationId, { concurrency: 4 });
  expect((await findConnection(applicationId))?.atOnce).toEqual({ begin: 4, most: 32 });
  await set({ concurrency: 8 });
  const atOnce = (await findConnection(applicationId))?.atOnce ?? { begin: 0, most: 0 };
  expect(atOnce).toEqual({ begin: 8, most: 8 });
  const limiter = createLimiter();
  limiter.allow(atOnce);
  for (let done = 0; done < 1_000; done += 1) limiter.succeeded();
  expect(limiter.width).toBe(8);
  limiter.pushedBack(0);
  // Told again with every connection: it is not raised by that.
  limiter.allow(atOnce);
  expect(limiter.width).toBe(4);
});

describe('how many requests leave in a minute', () => {
  const connectedTo = (url: string) =>
    db.integration.update({
      where: { applicationId },
      data: { baseUrl: url, tokenSealed: seal(testToken, tokenContext(applicationId)) },
    });
  const list = async () => (await findConnection(applicationId))?.client.listUsers();

  test('is as many as there are, until the server refuses one and says its policy; an administrator goes before that', async () => {
    const server = await startScim(() => ({ status: 429, headers: { 'ratelimit-policy': '"default";q=30;w=60' } }));
    await connectedTo(server.url);
    expect(await profile()).toMatchObject({ rate: { value: 0, origin: 'default' } });
    expect((await findConnection(applicationId))?.atOnce).toEqual({ begin: 16, most: 32 });
    expect(await list()).toMatchObject({ ok: false, failure: { kind: 'rate_limited', rate: 30 } });
    expect(await profile()).toMatchObject({ rate: { value: 30, origin: 'learned' } });
    expect((await eventsNamed('idm_server_learned')).map(({ changes }) => changes)).toEqual([
      { rate: { from: null, to: 30 } },
    ]);
    // By another connection, as after a restart: nothing waits longer for its turn than it takes one to leave.
    expect((await findConnection(applicationId))?.atOnce).toEqual({ begin: 1, most: 1 });
    await set({ rate: 600 });
    expect(await profile()).toMatchObject({ rate: { value: 600, origin: 'administrator' } });
    expect((await findConnection(applicationId))?.atOnce).toEqual({ begin: 16, most: 20 });
    await server.close();
  });

  test('is kept by whatever is sent by the connection', async () => {
    const server = await startScim();
    await connectedTo(server.url);
    await set({ rate: 60_000 });
    const allow = vi.spyOn(Pace.prototype, 'allow');
    const turn = vi.spyOn(Pace.prototype, 'turn');
    await list();
    await (await findConnection(applicationId))?.client.createUser({ userName: 'ana' });
    expect(allow).toHaveBeenLastCalledWith(60_000);
    expect(turn).toHaveBeenCalledTimes(server.received.length);
    expect(server.received).toHaveLength(2);
    await server.close();
    vi.restoreAllMocks();
  });
});

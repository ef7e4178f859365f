import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { tokenContext } from '@/lib/provisioning/authentication';
import { probeByWriting } from '@/lib/provisioning/probe-by-writing';
import { probeAtOnce } from '@/lib/provisioning/probe-connection';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { integratedApplication } from '@/lib/provisioning/testing/integration';
import { type ScimAnswer, scimError, startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { startTestSandbox, type TestSandbox } from './testing/support';

let peer: TestSandbox;
let server: TestScimServer;
let applicationId = '';
let bend: Parameters<typeof startScim>[0];
const actor = { ...systemActor, name: 'Ana Kim' };

beforeAll(async () => {
  peer = await startTestSandbox();
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS += ',127.0.0.1';
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  await emptyTables('applications', 'events');
  bend = () => undefined;
  server = await startScim((request) => bend?.(request));
  applicationId = await integratedApplication();
  const tokenSealed = seal(testToken, tokenContext(applicationId));
  await db.integration.update({ where: { applicationId }, data: { baseUrl: server.url, tokenSealed } });
});
afterEach(() => server.close());

const input = () => ({ applicationId, baseUrl: server.url, manageGroups: true });
const testsTold = () => db.event.findMany({ where: { name: 'idm_connection_test' } });
const written = () =>
  server.received.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.split('/')[1]}`);

test('a test user and a group come and go, and what they taught is kept and told', async () => {
  const noPathFilters = (operation: { path?: string }) => operation.path?.includes('[');
  bend = ({ method, body }): ScimAnswer | undefined => {
    const operations = (body.Operations ?? []) as { path?: string }[];
    return method === 'PATCH' && operations.some(noPathFilters)
      ? scimError(400, 'No filters here', 'invalidPath')
      : undefined;
  };
  const { ok, steps } = await probeAtOnce(probeByWriting(actor, input()));
  expect(ok).toBe(true);
  expect(steps.slice(-5).map(({ id, state }) => `${id}:${state}`)).toEqual([
    'create_user:ok',
    'update_user:warning',
    'create_group:ok',
    'deactivate_user:ok',
    'clean_up:ok',
  ]);
  expect([server.users.size, server.groups.size]).toEqual([0, 0]);
  expect((await getIntegration(applicationId)).profile.pathFilters).toEqual({ value: false, origin: 'learned' });
  expect(await db.event.findFirst({ where: { name: 'idm_server_learned' } })).toMatchObject({
    changes: { pathFilters: { to: false } },
  });
  expect(await testsTold()).toMatchObject([{ actorName: 'Ana Kim', outcome: 'success', applicationId }]);
});

test.each(['create_user', 'update_user', 'create_group', 'deactivate_user'])(
  'whoever leaves after %s leaves nobody behind over there',
  async (last) => {
    const steps = probeByWriting(actor, input());
    for await (const { id } of steps) if (id === last) break;
    expect(written()).toContain('POST Users');
    expect([server.users.size, server.groups.size]).toEqual([0, 0]);
    expect(await testsTold()).toMatchObject([{ message: expect.stringContaining('left before its end') }]);
  },
);

test('a creation whose answer was lost is looked for and deleted', async () => {
  bend = ({ method, path }) => (method === 'POST' && path === '/Users' ? { reset: true } : undefined);
  const { ok } = await probeAtOnce(probeByWriting(actor, input()));
  expect(ok).toBe(false);
  expect(server.users.size).toBe(0);
  expect(await testsTold()).toMatchObject([{ outcome: 'error', message: expect.stringContaining('Create test user') }]);
});

test('what cannot be deleted is named, in the checklist and in the event', async () => {
  bend = ({ method }) => (method === 'DELETE' ? scimError(403, 'Nobody is deleted here') : undefined);
  const { steps } = await probeAtOnce(probeByWriting(actor, input()));
  expect(steps.at(-1)).toMatchObject({ state: 'warning', hint: expect.stringMatching(/latchkey-test-.* by hand/) });
  expect(await testsTold()).toMatchObject([
    { message: expect.stringMatching(/latchkey-test-.*Nobody is deleted here/) },
  ]);
});

test.each(['egnyte/writes', 'netskope/writes'])(
  '%s takes the test user as it is, and has the accounts it had',
  async (tenant) => {
    await peer.control('POST', '/reset', { tenant });
    const before = await peer.control<{ users: unknown[]; groups: unknown[] }>('GET', `/state?tenant=${tenant}`);
    const { token, scimUrl } = await peer.control<{ token: string; scimUrl: string }>('POST', '/tokens', { tenant });
    const authentication = { kind: 'bearer' as const, secret: token };
    const typed = { applicationId, baseUrl: scimUrl, authentication, manageGroups: true };
    const { steps } = await probeAtOnce(probeByWriting(actor, typed));
    expect(steps.filter(({ state }) => state === 'failed')).toEqual([]);
    const after = await peer.control<{ users: unknown[]; groups: unknown[] }>('GET', `/state?tenant=${tenant}`);
    expect(after.users).toEqual(before.users);
    expect(after.groups).toEqual(before.groups);
  },
);

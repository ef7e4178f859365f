import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { type ScimAnswer, startScim, type TestScimServer, testToken } from '@/lib/scim/testing/scim-server';
import { tokenContext } from './authentication';
import { findConnection } from './connection';
import { judge } from './internal/verdict';
import { restOf } from './pace';
import { connectionWorks, handleVerdict } from './quarantine';
import { integratedApplication } from './testing/integration';

let server: TestScimServer;
let answers: ScimAnswer[] = [];
let applicationId = '';

beforeAll(async () => {
  server = await startScim(() => answers.shift());
  process.env.LATCHKEY_ALLOW_PRIVATE_TARGETS = new URL(server.url).host;
});
afterAll(() => server.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  applicationId = await integratedApplication();
  await db.integration.update({
    where: { applicationId },
    data: { baseUrl: server.url, tokenSealed: seal(testToken, tokenContext(applicationId)) },
  });
  server.received.length = 0;
});

const connected = async () => (await findConnection(applicationId)) ?? expect.fail('It is connected.');
const busy = (retryAfter: string): ScimAnswer => ({ status: 429, headers: { 'retry-after': retryAfter }, body: {} });
const restsFor = async () => {
  const { integration } = await connected();
  return ((restOf(integration)?.getTime() ?? 0) - Date.now()) / 1_000;
};

test('a server that asks for a rest is asked nothing by whatever client of its application, and says so', async () => {
  const [one, other] = [await connected(), await connected()];
  answers = [busy('60')];
  await one.client.listUsers();
  const refused = await other.client.createUser({ userName: 'ana' });
  expect(refused).toMatchObject({ ok: false, failure: { kind: 'rate_limited', retryAfterMs: expect.any(Number) } });
  expect(refused.exchange.status).toBeUndefined();
  expect(server.received).toHaveLength(1);
  // Another process, or this one after a restart, knows by the database.
  expect(await restsFor()).toBeGreaterThan(59);
});

test('its rest is not cut short by another one, by failures of another kind, nor by what succeeds meanwhile', async () => {
  const [one, two] = [await connected(), await connected()];
  // Both are under way when the first answer comes.
  answers = [busy(new Date(Date.now() + 91_000).toUTCString()), busy('2')];
  await Promise.all([one.client.listUsers(), two.client.listUsers()]);
  expect(await restsFor()).toBeGreaterThan(85);
  await handleVerdict(one, judge({ kind: 'network', cause: 'connect', detail: 'Refused.' }, 'read'));
  expect(await restsFor()).toBeGreaterThan(85);
  await connectionWorks(applicationId);
  expect(await restsFor()).toBeGreaterThan(85);
});

test('what another worker was told meanwhile is not cut short by what this one is told', async () => {
  const { client } = await connected();
  await db.integration.update({ where: { applicationId }, data: { restsUntil: new Date(Date.now() + 91_000) } });
  answers = [busy('2')];
  await client.listUsers();
  expect(await restsFor()).toBeGreaterThan(85);
});

test('a rest that the connection has because of failures is not cut short by a shorter one', async () => {
  const connection = await connected();
  await handleVerdict(connection, judge({ kind: 'rate_limited', detail: 'Wait.', retryAfterMs: 60_000 }, 'read'));
  await handleVerdict(connection, judge({ kind: 'network', cause: 'connect', detail: 'Refused.' }, 'read'));
  expect(await restsFor()).toBeGreaterThan(58);
});

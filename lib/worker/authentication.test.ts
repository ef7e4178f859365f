import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import { systemActor as actor } from '@/lib/events/actor';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { findConnection } from '@/lib/provisioning/connection';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { replaceCredentials } from '@/lib/provisioning/replace-credentials';
import { credentialsSchema, type TypedCredentials } from '@/lib/scim/authentication';
import { group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

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
  tenant = `netskope/ways${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const made = await createApplication(actor, { templateId: 'custom-saml', displayLabel: `Ways ${count}`, ...general });
  applicationId = made.id;
});

interface Issued {
  clientId: string;
  token: string;
  scimUrl: string;
  tokenUrl: string;
}
const issue = (way: Record<string, unknown>) => peer.control<Issued>('POST', '/tokens', { tenant, way });

/** As it is typed, with the secret of the sandbox. */
function typed(kind: string, { token, clientId, tokenUrl }: Issued): TypedCredentials {
  if (kind === 'basic') return { kind, username: 'scim-admin', secret: token };
  if (kind === 'header') return { kind, name: 'X-API-Key', secret: token };
  return { kind: 'clientCredentials', tokenUrl, clientId, secret: token };
}

async function activate(credentials: TypedCredentials, baseUrl: string) {
  const authentication = credentialsSchema.parse(credentials);
  await activateIntegration(actor, { applicationId, baseUrl, authentication, manageGroups: true });
}

async function replace(credentials: TypedCredentials) {
  const { version } = await getIntegration(applicationId);
  return replaceCredentials(actor, { applicationId, version, authentication: credentialsSchema.parse(credentials) });
}

const list = async () => (await findConnection(applicationId))?.client.listUsers();

test.each([
  ['basic', { kind: 'basic', username: 'scim-admin' }],
  ['header', { kind: 'header', name: 'x-api-key' }],
  ['clientCredentials', { kind: 'client' }],
])('a connection by %s is tested, saved and used, and its secret is told by nothing', async (kind, way) => {
  const issued = await issue(way);
  await expect(activate(typed(kind, { ...issued, token: 'wrong' }), issued.scimUrl)).rejects.toMatchObject({
    code: 'connection_failed',
    field: 'authentication.secret',
  });
  await activate(typed(kind, issued), issued.scimUrl);
  expect(await list()).toMatchObject({ ok: true });
  const { secret: _, ...open } = typed(kind, issued);
  expect((await getIntegration(applicationId)).authentication).toMatchObject(open);
  const told = JSON.stringify([
    await getIntegration(applicationId),
    await db.integration.findMany(),
    (await db.event.findMany()).map(({ id, ...event }) => ({ ...event, id: String(id) })),
  ]);
  expect(told).not.toContain(issued.token);
  expect(told).not.toContain('wrong');
});

describe('client credentials', () => {
  test('a revoked client quarantines the connection with what to do; what waited arrives once it is replaced', async () => {
    const issued = await issue({ kind: 'client' });
    const groupId = await group('Crew', [await person('oauth.one')]);
    await associateGroup(actor, { applicationId, groupId });
    await activate(typed('client', issued), issued.scimUrl);
    await work();
    expect(await db.userLink.findMany()).toMatchObject([{ state: 'provisioned' }]);

    await peer.control('DELETE', `/access-tokens?tenant=${tenant}`);
    await updateGroupMembers(actor, { groupId, add: [await person('oauth.two')], remove: [] });
    await work();
    expect(await db.integration.findFirst(), 'a lost access token is renewed, unseen').toMatchObject({
      status: 'active',
    });
    expect(await db.userLink.count({ where: { state: 'provisioned' } })).toBe(2);

    await peer.control('DELETE', `/tokens?tenant=${tenant}`);
    await updateGroupMembers(actor, { groupId, add: [await person('oauth.three')], remove: [] });
    await work();
    const { status, quarantineReason } = await db.integration.findFirstOrThrow();
    expect(status).toBe('quarantined');
    expect(quarantineReason).toContain('refused: invalid_client: Client authentication failed. Check client ID');

    await replace(typed('client', await issue({ kind: 'client' })));
    await work();
    expect(await db.integration.findFirst()).toMatchObject({ status: 'active', quarantineReason: null });
    expect(await db.userLink.count({ where: { state: 'provisioned' } })).toBe(3);
    const exchanges = JSON.stringify(await db.exchange.findMany());
    expect(exchanges).toContain('oauth.two');
    expect(exchanges).not.toMatch(/oauth2|client_secret|Bearer/);
  });

  test('a token endpoint out of order is no refusal: the connection rests and is tried again', async () => {
    const issued = await issue({ kind: 'client' });
    const groupId = await group('Crew', [await person('oauth.late')]);
    await activate(typed('client', issued), issued.scimUrl);
    await work();
    await peer.control('DELETE', `/access-tokens?tenant=${tenant}`);
    await peer.control('POST', '/faults', { tenant, tokenEndpointDown: true });
    await associateGroup(actor, { applicationId, groupId });
    await work();
    expect(await db.integration.findFirst()).toMatchObject({ status: 'active', quarantineReason: null });
    expect(await db.userLink.findMany()).toMatchObject([{ state: 'error', lastError: { code: 'Unreachable' } }]);
  });
});

describe('replacing credentials', () => {
  test('the secret may stay where only what is around it changes, and goes to no other host', async () => {
    const issued = await issue({ kind: 'client' });
    await activate(typed('client', issued), issued.scimUrl);
    const { secret: _, ...open } = typed('client', issued);
    await replace({ ...open, scope: 'scim.write' } as TypedCredentials);
    expect((await getIntegration(applicationId)).authentication).toMatchObject({ scope: 'scim.write' });
    expect(await list()).toMatchObject({ ok: true });
    expect(await db.event.findFirst({ where: { name: 'idm_integration_reauth' } })).toMatchObject({
      changes: { scope: { from: '', to: 'scim.write' } },
    });
    await expect(
      replace({ ...open, tokenUrl: 'https://elsewhere.example/token' } as TypedCredentials),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'authentication.secret',
    });
    await expect(replace({ kind: 'bearer' })).rejects.toMatchObject({ field: 'authentication.secret' });
    await expect(replace({ ...open, scope: 'everything' } as TypedCredentials)).rejects.toMatchObject({
      code: 'connection_failed',
      message: expect.stringContaining('invalid_scope'),
    });
    expect((await getIntegration(applicationId)).authentication).toMatchObject({ scope: 'scim.write' });
  });

  test('one kind takes the place of another, and a deactivated connection keeps no secret', async () => {
    const client = await issue({ kind: 'client' });
    await activate(typed('client', client), client.scimUrl);
    await replace(typed('basic', await issue({ kind: 'basic', username: 'scim-admin' })));
    expect(await list()).toMatchObject({ ok: true });
    await deactivateIntegration(actor, { applicationId });
    expect(await db.integration.findFirst()).toMatchObject({ tokenSealed: '' });
    const reused = activate({ kind: 'basic', username: 'scim-admin' }, client.scimUrl);
    await expect(reused).rejects.toMatchObject({ code: 'invalid_input', field: 'authentication.secret' });
  });

  test('an application is offered what its template says, and nothing else', async () => {
    const { id } = await createApplication(actor, {
      templateId: 'netskope',
      displayLabel: 'Netskope',
      description: '',
      logoColor: '#00968f',
      logoImage: null,
      showInPortal: true,
    });
    applicationId = id;
    const issued = await issue({ kind: 'basic', username: 'scim-admin' });
    await expect(activate(typed('basic', issued), issued.scimUrl)).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'authentication.kind',
    });
  });

  test('a token endpoint at a private address that nobody listed is refused before it is asked', async () => {
    const { scimUrl } = await issue({ kind: 'client' });
    const wrong: TypedCredentials = {
      kind: 'clientCredentials',
      tokenUrl: 'http://10.1.2.3/token',
      clientId: 'a',
      secret: 'b',
    };
    await expect(activate(wrong, scimUrl)).rejects.toMatchObject({
      code: 'target_not_allowed',
      field: 'authentication.tokenUrl',
    });
  });
});

test('a JWT says itself when it ends; a note goes before it, and is cleared with the credentials', async () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part({ exp: 1_900_000_000 })}.c2ln`;
  const { scimUrl } = await peer.control<Issued>('POST', '/tokens', { tenant, token });
  await activate({ kind: 'bearer', secret: token }, scimUrl);
  const end = async () => (await getIntegration(applicationId)).secretEnd;
  expect(await end()).toMatchObject({ endsAt: new Date(1_900_000_000_000), noted: false });
  const { settings, version } = await db.integration.findFirstOrThrow();
  const noted = { ...(settings as object), secretEnds: '2028-01-31', secretOwner: 'Ben' };
  await db.integration.update({ where: { applicationId }, data: { settings: noted, version } });
  expect(await end()).toEqual({ endsAt: new Date('2028-01-31T00:00:00Z'), noted: true, owner: 'Ben' });
  const other = await peer.control<Issued>('POST', '/tokens', { tenant });
  await replace({ kind: 'bearer', secret: other.token });
  expect(await end()).toBeNull();
  expect(await db.integration.findFirst()).toMatchObject({ settings: { secretOwner: 'Ben' }, secretEndsAt: null });
});

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { createApplication } from '@/lib/applications/testing/create-application';
import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor as actor } from '@/lib/events/actor';
import { outgoingHttp } from '@/lib/http/outgoing';
import { activateIntegration } from '@/lib/provisioning/activate-integration';
import { disconnectAuthorization } from '@/lib/provisioning/authorization/disconnect-authorization';
import { finishAuthorization } from '@/lib/provisioning/authorization/finish-authorization';
import { openAuthorization, redirectUriOf } from '@/lib/provisioning/authorization/open-authorization';
import { getAuthorizations } from '@/lib/provisioning/authorization/queries';
import { clientOfRow, tokensOf } from '@/lib/provisioning/authorization/sealed';
import { startAuthorization } from '@/lib/provisioning/authorization/start-authorization';
import { tokenKeeperOf } from '@/lib/provisioning/authorization/token-keeper';
import { findConnection } from '@/lib/provisioning/connection';
import { scheduleCycles } from '@/lib/provisioning/cycles/schedule-cycles';
import { getIntegration } from '@/lib/provisioning/queries/integration-state';
import { appCredentialsSchema } from '@/lib/scim/authentication';
import { createAuthenticator } from '@/lib/scim/authenticator';
import { group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

let peer: TestSandbox;
let applicationId = '';
let app: Issued;
const tenant = 'netskope/allowed';
const session = '00000000-0000-4000-8000-00000000000a';
const browser = { actor, sessionId: session };

interface Issued {
  clientId: string;
  token: string;
  scimUrl: string;
  authorizationUrl: string;
  tokenUrl: string;
  revocationUrl: string;
}

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events', 'graphile_worker._private_jobs');
  await peer.control('POST', '/reset', { tenant });
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  applicationId = (await createApplication(actor, { templateId: 'custom-saml', displayLabel: 'Allowed', ...general }))
    .id;
  const way = { kind: 'app', redirectUri: redirectUriOf(applicationId), seconds: 600 };
  app = await peer.control<Issued>('POST', '/tokens', { tenant, way });
});

/** As it is typed; without the secret, the kept one counts. */
function typed(secret: string | undefined = app.token) {
  const { authorizationUrl, tokenUrl, revocationUrl, clientId } = app;
  const client = { kind: 'authorizationCode', authorizationUrl, tokenUrl, revocationUrl, clientId, secret };
  return appCredentialsSchema.parse(client);
}

const start = (authentication = typed()) =>
  startAuthorization(actor, { applicationId, baseUrl: app.scimUrl, manageGroups: true, authentication });

/** What an administrator's browser does over there: the query that it comes back with. */
async function answer(decision = 'allow', address?: string): Promise<URLSearchParams> {
  const { other } = await getAuthorizations(applicationId);
  const to = new URL(address ?? (await openAuthorization(session, other?.id ?? '')));
  expect(await (await fetch(to)).text()).toContain('Allow access');
  to.searchParams.set('decision', decision);
  const body = to.searchParams;
  const response = await fetch(to.origin + to.pathname, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.href).toContain(`${redirectUriOf(applicationId)}?`);
  return back.searchParams;
}

const finish = (query: URLSearchParams) => finishAuthorization(browser, applicationId, query);

async function connectAndActivate() {
  await start();
  await finish(await answer());
  const { other } = await getAuthorizations(applicationId);
  const { secret: _, ...client } = typed();
  const authentication = { ...client, authorizationId: other?.id };
  await activateIntegration(actor, { applicationId, baseUrl: app.scimUrl, manageGroups: true, authentication });
}

const row = () => db.authorization.findFirstOrThrow({ where: { applicationId } });

/** The access token is about to end, for every process. */
async function letItEnd() {
  const { id } = await row();
  await tokenKeeperOf(id).alone(async (kept) => ({
    answer: { ok: false, failure: { kind: 'network', detail: '' } },
    ...(kept ? { keep: { ...kept, renewAt: 0, endsAt: Date.now() + 5_000 } } : {}),
  }));
}

/** What every process has for itself. */
async function process() {
  const found = await row();
  return createAuthenticator(clientOfRow(found), outgoingHttp(), tokenKeeperOf(found.id));
}

test('an application is connected, refreshed by one of two workers, refused, quarantined, and goes on once it is reconnected', async () => {
  await associateGroup(actor, { applicationId, groupId: await group('Crew', [await person('first')]) });
  await connectAndActivate();
  const shown = { state: 'connected', isRefreshable: true, connectedByName: actor.name };
  expect(await getAuthorizations(applicationId)).toMatchObject({ used: shown, other: null });
  const list = async () => (await findConnection(applicationId))?.client.listUsers({ count: 1 });
  expect(await list()).toMatchObject({ ok: true });

  // Each refresh token is good for one use: a second one ends everything over there.
  const before = tokensOf(await row());
  await letItEnd();
  const both = await Promise.all([(await process()).credentials(), (await process()).credentials()]);
  const after = tokensOf(await row());
  expect(after?.refreshToken).not.toBe(before?.refreshToken);
  const authorization = `Bearer ${after?.accessToken}`;
  expect(both).toMatchObject([1, 2].map(() => ({ ok: true, credentials: { headers: { authorization } } })));

  await peer.control('DELETE', `/access-tokens?tenant=${tenant}`);
  expect(await list(), 'neither what this process has nor what is kept is taken any more').toMatchObject({ ok: true });
  await peer.control('POST', '/faults', { tenant, tokenEndpointDown: true });
  await peer.control('DELETE', `/access-tokens?tenant=${tenant}`);
  expect(await list(), 'out of order is no refusal').toMatchObject({ ok: false, failure: { kind: 'network' } });
  expect(await getAuthorizations(applicationId)).toMatchObject({ used: { state: 'connected' } });

  await peer.control('POST', '/faults', { tenant, tokenEndpointDown: false, refreshRefused: true });
  await work();
  const cause = /refused: invalid_grant: The authorisation was ended\. .*Reconnect on the Identity Management tab\.$/;
  const quarantined = { status: 'quarantined', quarantineReason: expect.stringMatching(cause) };
  expect(await getIntegration(applicationId)).toMatchObject(quarantined);
  expect(await getAuthorizations(applicationId)).toMatchObject({ used: { state: 'refused' } });
  await db.integration.updateMany({ data: { notBefore: new Date(0) } });
  await scheduleCycles();
  expect(await getIntegration(applicationId), 'tried again, the cause stays').toMatchObject(quarantined);
  const told = { name: 'idm_oauth_refused', outcome: 'error', code: 'InvalidCredentials' } as const;
  expect(await db.event.count({ where: told })).toBe(1);

  await peer.control('POST', '/faults', { tenant, refreshRefused: false });
  await start(typed(undefined));
  await finish(await answer());
  expect(await getIntegration(applicationId)).toMatchObject({ status: 'active', quarantineReason: null });
  await work();
  expect(await db.userLink.findMany()).toMatchObject([{ state: 'provisioned' }]);
  expect(await db.authorization.count()).toBe(1);

  const secrets = [
    app.token,
    ...[before, after, tokensOf(await row())].flatMap((kept) => [kept?.accessToken, kept?.refreshToken]),
  ];
  const kept = JSON.stringify(
    [
      await db.authorization.findMany(),
      await db.integration.findMany(),
      await db.exchange.findMany(),
      await db.event.findMany(),
      await getAuthorizations(applicationId),
    ],
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
  expect(secrets.filter((secret) => kept.includes(secret ?? 'undefined'))).toEqual([]);

  await disconnectAuthorization(actor, { applicationId });
  expect(await getIntegration(applicationId)).toMatchObject({
    status: 'quarantined',
    quarantineReason: expect.stringContaining('disconnected it. Reconnect'),
  });
  expect(await (await findConnection(applicationId))?.client.listUsers()).toMatchObject({ ok: false });
  expect(await db.event.findFirst({ where: { name: 'idm_oauth_disconnect' } })).toMatchObject({
    message: 'Disconnected. It was revoked over there.',
  });
});

test('an answer counts once, in time, for its application, from the session and the tab that asked last', async () => {
  const refusal = async (query: URLSearchParams, as = browser, of = applicationId) => {
    const error = await finishAuthorization(as, of, query).catch((failure: unknown) => failure);
    if (!(error instanceof AppError)) throw new Error('It was taken.');
    return `${error.code}: ${error.message}`;
  };
  await start();
  const { id = '' } = (await getAuthorizations(applicationId)).other ?? {};
  const earlierTab = await openAuthorization(session, id);
  const address = await openAuthorization(session, id);
  const query = await answer('allow', address);
  expect(await refusal(await answer('allow', earlierTab))).toContain('no connection that is being made');
  expect(await refusal(query, { actor, sessionId: crypto.randomUUID() })).toContain('another session');
  const other = await createApplication(actor, {
    templateId: 'custom-saml',
    displayLabel: 'Other',
    description: '',
    logoColor: '#00968f',
    logoImage: null,
    showInPortal: true,
  });
  expect(await refusal(query, browser, other.id)).toContain('no connection that is being made');
  const { expiresAt } = await row();
  await db.authorization.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await refusal(query)).toContain('too late');
  await db.authorization.updateMany({ data: { expiresAt } });
  await finish(query);
  expect(query.get('iss'), 'the server names itself').toBe(`${peer.sandbox.url}/${tenant}`);
  expect(await refusal(query)).toContain('used already');
  expect(await getAuthorizations(applicationId)).toMatchObject({
    used: null,
    other: { state: 'connected', connectUrl: null },
  });

  // RFC 9207: an answer of another server, or of none, is no answer of this one, whether it brings a code or an error.
  for (const [decision, iss] of [
    ['allow', 'https://evil.example'],
    ['allow', null],
    ['deny', 'https://evil.example'],
  ] as const) {
    await start(typed(undefined));
    const tampered = await answer(decision);
    if (iss) tampered.set('iss', iss);
    else tampered.delete('iss');
    expect(await refusal(tampered)).toMatch(iss ? /another authorisation server/ : /does not say which/);
  }

  await start(typed(undefined));
  expect(await refusal(await answer('deny'))).toBe(
    'authorization_failed: It was not allowed (access_denied: The administrator did not allow it).',
  );
  expect(await getAuthorizations(applicationId)).toMatchObject({
    other: { state: 'failed', failure: expect.stringContaining('not allowed') },
  });
  await start(typed('wrong'));
  expect(await refusal(await answer())).toContain('refused: invalid_client');
  const failed = { name: 'idm_oauth_connect', outcome: 'error', code: 'authorization_failed' } as const;
  expect(await db.event.count({ where: failed })).toBeGreaterThan(3);
});

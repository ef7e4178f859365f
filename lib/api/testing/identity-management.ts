import { expect } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { tokenColumns } from '@/lib/provisioning/authorization/sealed';
import { startAuthorization } from '@/lib/provisioning/authorization/start-authorization';
import { deactivateIntegration } from '@/lib/provisioning/deactivate-integration';
import { pauseIntegration } from '@/lib/provisioning/pause-integration';
import { appCredentialsSchema } from '@/lib/scim/authentication';
import { type Case, type Sent, unique, type World } from './world';

type Named = { params: { application: string } };

const at = (application: string): Named => ({ params: { application } });
const without = (member: string) => (sent: Sent) => {
  const { [member]: _left, ...body } = sent.body as Record<string, unknown>;
  return { body };
};
const replaced = (values: Record<string, unknown>) => (sent: Sent) => ({
  body: { ...(sent.body as object), ...values },
});

/** An application that was never connected, one that is connected already, and one whose connection was given up. */
const other = { unconnected: '', connected: '', deactivated: '', withoutSso: '' };

async function others(world: World): Promise<void> {
  if (other.unconnected) return;
  other.unconnected = (await world.application()).id;
  other.connected = (await world.connected()).id;
  other.deactivated = (await world.connected()).id;
  await deactivateIntegration(systemActor, { applicationId: other.deactivated });
  other.withoutSso = (await world.application()).id;
  await db.application.update({ where: { id: other.withoutSso }, data: { ssoStatus: 'inactive' } });
}

async function connected(world: World): Promise<Named> {
  await others(world);
  return at((await world.connected()).slug);
}

/** Connected, and held because an account has disappeared. */
async function held(world: World): Promise<{ slug: string }> {
  await others(world);
  const { id: applicationId, slug } = await world.connected();
  await db.cycle.updateMany({ where: { applicationId }, data: { stage: 'finished', finishedAt: new Date() } });
  await db.integration.update({
    where: { applicationId },
    data: { status: 'quarantined', quarantineReason: 'Gone.', quarantinedAt: new Date(), heldAt: new Date() },
  });
  const userId = await world.person();
  const link = await db.userLink.create({ data: { applicationId, userId, state: 'provisioned', remoteId: 'gone-1' } });
  await db.missingLink.create({
    data: {
      linkId: link.id,
      userLinkId: link.id,
      applicationId,
      remoteId: 'gone-1',
      readingId: applicationId,
      answer: 'gone',
    },
  });
  return { slug };
}

/** Asks for it by slug, as it was asked for to be changed. */
async function read(world: World, sent: Sent) {
  const path = `/applications/${sent.params?.application}/identity-management` as const;
  const answer = await world.send('GET', path, { token: await world.token('helpdesk') });
  expect(answer.status).toBe(200);
  return answer.body as Record<string, unknown>;
}

/** An answer with a secret in it would be a leak, whatever its schema says. */
function expectNoToken(answer: unknown, token = ''): void {
  const text = JSON.stringify(answer);
  expect(text).not.toMatch(/sealed/i);
  if (token) expect(text).not.toContain(token);
}

/** The client of an application that is connected by a person. */
const app = {
  kind: 'authorizationCode' as const,
  authorizationUrl: 'https://id.example.com/authorize',
  tokenUrl: 'https://id.example.com/token',
  clientId: 'latchkey',
  secret: 'app-secret',
};

/** An application that takes it. */
async function custom(): Promise<string> {
  const general = { description: '', logoColor: '#00968f', logoImage: null, showInPortal: true };
  const values = { templateId: 'custom-saml', displayLabel: unique('App'), ...general };
  return (await createApplication(systemActor, values)).id;
}

/** One of which somebody was asked. */
async function asked(): Promise<string> {
  const applicationId = await custom();
  const authentication = appCredentialsSchema.parse(app);
  await startAuthorization(systemActor, { applicationId, baseUrl: 'https://scim.example.com', authentication });
  return applicationId;
}

/** The body's credentials: a bearer token. */
const bearer = (secret: string) => ({ authentication: { kind: 'bearer', secret } });
const secretOf = (sent: Sent) => (sent.body as ReturnType<typeof bearer>).authentication.secret;

export const identityManagementCases: Record<string, Case> = {
  getIntegration: {
    valid: connected,
    invalid: [
      { change: () => at(other.unconnected), code: 'not_found' },
      { change: () => at(unique('no-such-slug')), code: 'not_found' },
    ],
    after: (answer) => {
      expect(answer).toMatchObject({ status: 'active', manageGroups: true, lastCycle: { trigger: 'activation' } });
      expectNoToken(answer);
    },
  },
  testConnection: {
    valid: async (world) => {
      await others(world);
      const { id } = await world.application();
      const { baseUrl, token } = await world.connection();
      return { ...at(id), body: { baseUrl, ...bearer(token), manageGroups: true, write: true } };
    },
    invalid: [
      { change: without('baseUrl'), field: 'baseUrl' },
      { change: replaced({ baseUrl: 'https://{domain}.egnyte.com/scim' }), field: 'baseUrl' },
      { change: replaced({ baseUrl: 'http://10.1.2.3/scim' }), code: 'target_not_allowed', field: 'baseUrl' },
      { change: without('authentication'), field: 'authentication.secret' },
      { change: replaced({ manageGroups: 'yes' }), field: 'manageGroups' },
      { change: replaced({ write: 'yes' }), field: 'write' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ ok: true, capabilities: { patch: true, source: 'server' } });
      expect((answer as { steps: { id: string }[] }).steps.map((step) => step.id)).toEqual(
        expect.arrayContaining(['list_groups', 'create_group', 'clean_up']),
      );
      expectNoToken(answer, secretOf(sent));
      const saved = { where: { applicationId: sent.params?.application ?? '' } };
      expect(await db.integration.count(saved), 'nothing is saved').toBe(0);
      const path = `/applications/${sent.params?.application}/identity-management/test` as const;
      const body = { ...(sent.body as object), ...bearer('wrong') };
      const refused = await world.send('POST', path, { body, token: await world.token('administrator') });
      expect(refused.status).toBe(200);
      expect(refused.body).toMatchObject({ ok: false });
      const { steps } = refused.body as { steps: { id: string; state: string }[] };
      expect(steps.find((step) => step.id === 'authenticate')?.state).toBe('failed');
      expect(steps.find((step) => step.id === 'list_users')?.state).toBe('skipped');
    },
  },
  activateIntegration: {
    valid: async (world) => {
      await others(world);
      const { slug } = await world.application();
      const { baseUrl, token } = await world.connection();
      return { ...at(slug), body: { baseUrl, ...bearer(token), manageGroups: false } };
    },
    invalid: [
      { change: without('manageGroups'), field: 'manageGroups' },
      { change: without('authentication'), field: 'authentication' },
      { change: replaced({ taught: { patch: true } }), field: 'taught.pathFilters' },
      { change: replaced({ authentication: { kind: 'bearer' } }), field: 'authentication.secret' },
      {
        change: replaced({ authentication: { kind: 'basic', username: 'a', secret: 'b' } }),
        field: 'authentication.kind',
      },
      { change: replaced({ baseUrl: '' }), field: 'baseUrl' },
      { change: replaced(bearer('wrong')), code: 'connection_failed', field: 'authentication.secret' },
      {
        // As scripts of an earlier form have it.
        change: replaced({ authentication: undefined, token: 'wrong' }),
        ...{ code: 'connection_failed', field: 'authentication.secret' },
      },
      { change: replaced({ baseUrl: 'http://169.254.1.1/scim' }), code: 'target_not_allowed', field: 'baseUrl' },
      { change: () => at(other.connected), code: 'already_active' },
      { change: () => at(other.withoutSso), code: 'sso_required' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({
        status: 'active',
        manageGroups: false,
        baseUrl: (sent.body as { baseUrl: string }).baseUrl,
      });
      expectNoToken(answer, secretOf(sent));
      const { applicationId, lastCycle } = answer as { applicationId: string; lastCycle: { id: string } };
      const { tokenSealed } = await db.integration.findUniqueOrThrow({ where: { applicationId } });
      expect(tokenSealed).not.toContain(secretOf(sent));
      await world.work();
      expect(await db.cycle.findUnique({ where: { id: lastCycle.id } })).toMatchObject({ stage: 'finished' });
    },
  },
  updateIntegration: {
    valid: async (world) => ({ ...(await connected(world)), body: { intervalMinutes: 15 } }),
    invalid: [
      { change: () => ({ body: { intervalMinutes: 4 } }), field: 'intervalMinutes' },
      { change: () => ({ body: { intervalMinutes: 5.5 } }), field: 'intervalMinutes' },
      { change: () => ({ body: { baseUrl: 'http://10.1.2.3/' } }), code: 'target_not_allowed', field: 'baseUrl' },
      { change: () => ({ body: { version: 1 } }) },
      { change: () => ({ body: { token: 'not here' } }) },
      { change: () => at(other.deactivated), code: 'not_active' },
      { change: () => at(other.unconnected), code: 'not_found' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ intervalMinutes: 15, manageGroups: true, version: 2 });
      expect(await read(world, sent)).toMatchObject({ intervalMinutes: 15, manageGroups: true, version: 2 });
    },
  },
  updateServerProfile: {
    valid: async (world) => ({ ...(await connected(world)), body: { concurrency: 4, patch: false } }),
    invalid: [
      { change: () => ({ body: { concurrency: 33 } }), field: 'concurrency' },
      { change: () => ({ body: { contentType: 'text/plain' } }), field: 'contentType' },
      { change: () => ({ body: { patch: 'yes' } }), field: 'patch' },
      { change: () => ({ body: { nothing: 1 } }) },
      { change: () => ({ body: { forget: ['nothing'] } }), field: 'forget.0' },
      { change: () => at(other.deactivated), code: 'not_active' },
      { change: () => at(other.unconnected), code: 'not_found' },
    ],
    after: async (answer, sent, world) => {
      const set = { value: 4, origin: 'administrator' };
      expect(answer).toMatchObject({
        profile: { concurrency: set, patch: { value: false }, pageSize: { value: 200 } },
      });
      const path = `/applications/${sent.params?.application}/identity-management/profile` as const;
      const taken = await world.send('PATCH', path, {
        body: { concurrency: null },
        token: await world.token('administrator'),
        headers: { 'if-match': `"${(answer as { version: number }).version}"` },
      });
      expect(taken.body).toMatchObject({
        profile: { concurrency: { value: 16, origin: 'default' }, patch: { value: false } },
      });
      expect(await read(world, sent)).toMatchObject({ profile: { concurrency: { origin: 'default' } } });
    },
  },
  getAuthorizations: {
    valid: async (world) => {
      await others(world);
      return at(await asked());
    },
    invalid: [{ change: () => at(unique('no-such-slug')), code: 'not_found' }],
    after: (answer) => {
      expect(answer).toMatchObject({ used: null, other: { state: 'asked', askedByName: systemActor.name } });
      expectNoToken(answer, app.secret);
    },
  },
  startAuthorization: {
    valid: async (world) => {
      await others(world);
      return { ...at(await custom()), body: { baseUrl: 'https://scim.example.com', authentication: app } };
    },
    invalid: [
      { change: without('baseUrl'), field: 'baseUrl' },
      { change: without('authentication'), field: 'authentication' },
      { change: replaced({ authentication: { ...app, secret: undefined } }), field: 'authentication.secret' },
      {
        change: replaced({ authentication: { ...app, authorizationUrl: 'javascript:alert(1)' } }),
        field: 'authentication.authorizationUrl',
      },
      {
        change: replaced({ authentication: { ...app, tokenUrl: 'https://10.1.2.3/token' } }),
        ...{ code: 'target_not_allowed', field: 'authentication.tokenUrl' },
      },
      { change: () => at(other.unconnected), field: 'authentication.kind' },
    ],
    after: (answer) => {
      expect(answer).toMatchObject({
        used: null,
        other: { state: 'asked', connectUrl: expect.stringContaining('/oauth/') },
      });
      expectNoToken(answer, app.secret);
    },
  },
  disconnectAuthorization: {
    valid: async (world) => {
      await others(world);
      const application = await asked();
      const { id } = await db.authorization.findFirstOrThrow({ where: { applicationId: application } });
      const tokens = { accessToken: 'a', refreshToken: 'r', endsAt: Date.now() + 60_000, renewAt: Date.now() + 50_000 };
      const data = { ...tokenColumns(id, tokens), connectedAt: new Date(), connectedByName: 'Ann' };
      await db.authorization.update({ where: { id }, data });
      return at(application);
    },
    invalid: [{ change: () => at(other.unconnected), code: 'conflict' }],
    after: (answer) => expect(answer).toMatchObject({ used: null, other: { state: 'disconnected' } }),
  },
  replaceCredentials: {
    alone: true,
    valid: async (world) => {
      await others(world);
      const { slug, tenant } = await world.connected();
      const peer = await world.peer();
      const { token } = await peer.control<{ token: string }>('POST', '/tokens', { tenant });
      return { ...at(slug), body: bearer(token) };
    },
    invalid: [
      { change: () => ({ body: bearer('wrong') }), code: 'connection_failed', field: 'authentication.secret' },
      { change: () => ({ body: {} }), field: 'authentication' },
      {
        change: () => ({ body: { authentication: { kind: 'header', name: 'Host', secret: 'x' } } }),
        field: 'authentication.name',
      },
      { change: () => at(other.deactivated), code: 'not_active' },
      { change: () => at(other.unconnected), code: 'not_found' },
    ],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({ version: 2, authentication: { kind: 'bearer' } });
      expectNoToken(answer, secretOf(sent));
      const { applicationId } = answer as { applicationId: string };
      const event = await db.event.findFirst({ where: { applicationId, name: 'idm_integration_reauth' } });
      expect(event).toMatchObject({ outcome: 'success' });
    },
  },
  pauseIntegration: {
    valid: connected,
    invalid: [
      { change: () => at(other.deactivated), code: 'not_active' },
      { change: () => at(other.unconnected), code: 'not_active' },
    ],
    after: async (_answer, sent, world) => {
      expect(await read(world, sent)).toMatchObject({ status: 'paused', nextCycleAt: null });
    },
  },
  resumeIntegration: {
    valid: async (world) => {
      await others(world);
      const { id, slug } = await world.connected();
      await pauseIntegration(systemActor, { applicationId: id });
      return at(slug);
    },
    invalid: [
      { change: () => at(other.connected), code: 'conflict' },
      { change: () => at(other.deactivated), code: 'not_active' },
    ],
    after: async (_answer, sent, world) => {
      expect(await read(world, sent)).toMatchObject({ status: 'active', lastCycle: { stage: 'reading' } });
    },
  },
  deactivateIntegration: {
    valid: connected,
    invalid: [
      { change: () => at(other.deactivated), code: 'not_active' },
      { change: () => at(other.unconnected), code: 'not_active' },
    ],
    after: async (answer, sent, world) => {
      const { applicationId } = answer as { applicationId: string };
      expect(await read(world, sent)).toMatchObject({ status: 'inactive', lastCycle: { stage: 'stopped' } });
      expect(await db.integration.findUnique({ where: { applicationId } })).toMatchObject({ tokenSealed: '' });
    },
  },
  listMissing: {
    valid: async (world) => {
      const { slug } = await held(world);
      return at(slug);
    },
    invalid: [{ change: () => ({ query: { limit: '0' } }), field: 'limit' }],
    after: (answer) => {
      expect(answer).toMatchObject({
        items: [{ kind: 'account', remoteId: 'gone-1', answer: 'gone', confirmedAt: null }],
      });
    },
  },
  confirmMissing: {
    valid: async (world) => {
      const { slug } = await held(world);
      return at(slug);
    },
    invalid: [
      { change: () => at(other.connected), code: 'conflict' },
      { change: () => at(other.unconnected), code: 'not_active' },
    ],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({ status: 'active', heldAt: null, lastCycle: { trigger: 'manual' } });
      const application = { slug: sent.params?.application ?? '' };
      expect(await db.missingLink.count({ where: { application, confirmedAt: { not: null } } })).toBe(1);
    },
  },
  previewDisassociation: {
    valid: async (world) => {
      const { slug, groupId } = await world.connected();
      await world.work();
      return { ...at(slug), query: { withoutGroupIds: groupId } };
    },
    invalid: [
      { change: () => ({ query: { withoutGroupIds: 'everybody' } }), field: 'withoutGroupIds.0' },
      { change: () => ({ query: { withGroupIds: 'x,y' } }), field: 'withGroupIds.1' },
    ],
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({ accounts: 1, applications: [{ people: 1, accounts: 1 }] });
      const path = `/applications/${sent.params?.application}/deprovision-preview`;
      const kept = `?withoutGroupIds=${sent.query?.withoutGroupIds}&withGroupIds=${sent.query?.withoutGroupIds}`;
      const token = await world.token('administrator');
      expect((await world.send('GET', `${path}${kept}`, { token })).body).toEqual({ applications: [], accounts: 0 });
      expect((await world.send('GET', path, { token })).body).toEqual({ applications: [], accounts: 0 });
    },
  },
};

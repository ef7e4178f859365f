import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpClientOptions } from '@/lib/http/client';
import { makeCertificate, startHttp, startHttps } from '@/lib/http/testing/server';
import { bearer, type Received, type ScimAnswer, scimError, startScim } from '@/lib/scim/testing/scim-server';
import { type ConnectionStep, runConnectionTest, testConnection } from './check-connection';
import { createScimClient, type ScimClientOptions } from './client';
import { connectionSteps } from './connection-steps';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serve(bend?: (request: Received) => ScimAnswer | undefined) {
  const server = await startScim(bend);
  cleanups.push(() => server.close());
  return server;
}

function connect(baseUrl: string, options: Partial<ScimClientOptions> = {}, http: Partial<HttpClientOptions> = {}) {
  const guarded = createHttpClient({ allowPrivateTargets: ['127.0.0.1'], ...http });
  return createScimClient({ baseUrl, authenticator: bearer(), http: guarded, ...options });
}

/** "reach:ok tls:skipped …" */
const outline = (steps: ConnectionStep[]) => steps.map(({ id, state }) => `${id}:${state}`).join(' ');
const failing = (steps: ConnectionStep[]) => steps.find(({ state }) => state === 'failed');
const write = { suffix: 'x1' };

describe('a good server', () => {
  test('passes every step and tells what it can do', async () => {
    const server = await serve();
    const { ok, steps, capabilities } = await runConnectionTest(connect(server.url));
    expect(ok).toBe(true);
    expect(outline(steps)).toBe('reach:ok tls:skipped authenticate:ok config:ok list_users:ok list_groups:ok');
    expect(steps.map(({ label }) => label)).toEqual(connectionSteps().map(({ label }) => label));
    expect(steps[3]?.message).toBe('PATCH, filter, 200 a page');
    expect(steps[4]?.message).toBe('0 users');
    expect(capabilities).toMatchObject({ patch: true, filter: true, filterMaxResults: 200, source: 'server' });
    expect(steps.at(-1)?.capabilities).toEqual(capabilities);
    expect(server.received.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('with a write test creates, changes and deactivates a person and a group, and leaves nothing behind', async () => {
    const server = await serve();
    const { ok, steps } = await runConnectionTest(connect(server.url), { manageGroups: true, write });
    expect(outline(steps.slice(6))).toBe(
      'create_user:ok update_user:ok create_group:ok deactivate_user:ok clean_up:ok',
    );
    expect(ok).toBe(true);
    expect([server.users.size, server.groups.size]).toEqual([0, 0]);
    const writes = server.received.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /Users',
      'PATCH /Users/id-1',
      'PATCH /Users/id-1',
      'POST /Groups',
      'PATCH /Groups/id-1',
      'PATCH /Users/id-1',
      'DELETE /Groups/id-1',
      'DELETE /Users/id-1',
    ]);
  });

  test('over TLS tells the handshake', async () => {
    const identity = await makeCertificate({ ip: ['127.0.0.1'] });
    const server = await startHttps((_request, response) => response.writeHead(401).end(), identity);
    cleanups.push(() => server.close());
    const { steps } = await runConnectionTest(connect(server.url, {}, { ca: identity.cert }));
    expect(outline(steps.slice(0, 3))).toBe('reach:ok tls:ok authenticate:failed');
  });
});

describe('the failing step is named, with how to mend it, and the rest is skipped', () => {
  test('an unknown host', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    const { ok, steps } = await runConnectionTest(connect('https://acmee.example.com/scim', {}, { lookup }));
    expect(ok).toBe(false);
    expect(outline(steps)).toBe(
      'reach:failed tls:skipped authenticate:skipped config:skipped list_users:skipped list_groups:skipped',
    );
    expect(steps[0]).toMatchObject({ message: 'There is no host named acmee.example.com (DNS)' });
    expect(steps[0]?.hint).toContain('mistyped subdomain');
  });

  test('a private address', async () => {
    const { steps } = await runConnectionTest(connect('https://10.0.0.5/scim'));
    expect(failing(steps)).toMatchObject({
      id: 'reach',
      hint: expect.stringContaining('LATCHKEY_ALLOW_PRIVATE_TARGETS'),
    });
  });

  test('a certificate that is not trusted fails TLS, not the host', async () => {
    const identity = await makeCertificate({ ip: ['127.0.0.1'] });
    const server = await startHttps((_request, response) => response.end(), identity);
    cleanups.push(() => server.close());
    const { steps } = await runConnectionTest(connect(server.url));
    expect(outline(steps.slice(0, 3))).toBe('reach:ok tls:failed authenticate:skipped');
    expect(steps[1]?.message).toContain('self-signed');
  });

  test('a wrong token', async () => {
    const server = await serve();
    const { steps } = await runConnectionTest(connect(server.url, { authenticator: bearer('wrong') }), { write });
    expect(failing(steps)).toMatchObject({
      id: 'authenticate',
      message: 'Error authenticating: Unauthorized. Errors reported by remote server: Invalid token',
      hint: expect.stringContaining('Copy the token again'),
    });
    expect(server.received).toHaveLength(1);
    expect(steps.slice(3).every(({ state }) => state === 'skipped')).toBe(true);
  });

  test.each([
    [scimError(403, 'Insufficient role'), 'Insufficient role', 'administrator'],
    [{ status: 404, body: '<html><title>Not Found</title></html>' }, 'a web page', 'Check the base URL'],
    [scimError(404, 'no'), 'answered 404', 'Check the base URL'],
    [{ body: '<!doctype html><title>Welcome</title>' }, 'a web page', 'Check the base URL'],
    [{ body: { status: 'up' } }, '200', 'Check the base URL'],
    [{ status: 301, headers: { location: 'https://eu.example.com/' } }, 'https://eu.example.com/', 'redirects'],
    [{ ...scimError(429, 'slow'), headers: { 'retry-after': '30' } }, 'slow', '30 s'],
    [{ status: 500, body: 'boom' }, 'boom', 'later'],
  ] as [ScimAnswer, string, string][])('%j', async (answer, message, hint) => {
    const server = await serve(() => answer);
    const { steps } = await runConnectionTest(connect(server.url));
    expect(failing(steps)?.id).toBe('authenticate');
    expect(failing(steps)?.message).toContain(message);
    expect(failing(steps)?.hint).toContain(hint);
  });

  test('no permission to write, and nothing is left behind', async () => {
    const server = await serve(({ method }) => (method === 'POST' ? scimError(403, 'Read-only token') : undefined));
    const { steps } = await runConnectionTest(connect(server.url), { write });
    expect(outline(steps.slice(6))).toBe(
      'create_user:failed update_user:skipped deactivate_user:skipped clean_up:skipped',
    );
    expect(failing(steps)?.message).toBe('Read-only token');
  });

  test('groups that cannot be read matter only where they are managed', async () => {
    const bend = ({ path }: Received) => (path.startsWith('/Groups') ? { status: 404 } : undefined);
    const server = await serve(bend);
    const without = await runConnectionTest(connect(server.url));
    expect([without.ok, without.steps[5]?.state]).toEqual([true, 'warning']);
    const managed = await runConnectionTest(connect(server.url), { manageGroups: true });
    expect([managed.ok, managed.steps[5]?.state]).toEqual([false, 'failed']);
    expect(managed.steps[5]?.hint).toContain('turn off management');
  });
});

describe('what a server can do is learned', () => {
  test.each([
    [{ status: 404 }, 'None'],
    [{ body: '<html></html>' }, 'None'],
    [{ body: { filter: { supported: true } } }, 'does not mention patch'],
  ] as [ScimAnswer, string][])(
    'a ServiceProviderConfig of %j is a warning and leaves PATCH on',
    async (answer, message) => {
      const server = await serve(({ path }) => (path === '/ServiceProviderConfig' ? answer : undefined));
      const { ok, steps, capabilities } = await runConnectionTest(connect(server.url));
      expect(steps[3]).toMatchObject({ state: 'warning', message: expect.stringContaining(message) });
      expect({ ok, patch: capabilities.patch }).toEqual({ ok: true, patch: true });
    },
  );

  test('a page limit below what was asked for', async () => {
    const users = Array.from({ length: 25 }, (_, index) => ({ id: `${index}` }));
    const server = await serve(({ path }) =>
      path.includes('count=100') ? { body: { totalResults: 248, Resources: users } } : undefined,
    );
    const { steps, capabilities } = await runConnectionTest(connect(server.url));
    expect(capabilities.pageSize).toBe(25);
    expect(steps[4]?.message).toBe('248 users, 25 a page');
  });

  test.each([
    [scimError(400, 'Filtering is not supported', 'invalidFilter'), 'Searching is refused'],
    [{ body: { totalResults: 1, Resources: [{ id: '1', userName: 'somebody' }] } }, 'Filters are ignored'],
  ])('filters that do not work: %j', async (answer, message) => {
    const server = await serve(({ path }) => (path.includes('filter=') ? answer : undefined));
    const { ok, steps, capabilities } = await runConnectionTest(connect(server.url));
    expect(steps[4]).toMatchObject({ state: 'warning', message: expect.stringContaining(message) });
    expect({ ok, filter: capabilities.filter }).toEqual({ ok: true, filter: false });
  });

  test('PATCH that is refused after all: PUT is used, nothing of the user is lost', async () => {
    const server = await serve(({ method }) => (method === 'PATCH' ? { status: 405 } : undefined));
    const { ok, steps, capabilities } = await runConnectionTest(connect(server.url), { manageGroups: true, write });
    expect({ ok, patch: capabilities.patch }).toEqual({ ok: true, patch: false });
    expect(steps.find(({ id }) => id === 'update_user')).toMatchObject({
      state: 'warning',
      message: 'PATCH is not supported, PUT is used',
    });
    const puts = server.received.filter(({ method, path }) => method === 'PUT' && path.startsWith('/Users'));
    expect(puts.at(-1)?.body).toMatchObject({
      userName: 'latchkey-test-x1',
      name: { givenName: 'Latchkey', familyName: 'Updated' },
      active: false,
    });
  });

  test('path filters that are not understood', async () => {
    const server = await serve(({ rawBody }) =>
      rawBody.includes('emails[type') ? scimError(400, 'bad path', 'invalidPath') : undefined,
    );
    const { ok, capabilities } = await runConnectionTest(connect(server.url), { write });
    expect({ ok, pathFilters: capabilities.pathFilters }).toEqual({ ok: true, pathFilters: false });
  });

  test('a change that is accepted and forgotten is a warning', async () => {
    const server = await serve(({ method }) => (method === 'PATCH' ? { status: 204 } : undefined));
    const { steps } = await runConnectionTest(connect(server.url), { write });
    expect(outline(steps.slice(7, 9))).toBe('update_user:warning deactivate_user:warning');
  });
});

describe('the write test cleans up after itself', () => {
  test('when a step in the middle fails', async () => {
    const server = await serve(({ method }) => (method === 'PATCH' ? scimError(500, 'boom') : undefined));
    const { steps } = await runConnectionTest(connect(server.url), { write });
    expect(outline(steps.slice(6))).toBe('create_user:ok update_user:failed deactivate_user:skipped clean_up:ok');
    expect(server.users.size).toBe(0);
  });

  test('when the answer to the creation was lost', async () => {
    const server = await serve(({ method }) => (method === 'POST' ? { reset: true } : undefined));
    const { steps } = await runConnectionTest(connect(server.url), { write });
    expect(outline(steps.slice(6))).toBe('create_user:failed update_user:skipped deactivate_user:skipped clean_up:ok');
    expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(server.users.size).toBe(0);
  });

  test('when the caller stops listening', async () => {
    const server = await serve();
    for await (const step of testConnection(connect(server.url), { write })) if (step.id === 'create_user') break;
    expect(server.received.some(({ method }) => method === 'POST')).toBe(true);
    expect(server.users.size).toBe(0);
  });

  test('when the test is cancelled', async () => {
    const cancel = new AbortController();
    const server = await serve(({ method }) => {
      if (method === 'PATCH') cancel.abort();
      return undefined;
    });
    const { steps } = await runConnectionTest(connect(server.url), { write, signal: cancel.signal });
    expect(failing(steps)?.failure?.cause).toBe('aborted');
    expect(server.users.size).toBe(0);
  });

  test('and says what it could not delete', async () => {
    const server = await serve(({ method }) => (method === 'DELETE' ? scimError(405, 'Deleting is off') : undefined));
    const { ok, steps } = await runConnectionTest(connect(server.url), { write });
    expect(ok).toBe(true);
    expect(steps.at(-1)).toMatchObject({
      state: 'warning',
      message: 'latchkey-test-x1 could not be deleted: Deleting is off',
      hint: 'Delete latchkey-test-x1 in the application by hand.',
    });
    expect([...server.users.values()][0]).toMatchObject({ active: false });
  });
});

test('a host that is no SCIM server and never says so in JSON does not throw', async () => {
  const server = await startHttp((_request, response) => response.writeHead(200).end('It works!'));
  cleanups.push(() => server.close());
  const { steps } = await runConnectionTest(connect(server.url));
  expect(failing(steps)).toMatchObject({ id: 'authenticate', failure: { kind: 'not_scim' } });
});

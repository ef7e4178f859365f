import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { patch, person, scimClient, startTestSandbox, type TestSandbox } from './testing/client';

const tenant = 'egnyte/acmeusw';
let sandbox: TestSandbox;
let scim: Awaited<ReturnType<typeof scimClient>>;

beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.control('POST', '/reset');
  scim = await scimClient(sandbox, tenant);
});

describe('faults', () => {
  const faults = (given: Record<string, unknown>) => sandbox.control('POST', '/faults', { tenant, ...given });

  test('above the rate limit the answer is 429 with Retry-After', async () => {
    await faults({ requestsPerSecond: 3, retryAfterSeconds: 7 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => scim('GET', '/Users?count=1')));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(6);
    expect(limited[0]?.headers.get('retry-after')).toBe('7');
    expect(limited[0]?.body.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error']);
  });

  test('the next two requests fail, then all is well', async () => {
    await faults({ failNext: 2, failStatus: 500 });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await scim('GET', '/Users?count=1')).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test('a lost answer leaves the write done', async () => {
    await faults({ dropNext: 1 });
    await expect(scim('POST', '/Users', person('lost.one'))).rejects.toThrow();
    const found = await scim('GET', '/Users?filter=userName%20eq%20%22lost.one%22');
    expect(found.body.totalResults).toBe(1);
    const { counters, requests } = await sandbox.control('GET', `/requests?tenant=${tenant}`);
    expect(counters).toMatchObject({ byRoute: { 'POST /Users': 1 }, byStatus: { 0: 1 } });
    expect(requests[1]).toMatchObject({ status: 0, fault: 'answer lost' });
  });

  test('latency, refused tokens, refused writes, HTML, missing PATCH and discovery, and caps can be had', async () => {
    await faults({ latencyMs: 120 });
    const started = performance.now();
    await scim('GET', '/Users?count=1');
    expect(performance.now() - started).toBeGreaterThanOrEqual(115);
    await faults({ latencyMs: 0, unauthorized: true });
    expect((await scim('GET', '/Users')).status).toBe(401);
    await faults({ unauthorized: false, readOnly: true });
    expect([(await scim('GET', '/Users')).status, (await scim('POST', '/Users', person('new.one'))).status]).toEqual([
      200, 403,
    ]);
    await faults({ readOnly: false, protectedUser: 'new.one' });
    const written = ['new.one', 'new.two'].map((name) => scim('POST', '/Users', person(name)));
    expect((await Promise.all(written)).map(({ status }) => status)).toEqual([403, 201]);
    await faults({ protectedUser: '', html: true });
    expect((await scim('GET', '/Users')).headers.get('content-type')).toContain('text/html');
    await faults({ html: false, noPatch: true });
    expect((await scim('PATCH', '/Users/10001', patch({ op: 'replace', path: 'title', value: 'x' }))).status).toBe(501);
    expect((await scim('GET', '/ServiceProviderConfig')).body.patch).toEqual({ supported: false });
    await faults({ noPatch: false, noDiscovery: true, maxPageSize: 3 });
    expect((await scim('GET', '/ServiceProviderConfig')).status).toBe(404);
    expect((await scim('GET', '/Users?count=100')).body.itemsPerPage).toBe(3);
    await faults({ noDiscovery: false, maxMembersPerRequest: 1 });
    const members = [{ value: '10003' }, { value: '10004' }];
    const group = (await scim('GET', '/Groups')).body.Resources[0].id;
    expect(
      (await scim('PATCH', `/Groups/${group}`, patch({ op: 'add', path: 'members', value: members }))).status,
    ).toBe(413);
  });
});

describe('the request log', () => {
  test('counts every request, and keeps bodies but neither tokens nor passwords', async () => {
    await scim('POST', '/Users', person('logged.one', { password: 'correct-horse-battery' }));
    await scim('GET', '/Users/10001');
    const log = await sandbox.control('GET', `/requests?tenant=${tenant}`);
    expect(log.counters).toMatchObject({ total: 2, writes: 1, byRoute: { 'POST /Users': 1, 'GET /Users/:id': 1 } });
    expect(log.requests[1].requestBody).toContain('logged.one');
    expect(JSON.stringify(log)).not.toMatch(/Bearer|correct-horse-battery/);
    await sandbox.control('DELETE', `/requests?tenant=${tenant}`);
    expect((await sandbox.control('GET', `/requests?tenant=${tenant}`)).counters.total).toBe(0);
  });
});

describe('reset', () => {
  test('brings back exactly the state of the start, and takes added instances away', async () => {
    await sandbox.control('POST', '/reset');
    const before = await sandbox.control('GET', `/state?tenant=${tenant}`);
    scim = await scimClient(sandbox, tenant);
    await scim('POST', '/Users', person('new.one'));
    await scim('DELETE', '/Users/10001');
    await sandbox.control('POST', '/accounts', { tenant, count: 5 });
    await sandbox.control('POST', '/sso', { tenant, settings: { mode: 'saml2' } });
    await sandbox.control('POST', '/faults', { tenant, html: true });
    await sandbox.control('POST', '/accounts', { tenant: 'egnyte/brandnew', count: 1 });
    expect(await sandbox.control('GET', `/state?tenant=${tenant}`)).not.toEqual(before);
    await sandbox.control('POST', '/reset');
    expect(await sandbox.control('GET', `/state?tenant=${tenant}`)).toEqual(before);
    const { tenants } = await sandbox.control('GET', '/tenants');
    expect(tenants.map((one: { tenant: string }) => one.tenant)).not.toContain('egnyte/brandnew');
  });
});

describe('an instance that nobody has made', () => {
  const keys = async () =>
    (await sandbox.control('GET', '/tenants')).tenants.map((one: { tenant: string }) => one.tenant);

  test.each([
    ['GET', '/egnyte/nobody'],
    ['GET', '/egnyte/nobody/app'],
    ['GET', '/egnyte/nobody/users'],
    ['POST', '/egnyte/nobody/login'],
    ['GET', '/egnyte/nobody/saml/login'],
    ['POST', '/egnyte/nobody/samlconsumer/egnyte'],
    ['GET', '/netskope/nobody/nsauth/saml2/metadata'],
    ['GET', '/netskope/nobody/settings/tools/rest-api-v2'],
    ['GET', '/egnyte/nobody/pubapi/scim/v2/ServiceProviderConfig'],
    ['GET', '/egnyte/nobody/pubapi/scim/v2/Users'],
    ['POST', '/egnyte/nobody/pubapi/scim/v2/Users'],
    ['DELETE', '/netskope/nobody/api/v2/scim/Users/1'],
    ['GET', '/_control/state?tenant=egnyte/nobody'],
    ['GET', '/_control/requests?tenant=egnyte/nobody'],
    ['DELETE', '/_control/tokens?tenant=egnyte/nobody'],
    ['POST', '/_control/tokens?tenant=egnyte/no_host'],
  ])('is not there, and %s %s makes none', async (method, path) => {
    const before = await keys();
    for (const headers of [{}, { authorization: 'Bearer some-token', accept: 'application/scim+json' }]) {
      const { status } = await fetch(`${sandbox.url}${path}`, { method, headers, redirect: 'manual' });
      expect(status).toBe(404);
    }
    expect(await keys()).toEqual(before);
  });

  test('is told to a SCIM client as SCIM, and offered to a person to be made', async () => {
    const scimUrl = `${sandbox.url}/egnyte/nobody/pubapi/scim/v2/Users`;
    const answer = await (await fetch(scimUrl, { headers: { accept: 'application/scim+json' } })).json();
    expect(answer).toMatchObject({ status: '404', detail: 'There is no Egnyte domain "nobody".' });
    const page = await (await fetch(`${sandbox.url}/egnyte/nobody/app`, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('action="/instances"');
    const body = new URLSearchParams({ profile: 'egnyte', name: 'nobody' });
    const made = await fetch(`${sandbox.url}/instances`, { method: 'POST', body, redirect: 'manual' });
    expect(made.headers.get('location')).toBe('/egnyte/nobody/app');
    expect(await keys()).toContain('egnyte/nobody');
  });

  test('gets no API key by the Domain Name that somebody types', async () => {
    const before = await keys();
    const body = new URLSearchParams({ value: 'mistyped.egnyte.com' });
    const refused = await fetch(`${sandbox.url}/egnyte/acmeusw/settings/api-key`, { method: 'POST', body });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('Add the domain under All instances first');
    expect(await keys()).toEqual(before);
  });
});

test('accounts, tokens and settings survive a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  try {
    const first = await startTestSandbox(dataDir);
    const write = await scimClient(first, tenant, 'known-token');
    await write('POST', '/Users', person('kept.one'));
    await first.control('POST', '/sso', { tenant, settings: { loginUrl: 'http://idp.example/sso' } });
    const before = await first.control('GET', `/state?tenant=${tenant}`);
    await first.close();
    const second = await startTestSandbox(dataDir);
    expect(await second.control('GET', `/state?tenant=${tenant}`)).toEqual(before);
    const response = await fetch(`${second.url}/${tenant}/pubapi/scim/v2/Users?filter=userName%20eq%20%22kept.one%22`, {
      headers: { authorization: 'Bearer known-token' },
    });
    expect((await response.json()).totalResults).toBe(1);
    await second.close();
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('mail that is sent by SMTP is in the mailbox, with its text, its HTML and its recipients', async () => {
  const transport = createTransport({ host: '127.0.0.1', port: sandbox.smtpPort, secure: false });
  await transport.sendMail({
    from: 'Latchkey <no-reply@acme.example>',
    to: 'ana.martinez@acme.example',
    bcc: 'audit@acme.example',
    subject: 'Your import is complete – 142 people',
    text: 'See http://localhost:3000/imports/1',
    html: '<p>See <a href="http://localhost:3000/imports/1">the import</a></p>',
  });
  const { count, mails } = await sandbox.control('GET', '/mailbox?to=ana.martinez@acme.example');
  expect(count).toBe(1);
  expect(mails[0]).toMatchObject({
    subject: 'Your import is complete – 142 people',
    from: 'Latchkey <no-reply@acme.example>',
    to: ['ana.martinez@acme.example', 'audit@acme.example'],
  });
  const page = await (await fetch(`${sandbox.url}/mailbox/${mails[0].id}`)).text();
  expect(page).toContain('<a href="http://localhost:3000/imports/1">');
  await sandbox.control('POST', '/reset');
  expect((await sandbox.control('GET', '/mailbox')).count).toBe(0);
});

test('the control API and the forms refuse pages of other sites', async () => {
  const crossSite = await fetch(`${sandbox.url}/_control/reset`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(crossSite.status).toBe(403);
  const form = await fetch(`${sandbox.url}/settings/reset`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-site' },
  });
  expect(form.status).toBe(403);
});

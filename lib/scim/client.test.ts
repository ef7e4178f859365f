import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { createScimClient, type ScimClient, type ScimClientOptions, type ScimResult } from '@/lib/scim/client';
import { fixedCredentials } from '@/lib/scim/credentials';
import type { ScimFailure } from '@/lib/scim/failure';
import { eqFilter } from '@/lib/scim/filter';
import type { ScimOperation } from '@/lib/scim/patch';
import {
  bearer,
  type ScimAnswer,
  scimError,
  startScim,
  type TestScimServer,
  testToken,
} from '@/lib/scim/testing/scim-server';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connect(
  bend?: Parameters<typeof startScim>[0],
  options: Partial<ScimClientOptions> = {},
): Promise<{ server: TestScimServer; client: ScimClient }> {
  const server = await startScim(bend);
  cleanups.push(() => server.close());
  const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
  return { server, client: createScimClient({ baseUrl: server.url, authenticator: bearer(), http, ...options }) };
}

const answering = (answer: ScimAnswer) => connect(() => answer);

async function failureOf(result: Promise<ScimResult<unknown>>): Promise<ScimFailure> {
  const settled = await result;
  return settled.ok ? expect.fail('expected a failure') : settled.failure;
}

const kim = { userName: 'kim' };

describe('the life of an account', () => {
  test('create, read, search, patch, replace and delete', async () => {
    const { client, server } = await connect();
    expect(await client.createUser(kim)).toMatchObject({ ok: true, value: { id: 'id-1', userName: 'kim' } });
    expect(await client.getUser('id-1')).toMatchObject({ ok: true, value: kim });
    const found = await client.listUsers({ filter: eqFilter('userName', 'kim'), count: 2 });
    expect(found).toMatchObject({ ok: true, value: { totalResults: 1, resources: [{ id: 'id-1' }] } });
    const operations = [{ op: 'replace' as const, path: 'active', value: false }];
    expect(await client.patchUser('id-1', operations)).toMatchObject({ ok: true, value: { active: false } });
    expect(await client.replaceUser('id-1', { userName: 'kim2' })).toMatchObject({ ok: true });
    expect(await client.deleteUser('id-1')).toMatchObject({ ok: true, value: null });
    expect(server.users.size).toBe(0);
    expect(server.received[3]?.body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations,
    });
    expect(server.received[0]?.headers).toMatchObject({ 'content-type': 'application/scim+json' });
  });

  test('groups go to /Groups', async () => {
    const { client, server } = await connect();
    await client.createGroup({ displayName: 'Sales' });
    await client.patchGroup('id-1', [{ op: 'add', path: 'members', value: [] }]);
    expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /Groups',
      'PATCH /Groups/id-1',
    ]);
  });

  test.each(['', '/', '//'])('a base URL ending in "%s" works', async (ending) => {
    const { server } = await connect();
    const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
    const client = createScimClient({ baseUrl: `${server.url}${ending} `, authenticator: bearer(), http });
    expect((await client.listUsers()).ok).toBe(true);
  });

  test('the query of a base URL goes with every request', async () => {
    const { server } = await connect();
    const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
    const client = createScimClient({ baseUrl: `${server.url}/?flag=on`, authenticator: bearer(), http });
    await client.listUsers({ startIndex: 1, count: 5, filter: 'userName eq "a b"' });
    expect(server.received[0]?.path).toBe('/Users?flag=on&filter=userName%20eq%20%22a%20b%22&startIndex=1&count=5');
  });

  test('an id is one segment of the path, whatever it holds', async () => {
    const { client, server } = await connect();
    await client.deleteUser('a/../b?c#d');
    expect(server.received[0]?.path).toBe('/Users/a%2F..%2Fb%3Fc%23d');
    for (const id of ['', '.', '..']) expect(await failureOf(client.deleteUser(id))).toMatchObject({ kind: 'invalid' });
    expect(server.received).toHaveLength(1);
  });
});

describe('answers that bend the rules', () => {
  test.each([
    [{ status: 204 }],
    [{ status: 200 }],
    [{ status: 200, body: {} }],
    [{ status: 200, body: 'OK' }],
    [{ status: 200, headers: { 'content-type': 'application/json' }, body: { schemas: [], Operations: [] } }],
  ])('PATCH, PUT and DELETE answered by %j succeed without a resource', async (answer) => {
    const { client } = await answering(answer);
    expect(await client.patchUser('1', [])).toMatchObject({ ok: true, value: null });
    expect(await client.replaceUser('1', {})).toMatchObject({ ok: true, value: null });
    expect(await client.deleteUser('1')).toMatchObject({ ok: true, value: null });
  });

  test('a web page with status 200 (a login page in between) is no success of anything', async () => {
    const { client } = await answering({ body: '<!DOCTYPE html><title>Sign in</title>' });
    const results = [client.patchUser('1', []), client.deleteUser('1'), client.createUser(kim), client.listUsers()];
    for (const result of results) {
      const failure = await failureOf(result);
      expect(failure).toMatchObject({ kind: 'not_scim', status: 200 });
      expect(failure.detail).toContain('answered 200 with a web page');
    }
  });

  test('an error sent with status 200 is the error that it says', async () => {
    const { client } = await answering({ ...scimError(404, 'gone'), status: 200 });
    expect(await failureOf(client.getUser('1'))).toMatchObject({ kind: 'not_found', status: 404, detail: 'gone' });
  });

  test('numeric ids and odd capitals are read', async () => {
    const { client } = await answering({ body: { TotalResults: '1', resources: [{ Id: 7 }] } });
    expect(await client.listUsers()).toMatchObject({ value: { totalResults: 1, resources: [{ id: '7' }] } });
  });

  test('a bare array is a list, an arbitrary object is not', async () => {
    const array = await answering({ body: [{ id: '1' }] });
    expect(await array.client.listUsers()).toMatchObject({ value: { totalResults: 1, claimsTotal: false } });
    const object = await answering({ body: { hello: 'world' } });
    expect(await failureOf(object.client.listUsers())).toMatchObject({ kind: 'not_scim' });
    const invalid = await answering({ body: '{"Resources": [' });
    expect(await failureOf(invalid.client.listUsers())).toMatchObject({ kind: 'not_scim' });
  });

  test('a creation answered without a body takes the id from Location', async () => {
    const { client } = await answering({ status: 201, headers: { location: 'https://x.test/scim/Users/a%2Fb' } });
    expect(await client.createUser(kim)).toMatchObject({ ok: true, value: { id: 'a/b' } });
  });

  test('a creation answered without any id has an unknown outcome', async () => {
    const { client } = await answering({ status: 201, body: {} });
    expect(await failureOf(client.createUser(kim))).toMatchObject({ kind: 'unknown_outcome', status: 201 });
  });

  test('a search without a hit answered by 404 is an empty list; a wrong base URL is not', async () => {
    const scim = await answering(scimError(404, 'No users found'));
    expect(await scim.client.listUsers({ filter: 'userName eq "x"' })).toMatchObject({ value: { totalResults: 0 } });
    const wrong = await answering({ status: 404, body: '<html><h1>Not Found</h1></html>' });
    expect(await failureOf(wrong.client.listUsers({ filter: 'userName eq "x"' }))).toMatchObject({ kind: 'not_scim' });
  });

  test('a server that knows application/json only is asked again, and from then on', async () => {
    const { client, server } = await connect(({ headers, method }) =>
      method === 'POST' && headers['content-type'] !== 'application/json' ? scimError(415, 'Unsupported') : undefined,
    );
    expect((await client.createUser(kim)).ok).toBe(true);
    expect((await client.createUser({ userName: 'lee' })).ok).toBe(true);
    expect(server.received).toHaveLength(3);
  });

  test('a version that is asked for goes out as If-Match', async () => {
    const { client } = await connect(({ headers, method }) =>
      method === 'PATCH' && headers['if-match'] === undefined ? scimError(428, 'If-Match required') : { status: 204 },
    );
    expect((await client.patchUser('1', [], { ifMatch: 'W/"1"' })).ok).toBe(true);
  });
});

describe('failures', () => {
  test('401 says what the remote server said, in the words that administrators search for', async () => {
    const { client } = await answering(scimError(401, 'Token revoked'));
    expect(await failureOf(client.listUsers())).toEqual({
      kind: 'unauthorized',
      status: 401,
      detail: 'Error authenticating: Unauthorized. Errors reported by remote server: Token revoked',
    });
  });

  test.each([
    [scimError(403, 'No'), 'forbidden', 'No'],
    [scimError(404, 'No'), 'not_found', 'No'],
    [scimError(410, 'No'), 'not_found', 'No'],
    [scimError(409, 'No'), 'conflict', 'No'],
    [scimError(400, 'No', 'uniqueness'), 'conflict', 'No'],
    [scimError(400, 'No', 'tooMany'), 'too_many', 'No'],
    [scimError(400, 'No', 'invalidValue'), 'invalid', 'No'],
    [scimError(422, 'No'), 'invalid', 'No'],
    [scimError(405, 'No'), 'invalid', 'No'],
    [scimError(501, 'No'), 'invalid', 'No'],
    [scimError(413, 'No'), 'too_many', 'No'],
    [scimError(429, 'No'), 'rate_limited', 'No'],
    [scimError(408, 'No'), 'unavailable', 'No'],
    [scimError(500, 'No'), 'unavailable', 'No'],
    [{ status: 503 }, 'unavailable', 'HTTP 503 without a reason'],
    [{ status: 502, body: '<html><title>502 Bad&amp;Gateway</title></html>' }, 'unavailable', '502 Bad&Gateway'],
    [{ status: 400, body: { Errors: [{ description: 'one' }, { description: 'two' }] } }, 'invalid', 'one; two'],
    [{ status: 400, body: { error: { message: 'nested' } } }, 'invalid', 'nested'],
    [{ status: 400, body: { error: 'x', error_description: 'oauth' } }, 'invalid', 'oauth'],
    [{ status: 400, body: 'plain\r\n\u0000text' }, 'invalid', 'plain text'],
    [{ status: 400, body: '"a string"' }, 'invalid', 'a string'],
    [{ status: 400, body: 'null' }, 'invalid', 'null'],
  ] as [ScimAnswer, string, string][])('%j is %s', async (answer, kind, detail) => {
    const { client } = await answering(answer);
    const failure = await failureOf(client.patchUser('1', []));
    expect(failure.kind).toBe(kind);
    expect(failure.detail).toContain(detail);
  });

  test('an account that exists already is a conflict even where the server calls it a bad request', async () => {
    const { client } = await answering({ status: 400, body: { detail: 'User already exists' } });
    expect(await failureOf(client.createUser(kim))).toMatchObject({ kind: 'conflict' });
  });

  test.each([
    ['Exceeded the maximum of 1,000 members per request', 1000],
    ['member limit (100) exceeded: 250 given', 100],
    ['Too many operations', undefined],
  ])('"%s" is a limit to split by', async (detail, limit) => {
    const { client } = await answering(scimError(400, detail));
    const failure = await failureOf(client.patchGroup('1', []));
    expect(failure.kind).toBe('too_many');
    expect(failure.limit).toBe(limit);
  });

  test('a huge error text is cut', async () => {
    const { client } = await answering({ status: 400, body: 'x'.repeat(100_000) });
    expect((await failureOf(client.getUser('1'))).detail.length).toBeLessThanOrEqual(500);
  });

  test('a redirect is a wrong base URL, with the place it leads to', async () => {
    const { client } = await answering({ status: 302, headers: { location: 'https://login.example.com/' } });
    const failure = await failureOf(client.createUser(kim));
    expect(failure).toMatchObject({ kind: 'not_scim', status: 302, cause: 'redirect' });
    expect(failure.detail).toContain('https://login.example.com/');
  });

  test('a write whose answer was lost has an unknown outcome, a read has not', async () => {
    const { client, server } = await connect(({ method }) => (method === 'GET' ? undefined : { reset: true }));
    expect(await failureOf(client.createUser(kim))).toMatchObject({ kind: 'unknown_outcome', cause: 'reset' });
    expect(server.users.size).toBe(1);
    expect(server.received).toHaveLength(1);
    const reading = await connect(() => ({ reset: true }));
    expect(await failureOf(reading.client.getUser('1'))).toMatchObject({ kind: 'network', cause: 'reset' });
  });

  test('a write that never left may be repeated', async () => {
    const { client, server } = await connect();
    await server.close();
    expect(await failureOf(client.createUser(kim))).toMatchObject({ kind: 'network', cause: 'connect' });
  });

  test('an answer too large to read asks for less', async () => {
    const { client } = await answering({ body: ' '.repeat(6 * 1024 * 1024) });
    expect(await failureOf(client.listUsers())).toMatchObject({ kind: 'too_many' });
    expect(await failureOf(client.createUser(kim))).toMatchObject({ kind: 'unknown_outcome' });
  });

  test('a cancelled read says so', async () => {
    const { client } = await connect();
    expect(await failureOf(client.listUsers({}, { signal: AbortSignal.abort() }))).toMatchObject({ cause: 'aborted' });
  });
});

describe('Retry-After is obeyed to the letter', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['86400', 86_400_000],
    ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000],
    ['Wednesday, 21-Oct-15 07:28:30 GMT', 30_000],
    ['Wed Oct 21 07:28:30 2015', 30_000],
    ['Wed, 21 Oct 2015 07:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    ['9'.repeat(400), undefined],
  ])('%j', async (header, retryAfterMs) => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    const { client } = await answering({ ...scimError(429, 'slow'), headers: { 'retry-after': header, date } });
    expect((await failureOf(client.listUsers())).retryAfterMs).toBe(retryAfterMs);
  });
});

describe('secrets', () => {
  const echo = (text: string): ScimAnswer => ({ status: 400, body: { detail: text, headers: text } });

  test.each([
    [{ kind: 'bearer' as const }, `Bearer ${testToken}`],
    [{ kind: 'basic' as const, username: 'admin' }, `Basic ${Buffer.from(`admin:${testToken}`).toString('base64')}`],
    [{ kind: 'header' as const, name: 'x-api-key' }, testToken],
  ])(
    '%j: a server that repeats what it got does not bring the token into an exchange',
    async (authentication, sent) => {
      const { client, server } = await connect(
        ({ headers }) => echo(`${headers.authorization} ${headers['x-api-key']} ${encodeURIComponent(testToken)}`),
        { authenticator: fixedCredentials({ authentication, secret: testToken }) },
      );
      const result = await client.createUser({ userName: 'kim', password: 'geheim "1"' });
      const header = server.received[0]?.headers;
      expect(header?.['x-api-key'] ?? header?.authorization).toBe(sent);
      const kept = JSON.stringify(result);
      for (const secret of [testToken, JSON.stringify(testToken).slice(1, -1), sent.slice(-20), 'geheim']) {
        expect(kept).not.toContain(secret);
      }
      expect(kept).toContain('[redacted]');
      expect(result.exchange).toMatchObject({
        method: 'POST',
        status: 400,
        requestBody: expect.stringContaining('kim'),
      });
    },
  );

  test('the password is sent all the same', async () => {
    const { client, server } = await connect();
    await client.createUser({ userName: 'kim', password: 'geheim' });
    expect(server.received[0]?.body).toMatchObject({ password: 'geheim' });
  });

  test('a password that a PATCH replaces is sent, and kept in no exchange', async () => {
    const { client, server } = await connect();
    const { exchange } = await client.patchUser('1', [
      { op: 'replace', path: 'password', value: 'geheim "1"' },
      { op: 'replace', path: 'title', value: 'Chef' },
    ]);
    expect(JSON.stringify(server.received[0]?.body)).toContain('geheim');
    expect(exchange.requestBody).not.toContain('geheim');
    expect(exchange.requestBody).toContain('Chef');
  });

  // Each is how some platform writes what it was sent: PHP and .NET escape in JSON what need not be escaped.
  test.each<[string, (secret: string) => string]>([
    ['JSON of PHP', (secret) => JSON.stringify(secret).replaceAll('/', '\\/')],
    [
      'JSON of .NET',
      (secret) =>
        JSON.stringify(secret).replace(/[+"<>&']/g, (c) => `\\u00${c.charCodeAt(0).toString(16).toUpperCase()}`),
    ],
    [
      'JSON of anybody',
      (secret) => secret.replace(/./gs, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['JSON in JSON', (secret) => JSON.stringify(JSON.stringify({ secret }))],
    ['a URL of .NET', (secret) => encodeURIComponent(secret).replace(/%../g, (octet) => octet.toLowerCase())],
    ['a form', (secret) => new URLSearchParams({ secret }).toString()],
    ['HTML', (secret) => secret.replace(/[+"/&=]/g, (c) => (c === '"' ? '&quot;' : `&#${c.charCodeAt(0)};`))],
    [
      'hexadecimal HTML',
      (secret) => secret.replace(/[+"/&=]/g, (c) => `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`),
    ],
  ])('neither the token nor a password that is sent comes back in %s', async (_name, spell) => {
    const password = 'Gehe/im+"1" ü=';
    const { client } = await connect(() => ({
      status: 400,
      body: `{"said": [${spell(testToken)}, ${spell(password)}]} end`,
    }));
    const result = await client.createUser({ userName: 'kim', password });
    const said = result.exchange.responseBody ?? '';
    expect(said.match(/\[redacted\]/g)).toHaveLength(2);
    expect(said.replaceAll('[redacted]', '').length).toBeLessThan(60);
    for (const part of ['odd', 'en+with', 'Gehe', 'im+']) expect(JSON.stringify(result)).not.toContain(part);
  });

  test('a token as long as one can be is kept nowhere, not a piece of it', async () => {
    const token = Array.from({ length: 1_024 }, (_, at) => `${at}/`.padStart(8, 'x')).join('');
    const { client } = await connect(({ headers }) => ({ status: 400, body: { detail: headers.authorization } }), {
      authenticator: bearer(token),
    });
    const { exchange } = await client.createUser({ userName: 'kim' });
    expect(exchange.responseBody).toMatch(/^\{"detail":"Bearer (?:\[redacted\])+"\}$/);
  });

  test('a message that is cut does not end in half of a token', async () => {
    const { client } = await connect(() => ({ status: 400, body: { detail: `${'x'.repeat(488)} ${testToken}` } }));
    const kept = JSON.stringify(await client.createUser({ userName: 'kim' }));
    expect(kept).not.toContain(testToken.slice(0, 6));
  });

  test.each<[string, unknown]>([
    ['a sentence', { detail: 'The password geheim123 is too common' }],
    ['another member', { userName: 'kim', initialSecret: 'geheim123' }],
    ['a member of another name', { temporaryPassword: 'another-one', 'urn:x:User:password': 'another-one' }],
  ])('a password that an application repeats in %s is kept nowhere', async (_name, body) => {
    const { client } = await connect(() => ({ status: 400, body }));
    const kept = JSON.stringify(await client.createUser({ userName: 'kim', password: 'geheim123' }));
    expect(kept).not.toContain('geheim123');
    expect(kept).not.toContain('another-one');
  });

  test.each([
    [[{ value: 'geheim123', op: 'replace', path: 'password' }]],
    [[{ op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:password', value: 'geheim123' }]],
    [[{ op: 'replace', value: { password: 'geheim123' } }]],
    [[{ op: 'replace', path: 'password', value: ['geheim123'] }]],
  ] as ScimOperation[][][])('a password in a PATCH of any form is kept nowhere: %j', async (operations) => {
    const { client } = await connect(({ rawBody }) => ({ status: 400, body: { detail: rawBody } }));
    expect(JSON.stringify(await client.patchUser('1', operations))).not.toContain('geheim123');
  });

  test.each(['', '  ', 'line\nbreak', 'ü'])(
    'a token that no header can carry (%j) is refused before anything is sent',
    async (token) => {
      const { client, server } = await connect(undefined, { authenticator: bearer(token) });
      expect(await failureOf(client.listUsers())).toMatchObject({ kind: 'unauthorized' });
      expect(server.received).toHaveLength(0);
    },
  );

  test('a token pasted with blanks or with its scheme works', async () => {
    const { client } = await connect(undefined, { authenticator: bearer(`  Bearer ${testToken}\n`) });
    expect((await client.listUsers()).ok).toBe(true);
  });
});

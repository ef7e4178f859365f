import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import { createAccessTokens } from './access-tokens';
import type { Authentication } from './authentication';
import { createAuthenticator } from './authenticator';
import { runConnectionTest } from './check-connection';
import { createScimClient } from './client';
import type { Authenticator } from './credentials';
import { type Received, scimError, startScim, testToken } from './testing/scim-server';
import { startTokenServer } from './testing/token-server';
import type { TokenAnswer } from './token-endpoint';

type Bend = Parameters<typeof startTokenServer>[0];
type Client = Extract<Authentication, { kind: 'clientCredentials' }>;

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
const clientSecret = 's3cret/with:odd+chars';

async function withTokens(bend?: Bend, options: Partial<Client> = {}) {
  const tokens = await startTokenServer(bend);
  cleanups.push(() => tokens.close());
  const authentication: Client = {
    kind: 'clientCredentials',
    tokenUrl: tokens.url,
    clientId: 'latchkey id',
    clientAuthentication: 'client_secret_basic',
    scope: 'scim.read scim.write',
    audience: '',
    resource: '',
    ...options,
  };
  return { tokens, authenticator: createAuthenticator({ authentication, secret: clientSecret }, http) };
}

/** A SCIM server that takes some access tokens alone. */
async function scimFor(authenticator: Authenticator, takes: (token: string) => boolean) {
  const sent: string[] = [];
  const server = await startScim((request: Received) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    sent.push(token);
    if (!takes(token)) return scimError(401, `The token ${token} is not known`);
    request.headers.authorization = `Bearer ${testToken}`;
    return undefined;
  });
  cleanups.push(() => server.close());
  return { sent, server, client: createScimClient({ baseUrl: server.url, authenticator, http }) };
}

describe('client credentials (RFC 6749 §4.4)', () => {
  test('one access token serves all requests, however many ask for it at once', async () => {
    const { tokens, authenticator } = await withTokens();
    const { client, sent } = await scimFor(authenticator, () => true);
    const results = await Promise.all(Array.from({ length: 20 }, () => client.listUsers()));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(new Set(sent)).toEqual(new Set(['access-1']));
    const basic = Buffer.from(`latchkey+id:${encodeURIComponent(clientSecret)}`).toString('base64');
    expect(tokens.received).toEqual([
      {
        authorization: `Basic ${basic}`,
        form: { grant_type: 'client_credentials', scope: 'scim.read scim.write' },
      },
    ]);
  });

  test('client ID and secret go in the body where that is chosen, with audience and resource', async () => {
    const { tokens, authenticator } = await withTokens(undefined, {
      clientAuthentication: 'client_secret_post',
      scope: '',
      audience: 'https://scim.example.com',
      resource: 'urn:scim',
    });
    await authenticator.credentials();
    expect(tokens.received).toEqual([
      {
        authorization: undefined,
        form: {
          grant_type: 'client_credentials',
          audience: 'https://scim.example.com',
          resource: 'urn:scim',
          client_id: 'latchkey id',
          client_secret: clientSecret,
        },
      },
    ]);
  });

  test('a token that is refused is replaced and the request sent once more, with one new token for all of them', async () => {
    const { tokens, authenticator } = await withTokens();
    let revoked = '';
    const { client, sent } = await scimFor(authenticator, (token) => token !== revoked);
    await client.listUsers();
    revoked = 'access-1';
    const results = await Promise.all(Array.from({ length: 8 }, () => client.createUser({ userName: 'kim' })));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(tokens.received).toHaveLength(2);
    expect(sent.filter((token) => token === 'access-2')).toHaveLength(8);
  });

  test('where the next one is refused as well it is left at that, and the words say what to look at', async () => {
    const { tokens, authenticator } = await withTokens();
    const { client, sent } = await scimFor(authenticator, () => false);
    const result = await client.listUsers();
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: 'unauthorized', hint: expect.stringContaining('scopes') },
    });
    expect(JSON.stringify(result)).not.toMatch(/access-\d/);
    expect(sent).toEqual(['access-1', 'access-2']);
    expect(tokens.received).toHaveLength(2);
  });

  test.each([
    [{ status: 401, body: { error: 'invalid_client', error_description: 'No such client' } }, 'client secret'],
    [{ status: 400, body: { error: 'invalid_scope' } }, 'scopes'],
    [{ status: 400, body: { error: 'unauthorized_client' } }, 'grant'],
    [{ status: 404, body: '<html>nothing here</html>' }, 'address'],
    [{ status: 200, body: { token_type: 'Bearer' } }, 'address'],
    [{ status: 200, body: { access_token: 'x', token_type: 'mac' } }, 'address'],
    [{ status: 302, headers: { location: 'https://elsewhere.example' } }, 'address'],
  ])('a refusal (%j) sends nothing to the application and says what to do', async (answer, words) => {
    const { authenticator } = await withTokens(() => answer);
    const { client, server } = await scimFor(authenticator, () => true);
    const result = await client.listUsers();
    expect(result).toMatchObject({
      ok: false,
      failure: {
        kind: 'unauthorized',
        hint: expect.stringContaining(words),
        detail: expect.stringMatching(/\/oauth2\/token/),
      },
    });
    expect(server.received).toHaveLength(0);
  });

  test.each([
    [{ status: 500, body: 'oops' }, { kind: 'network' }],
    [
      { status: 503, body: '', headers: { 'retry-after': '7' } },
      { kind: 'rate_limited', retryAfterMs: 7_000 },
    ],
    [{ status: 429, body: '' }, { kind: 'rate_limited' }],
    [{ body: 'x'.repeat(70_000) }, { kind: 'network' }],
  ])('an endpoint in trouble (%#) is no refusal: it is asked again', async (answer, failure) => {
    const { authenticator, tokens } = await withTokens((_, count) => (count === 1 ? answer : undefined));
    const { client, server } = await scimFor(authenticator, () => true);
    expect(await client.createUser({ userName: 'kim' })).toMatchObject({ ok: false, failure });
    expect(server.received).toHaveLength(0);
    expect(await client.createUser({ userName: 'kim' })).toMatchObject({ ok: true });
    expect(tokens.received).toHaveLength(2);
  });

  test('an endpoint that cannot be reached is no refusal, and the words do not speak of the base URL', async () => {
    const { authenticator, tokens } = await withTokens();
    await tokens.close();
    const issued = await authenticator.credentials();
    expect(issued).toMatchObject({ ok: false, failure: { kind: 'network', cause: 'connect' } });
    expect(JSON.stringify(issued)).not.toContain('base URL');
  });

  test('the endpoint stands behind the same guard as every other address', async () => {
    const { authenticator } = await withTokens(undefined, { tokenUrl: 'http://10.1.2.3/token' });
    expect(await authenticator.credentials()).toMatchObject({ ok: false, failure: { cause: 'target_not_allowed' } });
  });

  test('secrets that a server repeats are in no failure', async () => {
    const { authenticator } = await withTokens(({ authorization }) => ({
      status: 400,
      body: {
        error: 'invalid_client',
        error_description: `${authorization} ${clientSecret} ${encodeURIComponent(clientSecret)}`,
      },
    }));
    const told = JSON.stringify(await authenticator.credentials());
    expect(told).toContain('[redacted]');
    expect(told).not.toContain('s3cret');
    expect(told).not.toMatch(/Basic [A-Za-z0-9+/=]{8}/);
  });

  test('the test of a connection has a step of its own for the access token', async () => {
    const { authenticator } = await withTokens(() => ({ status: 401, body: { error: 'invalid_client' } }));
    const { client } = await scimFor(authenticator, () => true);
    const { ok, steps } = await runConnectionTest(client, { accessTokens: authenticator });
    expect(ok).toBe(false);
    expect(steps.map(({ id, state }) => `${id}:${state}`).slice(0, 5)).toEqual([
      'reach:ok',
      'tls:skipped',
      'token:failed',
      'authenticate:skipped',
      'config:skipped',
    ]);
  });
});

describe('how long a token is used', () => {
  let now = 0;
  function tokensOf(answers: (TokenAnswer | number)[]) {
    let asked = 0;
    const authenticator = createAccessTokens({
      secrets: [],
      hint: '',
      now: () => now,
      request: async () => {
        const answer = answers[asked] ?? 3_600;
        asked += 1;
        if (typeof answer !== 'number') return answer;
        const expiresIn = answer === 0 ? undefined : answer;
        return { ok: true, token: { accessToken: `access-${asked}`, expiresIn, refreshToken: undefined } };
      },
    });
    const at = async (ms: number) => {
      now = ms;
      const issued = await authenticator.credentials();
      return issued.ok ? issued.credentials.headers.authorization : issued.failure.kind;
    };
    return { at };
  }
  const down: TokenAnswer = { ok: false, failure: { kind: 'network', detail: 'down' } };
  const refused: TokenAnswer = { ok: false, failure: { kind: 'unauthorized', detail: 'no' } };

  test('until a minute before it ends', async () => {
    const { at } = tokensOf([3_600, 3_600]);
    expect(await at(0)).toBe('Bearer access-1');
    expect(await at(3_539_999)).toBe('Bearer access-1');
    expect(await at(3_540_000)).toBe('Bearer access-2');
  });

  test('a short one until a tenth of its life is left', async () => {
    const { at } = tokensOf([10, 10]);
    await at(0);
    expect(await at(8_999)).toBe('Bearer access-1');
    expect(await at(9_000)).toBe('Bearer access-2');
  });

  test('one that does not say for how long, for an hour at most', async () => {
    const { at } = tokensOf([0, 0]);
    await at(0);
    expect(await at(3_000_000)).toBe('Bearer access-1');
    expect(await at(3_600_000)).toBe('Bearer access-2');
  });

  test('where the endpoint cannot be reached, to its last second', async () => {
    const { at } = tokensOf([3_600, down, down, 3_600]);
    await at(0);
    expect(await at(3_550_000)).toBe('Bearer access-1');
    expect(await at(3_600_000)).toBe('network');
    expect(await at(3_600_001)).toBe('Bearer access-4');
  });

  test('no longer once the client is refused', async () => {
    const { at } = tokensOf([3_600, refused]);
    await at(0);
    expect(await at(3_550_000)).toBe('unauthorized');
  });
});

import { afterEach, expect, test } from 'vitest';
import { createHttpClient } from '@/lib/http/client';
import type { AppAuthentication } from './authentication';
import { authorizationAddress, exchangeCode, readAuthorizationAnswer } from './authorization-code';
import { startTokenServer } from './testing/token-server';

const app: AppAuthentication = {
  kind: 'authorizationCode',
  authorizationUrl: 'https://id.example.com/authorize?prompt=consent',
  tokenUrl: 'https://id.example.com/token',
  revocationUrl: '',
  clientId: 'latchkey',
  clientAuthentication: 'client_secret_basic',
  scope: '',
};
const redirectUri = 'https://latchkey.example.com/oauth/callback/1';
// RFC 7636, appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

test('a person is sent with PKCE by S256 and a state; the query of the endpoint is kept, and what is empty is not sent', () => {
  const asked = authorizationAddress(app, { redirectUri, state: 's', verifier });
  expect(Object.fromEntries(new URL(asked).searchParams)).toEqual({
    prompt: 'consent',
    response_type: 'code',
    client_id: 'latchkey',
    redirect_uri: redirectUri,
    state: 's',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const scoped = authorizationAddress({ ...app, scope: 'scim offline_access' }, { redirectUri, state: 's', verifier });
  expect(new URL(scoped).searchParams.get('scope')).toBe('scim offline_access');
});

test.each([
  ['code=abc&state=s', { code: 'abc' }],
  ['error=access_denied&code=abc', { error: 'access_denied', description: '' }],
  ['error=x&error_description=not%0a%e2%80%aenow', { error: 'x', description: 'not now' }],
  [`error=x&error_description=${'y'.repeat(400)}`, { error: 'x', description: 'y'.repeat(300) }],
  [`code=${'y'.repeat(5_000)}`, undefined],
  ['state=s', undefined],
])('of an answer, a code or a reason is read: %#', (query, read) => {
  expect(readAuthorizationAnswer(new URLSearchParams(query))).toEqual(read);
});

test('a code is exchanged with what was asked by, by a public client without a secret; what is refused repeats neither', async () => {
  const server = await startTokenServer((_, count) =>
    count === 1
      ? undefined
      : { status: 400, body: { error: 'invalid_grant', error_description: `no c0de-1 ${verifier}` } },
  );
  cleanups.push(() => server.close());
  const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
  const authentication = { ...app, tokenUrl: server.url, clientAuthentication: 'none' as const };
  const exchange = () => exchangeCode(http, { authentication, secret: '' }, { code: 'c0de-1', redirectUri, verifier });
  expect(await exchange()).toMatchObject({ ok: true, token: { accessToken: 'access-1', expiresIn: 3_600 } });
  const form = { grant_type: 'authorization_code', code: 'c0de-1', redirect_uri: redirectUri, code_verifier: verifier };
  expect(server.received).toEqual([{ authorization: undefined, form: { ...form, client_id: 'latchkey' } }]);
  const refused = await exchange();
  expect(refused).toMatchObject({
    ok: false,
    failure: { detail: expect.stringContaining('refused: invalid_grant: no [redacted]') },
  });
  expect(JSON.stringify(refused)).not.toMatch(/c0de-1|dBjft/);
});

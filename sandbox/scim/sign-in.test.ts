import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../testing/client';

let sandbox: TestSandbox;
const tenant = 'egnyte/acmeusw';

beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.control('POST', '/reset'));

const issue = (way: Record<string, unknown>) => sandbox.control('POST', '/tokens', { tenant, way });
const statusWith = async (scimUrl: string, headers: Record<string, string>) =>
  (await fetch(`${scimUrl}/Users`, { headers })).status;
const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

test('a password opens with its user name alone, and is no bearer token', async () => {
  const { scimUrl, token } = await issue({ kind: 'basic', username: 'admin' });
  expect(await statusWith(scimUrl, { authorization: basic('admin', token) })).toBe(200);
  expect(await statusWith(scimUrl, { authorization: basic('other', token) })).toBe(401);
  expect(await statusWith(scimUrl, { authorization: `Bearer ${token}` })).toBe(401);
});

test('a secret in a header opens in that header alone', async () => {
  const { scimUrl, token } = await issue({ kind: 'header', name: 'X-Key' });
  expect(await statusWith(scimUrl, { 'x-key': token })).toBe(200);
  expect(await statusWith(scimUrl, { 'x-other': token })).toBe(401);
});

describe('the token endpoint', () => {
  const ask = (tokenUrl: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
      headers,
    });

  test('issues access tokens for a client, in either way of saying who it is', async () => {
    const { scimUrl, tokenUrl, clientId, token } = await issue({ kind: 'client', seconds: 60 });
    expect(await statusWith(scimUrl, { authorization: `Bearer ${token}` })).toBe(401);
    for (const asked of [
      await ask(tokenUrl, {}, { authorization: basic(clientId, token) }),
      await ask(tokenUrl, { client_id: clientId, client_secret: token }),
    ]) {
      const answer = await asked.json();
      expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 60 });
      expect(await statusWith(scimUrl, { authorization: `Bearer ${answer.access_token}` })).toBe(200);
    }
  });

  test('refuses in the words of RFC 6749, and access tokens go with their client', async () => {
    const { scimUrl, tokenUrl, clientId, token } = await issue({ kind: 'client' });
    const own = { client_id: clientId, client_secret: token };
    expect(await (await ask(tokenUrl, { ...own, client_secret: 'no' })).json()).toMatchObject({
      error: 'invalid_client',
    });
    expect(await (await ask(tokenUrl, { ...own, scope: 'all' })).json()).toMatchObject({ error: 'invalid_scope' });
    const { access_token: access } = await (await ask(tokenUrl, own)).json();
    await sandbox.control('DELETE', `/tokens?tenant=${tenant}`);
    expect(await statusWith(scimUrl, { authorization: `Bearer ${access}` })).toBe(401);
  });
});

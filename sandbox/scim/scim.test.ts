import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { egnyteUrn } from '../profiles/egnyte';
import { patch, person, scimClient, startTestSandbox, type TestSandbox } from '../testing/client';

let sandbox: TestSandbox;
let scim: Awaited<ReturnType<typeof scimClient>>;

beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await sandbox.control('POST', '/reset');
  scim = await scimClient(sandbox, 'egnyte/acmeusw');
});

function custom(values: Record<string, unknown>) {
  return { [egnyteUrn]: values };
}

describe('tokens', () => {
  test('a request without a token, or with a wrong one, is refused with a SCIM error in the words of the application', async () => {
    const { scimUrl } = (await sandbox.control('GET', '/tenants')).tenants[0];
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const response = await fetch(`${scimUrl}/Users`, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toContain('application/scim+json');
      expect(await response.json()).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '401',
        detail: 'Invalid OAuth bearer token',
      });
    }
  });

  test('a token of one tenant does not open another', async () => {
    const { token } = await sandbox.control('POST', '/tokens', { tenant: 'egnyte/acmeusw' });
    const response = await fetch(`${sandbox.url}/egnyte/acmeuse/pubapi/scim/v2/Users`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(401);
  });

  test('a revoked token stops working at once', async () => {
    expect((await scim('GET', '/Users')).status).toBe(200);
    await sandbox.control('DELETE', '/tokens?tenant=egnyte/acmeusw');
    expect((await scim('GET', '/Users')).status).toBe(401);
  });
});

describe('discovery', () => {
  test('each application announces its own schemas, and addresses of the tenant that was asked', async () => {
    const netskope = await scimClient(sandbox, 'netskope/acme');
    const [egnyteTypes, netskopeTypes] = await Promise.all([
      scim('GET', '/ResourceTypes/User'),
      netskope('GET', '/ResourceTypes/User'),
    ]);
    expect(egnyteTypes.body.schemaExtensions).toEqual([{ schema: egnyteUrn, required: false }]);
    expect(netskopeTypes.body.schemaExtensions).toBeUndefined();
    expect(egnyteTypes.body.meta.location).toContain('/egnyte/acmeusw/pubapi/scim/v2/ResourceTypes/User');
    expect(netskopeTypes.body.meta.location).toContain('/netskope/acme/SCIM/V2/');
    const config = await scim('GET', '/ServiceProviderConfig');
    expect(config.body).toMatchObject({ patch: { supported: true }, filter: { maxResults: 100 } });
  });
});

describe('users', () => {
  test('a created user is found by userName in any case, by e-mail and by externalId', async () => {
    const created = await scim('POST', '/Users', person('emma.larsen', { externalId: 'X-1' }));
    expect(created.status).toBe(201);
    for (const filter of [
      'userName eq "EMMA.larsen"',
      'emails.value eq "emma.larsen@acme.example"',
      'emails[type eq "work"].value eq "emma.larsen@acme.example"',
      'externalId eq "X-1"',
      'userName sw "emma" and active eq true',
    ]) {
      const found = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect(
        found.body.Resources.map(({ id }: { id: string }) => id),
        filter,
      ).toEqual([created.body.id]);
    }
    expect((await scim('GET', '/Users?filter=externalId%20eq%20%22x-1%22')).body.totalResults).toBe(0);
  });

  test('pages are capped at 100, whatever is asked for, and together hold everybody once', async () => {
    await sandbox.control('POST', '/accounts', { tenant: 'egnyte/acmeusw', count: 242 });
    const ids = new Set<string>();
    for (const startIndex of [1, 101, 201]) {
      const page = await scim('GET', `/Users?startIndex=${startIndex}&count=500`);
      expect(page.body).toMatchObject({ totalResults: 250, startIndex, itemsPerPage: startIndex === 201 ? 50 : 100 });
      for (const user of page.body.Resources) ids.add(user.id);
    }
    expect(ids.size).toBe(250);
    const selected = await scim('GET', '/Users?startIndex=51&count=40&attributes=userName');
    expect(selected.body).toMatchObject({ totalResults: 250, startIndex: 51, itemsPerPage: 40 });
    expect(selected.body.Resources[0].emails).toBeUndefined();
  });

  test('PATCH changes what it names and nothing else; DELETE removes the user from its groups', async () => {
    const { body } = await scim('GET', '/Users?filter=userName%20eq%20%22ana.martinez%22');
    const ana = body.Resources[0];
    const patched = await scim('PATCH', `/Users/${ana.id}`, patch({ op: 'replace', path: 'title', value: 'Lead' }));
    expect(patched.body).toEqual({
      ...ana,
      title: 'Lead',
      meta: { ...ana.meta, lastModified: patched.body.meta.lastModified },
    });
    expect((await scim('DELETE', `/Users/${ana.id}`)).status).toBe(204);
    expect((await scim('GET', `/Users/${ana.id}`)).status).toBe(404);
    const groups = await scim('GET', '/Groups');
    expect(groups.body.Resources[0].members).toHaveLength(3);
  });
});

describe("Egnyte's rules", () => {
  test.each([
    [person('emma@acme.example'), 'Egnyte does not support email-based usernames'],
    [person('em ma'), 'letters, digits, dots, hyphens and underscores'],
    [person('emma', { userType: 'Power' }), 'Invalid userType "Power"'],
    [person('emma', custom({ authType: 'saml' })), 'Invalid authType "saml"'],
    [person('emma', { name: { givenName: 'Emma' } }), 'Mandatory field(s) missing: name.familyName'],
    [person('emma', custom({ serviceAccount: true })), 'sendInvite must be false for a service account'],
    [
      person('emma', { password: 'short', ...custom({ serviceAccount: true, sendInvite: false }) }),
      'must have at least 12 characters',
    ],
  ])('a user that breaks a rule is refused: %#', async (body, detail) => {
    const answer = await scim('POST', '/Users', body);
    expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(answer.body.detail).toContain(detail);
  });

  test('a service account with a good password is created, and the password is neither kept nor answered', async () => {
    const body = person('svc.backup', {
      password: 'correct-horse-battery',
      ...custom({ serviceAccount: true, sendInvite: false }),
    });
    const created = await scim('POST', '/Users', body);
    expect(created).toMatchObject({ status: 201, body: { [egnyteUrn]: { serviceAccount: true } } });
    const replaced = await scim('PUT', `/Users/${created.body.id}`, { ...body, title: 'Backup' });
    expect(replaced.status).toBe(200);
    const password = patch({ op: 'replace', path: 'password', value: 'correct-horse-battery' });
    expect((await scim('PATCH', `/Users/${created.body.id}`, password)).status).toBeLessThan(300);
    const state = await sandbox.control('GET', '/state?tenant=egnyte/acmeusw');
    const log = await sandbox.control('GET', '/requests?tenant=egnyte/acmeusw');
    const answers = [created.body, replaced.body, state, log];
    expect(JSON.stringify(answers)).not.toContain('correct-horse');
  });

  test('a new user is a power user with single sign-on and an IdP username', async () => {
    const byName = await scim('POST', '/Users', person('emma.larsen'));
    expect(byName.body).toMatchObject({
      userType: 'power',
      active: true,
      [egnyteUrn]: { authType: 'sso', idpUserId: 'emma.larsen' },
    });
    await sandbox.control('POST', '/sso', { tenant: 'egnyte/acmeusw', settings: { defaultUserMapping: 'email' } });
    const byEmail = await scim('POST', '/Users', person('chloe.dubois'));
    expect(byEmail.body[egnyteUrn].idpUserId).toBe('chloe.dubois@acme.example');
    const local = await scim('POST', '/Users', person('local.one', custom({ authType: 'egnyte' })));
    expect(local.body[egnyteUrn].idpUserId).toBeUndefined();
  });

  test('an account taken over keeps its IdP username unset, also when it is changed to single sign-on', async () => {
    const found = await scim('GET', '/Users?filter=userName%20eq%20%22ana.martinez%22');
    const path = `${egnyteUrn}:authType`;
    const taken = await scim(
      'PATCH',
      `/Users/${found.body.Resources[0].id}`,
      patch({ op: 'replace', path, value: 'sso' }),
    );
    expect(taken.body[egnyteUrn]).toMatchObject({ authType: 'sso' });
    expect(taken.body[egnyteUrn].idpUserId).toBeUndefined();
  });

  test('the username of an SSO user cannot change, that of a local one can', async () => {
    const sso = await scim('POST', '/Users', person('emma.larsen'));
    const refused = await scim(
      'PATCH',
      `/Users/${sso.body.id}`,
      patch({ op: 'replace', path: 'userName', value: 'emma' }),
    );
    expect(refused).toMatchObject({ status: 400, body: { scimType: 'mutability' } });
    expect(refused.body.detail).toContain('not supported with SAML/SSO');
    const local = await scim('POST', '/Users', person('local.one', custom({ authType: 'egnyte' })));
    const renamed = await scim(
      'PATCH',
      `/Users/${local.body.id}`,
      patch({ op: 'replace', path: 'userName', value: 'local' }),
    );
    expect(renamed.body.userName).toBe('local');
  });

  test('a username or e-mail that exists is a conflict', async () => {
    const name = await scim('POST', '/Users', person('Ana.Martinez', { emails: [{ value: 'other@acme.example' }] }));
    expect(name).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect(name.body.detail).toBe('User with username Ana.Martinez already exists');
    const email = await scim('POST', '/Users', person('other', { emails: [{ value: 'ana.martinez@acme.example' }] }));
    expect(email.body.detail).toBe('User with email ana.martinez@acme.example already exists');
  });

  test('Netskope takes an e-mail address as userName', async () => {
    const netskope = await scimClient(sandbox, 'netskope/acme');
    const created = await netskope(
      'POST',
      '/Users',
      person('kim@acme.example', { externalId: 'E-9', displayName: 'Kim' }),
    );
    expect(created).toMatchObject({ status: 201, body: { userName: 'kim@acme.example', externalId: 'E-9' } });
  });
});

describe("Netskope's two base URLs", () => {
  const tenant = 'netskope/acme';
  const tokenFor = (given: Record<string, unknown>) => sandbox.control('POST', '/tokens', { tenant, ...given });
  const ask = async (url: string, token: string) => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: await response.json() };
  };

  test('lead to the same accounts, each with addresses of its own', async () => {
    const [integration, rest] = [await tokenFor({}), await tokenFor({ endpoint: 'rest' })];
    expect(new URL(rest.scimUrl).pathname).toBe('/netskope/acme/api/v2/scim');
    expect(new URL(integration.scimUrl).pathname).toMatch(/^\/netskope\/acme\/SCIM\/V2\/[0-9a-f]{12}$/);
    const [one, other] = [
      await ask(`${integration.scimUrl}/Users`, integration.token),
      await ask(`${rest.scimUrl}/Users`, rest.token),
    ];
    expect(one.body.totalResults).toBe(4);
    expect(other.body.Resources[0].id).toBe(one.body.Resources[0].id);
    expect(one.body.Resources[0].meta.location).toContain('/SCIM/V2/');
    expect(other.body.Resources[0].meta.location).toContain('/netskope/acme/api/v2/scim/Users/');
  });

  test('take only the tokens that were made for them', async () => {
    const [integration, rest] = [await tokenFor({}), await tokenFor({ endpoint: 'rest' })];
    expect((await ask(`${rest.scimUrl}/Users`, integration.token)).status).toBe(401);
    expect((await ask(`${integration.scimUrl}/Users`, rest.token)).status).toBe(401);
  });

  test('a token of REST API v2 uses the endpoints that were checked for it, and no others', async () => {
    const form = new URLSearchParams({ value: 'Latchkey', resources: 'Users' });
    const address = `${sandbox.url}/${tenant}/settings/tools/rest-api-v2`;
    const page = await (await fetch(address, { method: 'POST', body: form })).text();
    const token = /id="secret" readonly value="([^"]+)"/.exec(page)?.[1] ?? '';
    const url = `${sandbox.url}/${tenant}/api/v2/scim`;
    expect((await ask(`${url}/Users`, token)).status).toBe(200);
    expect((await ask(`${url}/ServiceProviderConfig`, token)).status).toBe(200);
    expect(await ask(`${url}/Groups`, token)).toMatchObject({
      status: 403,
      body: { detail: 'Forbidden: the token may not use the endpoint api/v2/scim/Groups' },
    });
  });
});

describe('groups', () => {
  test('names are unique in any case, and every member must exist', async () => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const twice = await scim('POST', '/Groups', { schemas, displayName: 'engineering' });
    expect(twice).toMatchObject({ status: 409, body: { detail: 'Group with name engineering already exists' } });
    const unknown = await scim('POST', '/Groups', { schemas, displayName: 'Sales', members: [{ value: '99' }] });
    expect(unknown).toMatchObject({ status: 400, body: { detail: 'User with id 99 does not exist' } });
  });

  test.each([20, 900])('members are added and removed one by one in a group of %i', async (size) => {
    await sandbox.control('POST', '/accounts', { tenant: 'egnyte/acmeusw', count: size });
    const { users } = await sandbox.control('GET', '/state?tenant=egnyte/acmeusw');
    const generated = users.filter(({ origin }: { origin: string }) => origin === 'generated');
    const members = generated.map(({ id }: { id: string }) => ({ value: id }));
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
    const group = await scim('POST', '/Groups', { schemas, displayName: 'All', members });
    const path = `/Groups/${group.body.id}`;
    await scim('PATCH', path, patch({ op: 'add', path: 'members', value: [{ value: users[0].id }] }));
    await scim('PATCH', path, patch({ op: 'remove', path: `members[value eq "${generated[0].id}"]` }));
    const unknown = await scim('PATCH', path, patch({ op: 'add', path: 'members', value: [{ value: '99' }] }));
    expect(unknown).toMatchObject({ status: 400, body: { detail: 'User with id 99 does not exist' } });
    const after = (await scim('GET', path)).body.members.map(({ value }: { value: string }) => value);
    expect(after).toHaveLength(size);
    expect(after).toContain(users[0].id);
    expect(after).not.toContain(generated[0].id);
    const renamed = await scim('PATCH', path, patch({ op: 'replace', path: 'displayName', value: 'Everybody' }));
    expect(renamed.body.displayName).toBe('Everybody');
    const listed = await scim('GET', '/Groups?excludedAttributes=members&filter=displayName%20eq%20%22everybody%22');
    expect(listed.body.Resources).toHaveLength(1);
    expect(listed.body.Resources[0].members).toBeUndefined();
  });
});

test('ten thousand accounts are found and paged within milliseconds', async () => {
  await sandbox.control('POST', '/accounts', { tenant: 'egnyte/acmeusw', count: 10_000 });
  const { users } = await sandbox.control('GET', '/state?tenant=egnyte/acmeusw');
  const wanted = users.slice(-200);
  await scim('GET', '/Users?count=1');
  const started = performance.now();
  for (const user of wanted) {
    const found = await scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${user.data.userName}"`)}`);
    expect(found.body.Resources[0].id).toBe(user.id);
  }
  // A scan would take some 100 ms each; this allows a busy machine 25.
  expect((performance.now() - started) / wanted.length).toBeLessThan(25);
});

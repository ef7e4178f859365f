import scimPatch from 'scim-patch';
import { parse as parseIndependently, filter as passing } from 'scim2-parse-filter';
import SCIMMY from 'scimmy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { createHttpClient } from '@/lib/http/client';
import { runConnectionTest } from '@/lib/scim/check-connection';
import { createScimClient } from '@/lib/scim/client';
import { bearer } from '@/lib/scim/testing/scim-server';
import { aSource, type Call, callWith, patchOp, type Reply, startEndpoint } from './testing/source';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const custom = 'urn:ietf:params:scim:schemas:extension:latchkey:2.0:User';
const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';

let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
let call: Call;
let count = 0;

beforeAll(async () => {
  SCIMMY.Resources.declare(SCIMMY.Resources.User).extend(SCIMMY.Schemas.EnterpriseUser, false);
  endpoint = await startEndpoint();
  ({ call } = await aSource(endpoint.url, { name: 'conformance' }));
});
afterAll(async () => {
  endpoint.close();
  await db.$disconnect();
});

const person = (values: object = {}) => {
  count += 1;
  const userName = `person${count}@conform.example`;
  return {
    schemas: [userSchema, enterprise],
    externalId: `ext-${count}`,
    userName,
    name: { givenName: 'Pat', familyName: `Number${count}` },
    displayName: `Pat Number${count}`,
    active: true,
    emails: [{ type: 'work', value: userName, primary: true }],
    ...values,
  };
};

async function created(values: object = {}): Promise<Reply['body']> {
  const { status, body } = await call('POST', '/Users', person(values));
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

/** An independent library reads what was answered by the schemas of RFC 7643. */
function readIndependently(resource: Record<string, unknown>) {
  return resource.schemas?.toString().includes('Group')
    ? new SCIMMY.Schemas.Group(resource as never, 'out')
    : new SCIMMY.Schemas.User(resource as never, 'out');
}

describe('discovery', () => {
  test('says what is offered and what is not, in the schemas of RFC 7643', async () => {
    const config = await call('GET', '/ServiceProviderConfig');
    expect(config.headers.get('content-type')).toBe('application/scim+json');
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      sort: { supported: false },
      etag: { supported: true },
      changePassword: { supported: false },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
    const types = await call('GET', '/ResourceTypes');
    expect(types.body.Resources.map((one: { endpoint: string }) => one.endpoint)).toEqual(['/Users', '/Groups']);
    const schemas = await call('GET', '/Schemas');
    expect(schemas.body.Resources.map((one: { id: string }) => one.id)).toEqual([
      userSchema,
      groupSchema,
      enterprise,
      custom,
    ]);
    for (const id of [userSchema, groupSchema, enterprise, custom]) {
      expect(await call('GET', `/Schemas/${id}`)).toMatchObject({ status: 200, body: { id } });
    }
    expect((await call('GET', '/ResourceTypes/User')).body).toMatchObject({ schema: userSchema });
    expect((await call('GET', '/Schemas/urn:no:such')).status).toBe(404);
    expect((await call('GET', '/Schemas?filter=id%20pr')).status).toBe(403);
    for (const path of ['/Bulk', '/Me']) expect((await call('POST', path, {})).status).toBe(501);
    expect((await call('DELETE', '/Users')).status).toBe(405);
  });

  test('without a token that is known there is nothing but 401, in SCIM’s words', async () => {
    for (const token of [undefined, 'lks_nobody-has-this-token-0123456789']) {
      const refused = await callWith(endpoint.url, token)('GET', '/Users');
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(refused.body).toMatchObject({ schemas: [errorSchema], status: '401' });
    }
  });
});

describe('a person', () => {
  test('is created, read, replaced, changed and deleted, with location and version', async () => {
    const sent = person({
      title: 'Engineer',
      phoneNumbers: [{ type: 'work', value: '+1 555 0100' }],
      addresses: [{ type: 'work', formatted: 'Lisbon' }],
      [enterprise]: {
        employeeNumber: 'E1',
        department: 'Research',
        costCenter: 'CC',
        organization: 'Acme',
        division: 'x',
      },
      [custom]: { badge: 'B-7' },
      nickName: 'passed over',
      password: 'never-kept-anywhere-1',
    });
    const made = await call('POST', '/Users', sent);
    expect(made.status).toBe(201);
    const { id, meta } = made.body;
    expect(made.headers.get('location')).toBe(meta.location);
    expect(made.headers.get('etag')).toBe(meta.version);
    expect(meta.location).toMatch(new RegExp(`/scim/v2/Users/${id}$`));
    expect(readIndependently(made.body)).toMatchObject({ id, userName: sent.userName });
    expect(made.body).toMatchObject({
      externalId: sent.externalId,
      active: true,
      title: 'Engineer',
      emails: [{ value: sent.userName, type: 'work', primary: true }],
      phoneNumbers: [{ value: '+1 555 0100' }],
      [enterprise]: { employeeNumber: 'E1', department: 'Research', costCenter: 'CC', organization: 'Acme' },
      [custom]: { badge: 'B-7' },
    });
    expect(JSON.stringify(made.body)).not.toMatch(/never-kept|nickName|division/);
    expect((await call('GET', `/Users/${id}`)).body).toEqual(made.body);

    const replaced = await call('PUT', `/Users/${id}`, { ...person(), title: 'Lead' }, { 'if-match': meta.version });
    expect(replaced.body).toMatchObject({ id, title: 'Lead', [custom]: { badge: 'B-7' } });
    expect(replaced.body.phoneNumbers).toBeUndefined();
    expect((await call('PUT', `/Users/${id}`, person(), { 'if-match': meta.version })).status).toBe(412);
    expect((await call('DELETE', `/Users/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/Users/${id}`)).status).toBe(404);
    expect(await call('PATCH', `/Users/${id}`, patchOp({ op: 'replace', path: 'title', value: 'x' }))).toMatchObject({
      status: 404,
      body: { schemas: [errorSchema], status: '404' },
    });
  });

  test('as Entra sends it: capital operations, texts for booleans, value paths, manager as text', async () => {
    const boss = await created();
    const { id } = await created();
    const patch = (...operations: object[]) => call('PATCH', `/Users/${id}`, patchOp(...operations));
    const changed = await patch(
      { op: 'Replace', path: 'displayName', value: 'Entra Person' },
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+1 555 0199' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: `entra${count}@conform.example` },
      { op: 'Add', path: 'name.givenName', value: 'Entra' },
      { op: 'Add', path: `${enterprise}:department`, value: 'Sales' },
      { op: 'Add', path: `${enterprise}:manager`, value: boss.id },
      { op: 'Add', path: 'addresses[type eq "work"].streetAddress', value: 'passed over' },
      { op: 'Add', path: `${custom}:badge`, value: 'B-8' },
    );
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect(changed.body).toMatchObject({
      displayName: 'Entra Person',
      name: { givenName: 'Entra' },
      phoneNumbers: [{ value: '+1 555 0199', type: 'work' }],
      [enterprise]: { department: 'Sales', manager: { value: boss.id, displayName: boss.displayName } },
      [custom]: { badge: 'B-8' },
    });
    expect((await patch({ op: 'Replace', path: 'active', value: 'False' })).body.active).toBe(false);
    expect((await db.user.findUniqueOrThrow({ where: { id } })).status).toBe('suspended');
    expect((await patch({ op: 'Replace', path: 'active', value: 'True' })).body.active).toBe(true);
    expect((await patch({ op: 'Remove', path: `${enterprise}:manager` })).body[enterprise].manager).toBeUndefined();
    const asObject = await patch({ op: 'Add', path: `${enterprise}:manager`, value: { value: boss.id } });
    expect(asObject.body[enterprise].manager.value).toBe(boss.id);
    expect(
      (await patch({ op: 'Add', value: { [`${enterprise}:employeeNumber`]: '77', 'name.familyName': 'Dotted' } })).body,
    ).toMatchObject({ name: { familyName: 'Dotted' }, [enterprise]: { employeeNumber: '77' } });
    const names = await db.event.findMany({
      where: { targetId: id },
      select: { name: true, actorName: true },
      orderBy: { id: 'asc' },
    });
    expect(names.map(({ name }) => name)).toEqual([
      'user_create',
      'user_update',
      'user_suspend',
      'user_reactivate',
      'user_update',
      'user_update',
      'user_update',
    ]);
    expect(new Set(names.map(({ actorName }) => actorName))).toEqual(new Set(['conformance']));
  });

  test('as Okta sends it: looked for by userName, created, replaced whole, deactivated without a path', async () => {
    const sent = { ...person({ locale: 'en-US', groups: [], password: '1mz050nq' }), emails: undefined };
    const found = () =>
      call('GET', `/Users?filter=${encodeURIComponent(`userName eq "${sent.userName}"`)}&startIndex=1&count=100`);
    expect((await found()).body).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });
    const { body } = await call('POST', '/Users', sent);
    expect((await found()).body).toMatchObject({ totalResults: 1, startIndex: 1, Resources: [{ id: body.id }] });
    const off = await call('PATCH', `/Users/${body.id}`, patchOp({ op: 'replace', value: { active: false } }));
    expect(off).toMatchObject({ status: 200, body: { id: body.id, active: false } });
    const put = await call('PUT', `/Users/${body.id}`, {
      ...body,
      active: true,
      name: { givenName: 'O', familyName: 'K' },
      displayName: undefined,
    });
    expect(put.body).toMatchObject({ active: true, displayName: 'O K' });
    const again = await call('POST', '/Users', sent);
    expect(again).toMatchObject({
      status: 409,
      body: { schemas: [errorSchema], scimType: 'uniqueness', status: '409' },
    });
    expect((await call('GET', '/Users?count=1')).body.Resources).toHaveLength(1);
    expect((await call('GET', '/Users/no-such-id')).status).toBe(404);
  });

  test('what cannot be is refused in the words of RFC 7644 §3.12', async () => {
    const { id } = await created();
    const patch = (operation: object) => call('PATCH', `/Users/${id}`, patchOp(operation));
    const wrong: [Promise<Reply>, number, string | undefined][] = [
      [call('POST', '/Users', { schemas: [userSchema] }), 400, 'invalidValue'],
      [call('POST', '/Users', '{"userName":'), 400, 'invalidSyntax'],
      [call('POST', '/Users', person({ emails: [{ value: 'no address' }] })), 400, 'invalidValue'],
      [call('POST', '/Users', person({ active: 'perhaps' })), 400, 'invalidValue'],
      [
        call('POST', '/Users', person({ [enterprise]: { manager: { value: id.replace(/.$/, 'x') } } })),
        400,
        'invalidValue',
      ],
      [call('PATCH', `/Users/${id}`, { Operations: [] }), 400, 'invalidSyntax'],
      [patch({ op: 'move', path: 'title', value: 'x' }), 400, 'invalidSyntax'],
      [patch({ op: 'replace', path: 'title..x', value: 'x' }), 400, 'invalidPath'],
      [patch({ op: 'replace', path: 'emails[type eq ]', value: 'x' }), 400, 'invalidFilter'],
      [patch({ op: 'replace', path: 'emails[type eq "home"].value', value: 'x@y.example' }), 400, 'noTarget'],
      [patch({ op: 'remove' }), 400, 'noTarget'],
      [patch({ op: 'replace', path: 'id', value: 'x' }), 400, 'mutability'],
      [patch({ op: 'remove', path: 'userName' }), 400, 'invalidValue'],
      [call('GET', '/Users?filter=userName%20like%20%22x%22'), 400, 'invalidFilter'],
      [call('GET', '/Users?filter=active%20gt%20true'), 400, 'invalidFilter'],
      [call('GET', '/Users?count=many'), 400, 'invalidValue'],
      [call('GET', '/Users?attributes=userName&excludedAttributes=title'), 400, 'invalidValue'],
      [call('GET', '/Nothing'), 404, undefined],
    ];
    for (const [reply, status, scimType] of wrong) {
      const { body, ...rest } = await reply;
      expect.soft({ status: rest.status, scimType: body.scimType }, JSON.stringify(body)).toEqual({ status, scimType });
      expect.soft(body).toMatchObject({ schemas: [errorSchema], status: String(status), detail: expect.any(String) });
    }
    const source = await db.source.findFirstOrThrow({ where: { name: 'conformance' }, include: { refusals: true } });
    expect(source.refusals.length).toBeGreaterThan(10);
    expect(source.lastSeenAt).not.toBeNull();
  });
});

test('Latchkey’s own client connects to it: every step of the test of a connection passes, writing included', async () => {
  const { token } = await aSource(endpoint.url, { name: 'another Latchkey' });
  const http = createHttpClient({ allowPrivateTargets: ['127.0.0.1'] });
  const client = createScimClient({ baseUrl: endpoint.url, authenticator: bearer(token), http });
  const { steps, capabilities } = await runConnectionTest(client, { manageGroups: true, write: { suffix: 'self' } });
  const failed = steps.filter(({ state }) => state !== 'ok').map(({ id, state, message }) => [id, state, message]);
  expect(failed).toEqual([['tls', 'skipped', expect.anything()]]);
  expect(capabilities).toMatchObject({ patch: true, filter: true, filterMaxResults: 200 });
  expect(await db.user.count({ where: { username: { contains: 'self' }, deletedAt: null } })).toBe(0);
});

test('PATCH leaves the same behind as an independent library that follows RFC 7644 §3.5.2', async () => {
  const operations: { op: 'add' | 'replace' | 'remove'; path?: string; value?: unknown }[][] = [
    [{ op: 'add', path: 'title', value: 'Lead' }],
    [{ op: 'replace', path: 'name', value: { givenName: 'New' } }],
    [
      { op: 'replace', path: 'name.familyName', value: 'Family' },
      { op: 'remove', path: 'title' },
    ],
    [{ op: 'replace', value: { title: 'By value', displayName: 'Shown' } }],
    [{ op: 'replace', path: 'emails[type eq "work"].value', value: 'changed@oracle.example' }],
    [{ op: 'add', path: 'phoneNumbers', value: [{ type: 'work', value: '1', primary: true }] }],
    [{ op: 'replace', path: 'phoneNumbers[type eq "work"].value', value: '2' }],
    [{ op: 'remove', path: 'phoneNumbers[value eq "2"]' }],
    [{ op: 'add', path: `${enterprise}:department`, value: 'Sales' }],
    [
      { op: 'replace', path: `${enterprise}:department`, value: 'Law' },
      { op: 'add', path: `${enterprise}:costCenter`, value: '4' },
    ],
    [{ op: 'remove', path: `${enterprise}:costCenter` }],
  ];
  let resource = await created({
    title: 'Engineer',
    displayName: 'Known Otherwise',
    [enterprise]: { organization: 'Acme' },
  });
  for (const sent of operations) {
    const expected = scimPatch.scimPatch(structuredClone(resource), structuredClone(sent) as never, {
      mutateDocument: false,
    });
    const { status, body } = await call('PATCH', `/Users/${resource.id}`, patchOp(...sent));
    expect(status, JSON.stringify([sent, body])).toBe(200);
    // Of another moment, and what is made of the name.
    const plain = ({ meta: _, name, ...rest }: Reply['body']) => {
      const { formatted: _made, ...parts } = name;
      const text = JSON.stringify({ ...rest, name: parts }, (_key, value) =>
        Array.isArray(value) && value.length === 0 ? undefined : value,
      );
      return JSON.parse(text);
    };
    expect(plain(body), JSON.stringify(sent)).toEqual(plain(expected));
    resource = body;
  }
});

/** The parser compares in one case alone, and these attributes are the same in any. */
const lowered = (filter: string) => filter.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => literal.toLowerCase());
const inLowerCase = (resource: object) =>
  JSON.stringify(resource, (_key, value) => (typeof value === 'string' ? value.toLowerCase() : value));

test('filters find whom an independent parser finds in what is listed', async () => {
  const { call: own } = await aSource(endpoint.url, { name: 'filters' });
  for (const [name, rest] of [
    ['amy', { title: 'Lead', [enterprise]: { department: 'R&D', employeeNumber: '10' }, [custom]: { floor: 'third' } }],
    ['bob', { active: false, phoneNumbers: [{ value: '+49 30', type: 'work' }] }],
    ['cyd', { title: 'Leader of 100%_x', [enterprise]: { department: 'Sales' } }],
  ] as const) {
    await own('POST', '/Users', {
      ...person(rest),
      userName: `${name}@filter.example`,
      displayName: `${name} "F\\`,
      emails: undefined,
    });
  }
  const all = (await own('GET', '/Users')).body.Resources as { id: string; meta: { lastModified: string } }[];
  const filters = [
    'userName eq "AMY@filter.example"',
    'userName ne "amy@filter.example"',
    'userName sw "b" or userName sw "c"',
    'not (userName sw "b")',
    'userName ew "example" and (active eq false or title pr)',
    'title co "lead"',
    'title co "0%_x"',
    'title pr and not (title ew "lead")',
    'emails[type eq "work"].value co "amy"',
    'emails[type eq "work" and value sw "bob"]',
    'emails.value eq "cyd@filter.example"',
    'phoneNumbers pr',
    'phoneNumbers[type eq "home"]',
    'name.givenName eq "pat"',
    'name.familyName gt "number1"',
    `id eq "${all[1]?.id}"`,
    `id ne "${all[1]?.id}"`,
    'externalId pr',
    `meta.lastModified ge "${all[2]?.meta.lastModified}"`,
    'meta.created gt "2020-01-01T00:00:00Z"',
    `${enterprise}:department eq "r&d"`,
    `${enterprise}:employeeNumber eq "10"`,
    `${custom}:floor eq "Third"`,
    'noSuchAttribute eq "x"',
    'active eq true',
  ];
  for (const text of filters) {
    const { status, body } = await own('GET', `/Users?filter=${encodeURIComponent(text)}`);
    expect(status, text + JSON.stringify(body)).toBe(200);
    const passes = passing(parseIndependently(lowered(text)));
    const wanted = all.filter((one) => passes(JSON.parse(inLowerCase(one)))).map(({ id }) => id);
    expect([text, body.Resources.map(({ id }: { id: string }) => id)]).toEqual([text, wanted]);
    expect(body.totalResults).toBe(wanted.length);
  }
  // The value of a list of complex ones is its own (RFC 7644 §3.4.2.2); and what the parser cannot read.
  expect((await own('GET', `/Users?filter=${encodeURIComponent('emails co "filter"')}`)).body.totalResults).toBe(3);
  const quoted = await own('GET', `/Users?filter=${encodeURIComponent('displayName eq "AMY \\"F\\\\"')}`);
  expect(quoted.body.totalResults).toBe(1);
  const found = await own('POST', '/Users/.search', {
    filter: 'userName sw "a"',
    attributes: ['userName', 'emails.value'],
  });
  expect(found.body.Resources).toEqual([
    {
      schemas: expect.anything(),
      id: all[0]?.id,
      userName: 'amy@filter.example',
      emails: [{ value: 'amy@filter.example' }],
    },
  ]);
});

test('pages are in one order, bounded, and lose nobody when somebody before is deleted meanwhile', async () => {
  const { call: own } = await aSource(endpoint.url, { name: 'pages' });
  const ids: string[] = [];
  for (let index = 0; index < 7; index += 1) ids.push((await own('POST', '/Users', person())).body.id);
  ids.sort();
  const page = async (query: string) => (await own('GET', `/Users?${query}`)).body;
  const seen = async (query: string) => (await page(query)).Resources.map(({ id }: { id: string }) => id);
  expect(await seen('startIndex=1&count=3')).toEqual(ids.slice(0, 3));
  expect(await seen('startIndex=3&count=2&attributes=id')).toEqual(ids.slice(2, 4));
  expect(await page('startIndex=0&count=-5')).toMatchObject({
    totalResults: 7,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  });
  expect(await page('startIndex=99')).toMatchObject({ totalResults: 7, itemsPerPage: 0 });
  await own('DELETE', `/Users/${ids[0]}`);
  expect(await seen('startIndex=4&count=9')).toEqual(ids.slice(3));
  expect((await page('count=999999')).totalResults).toBe(6);
  const whole = (await page('excludedAttributes=name.givenName,emails')).Resources[0];
  expect([whole.emails, whole.name.givenName, whole.userName !== undefined]).toEqual([undefined, undefined, true]);
});

describe('a group', () => {
  test('is created with members, replaced, changed by Entra and by Okta, and deleted', async () => {
    const [a, b, c] = [await created(), await created(), await created()];
    const members = (...people: { id: string }[]) => people.map(({ id }) => ({ value: id }));
    const made = await call('POST', '/Groups', {
      schemas: [groupSchema],
      externalId: 'g1',
      displayName: 'Conform',
      members: members(a),
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(readIndependently(made.body)).toMatchObject({ displayName: 'Conform' });
    const { id } = made.body;
    const now = async () => {
      const { body } = await call('GET', `/Groups/${id}`);
      return [body.displayName, ...(body.members ?? []).map(({ value }: { value: string }) => value).sort()];
    };
    const patch = async (...operations: object[]) =>
      (await call('PATCH', `/Groups/${id}`, patchOp(...operations))).status;
    expect(await patch({ op: 'Add', path: 'members', value: members(b, c) })).toBe(204);
    expect(await now()).toEqual(
      ['Conform', a.id, b.id, c.id].sort((x, y) => (x === 'Conform' ? -1 : y === 'Conform' ? 1 : x < y ? -1 : 1)),
    );
    expect(
      await patch(
        { op: 'Remove', path: `members[value eq "${a.id}"]` },
        { op: 'Remove', path: 'members', value: members(b) },
      ),
    ).toBe(204);
    expect(await now()).toEqual(['Conform', c.id]);
    // Okta: the name by an object with the id in it; members replaced.
    expect(await patch({ op: 'replace', value: { id, displayName: 'Conform 2' } })).toBe(204);
    expect(await patch({ op: 'replace', path: 'members', value: members(a, b) })).toBe(204);
    expect(await now()).toEqual(['Conform 2', ...[a.id, b.id].sort()]);
    expect((await call('GET', `/Users/${a.id}`)).body.groups).toMatchObject([{ value: id, display: 'Conform 2' }]);
    const found = await call(
      'GET',
      `/Groups?excludedAttributes=members&filter=${encodeURIComponent('displayName eq "conform 2"')}`,
    );
    expect(found.body.Resources).toMatchObject([{ id, displayName: 'Conform 2' }]);
    expect(found.body.Resources[0].members).toBeUndefined();
    const byMember = await call('GET', `/Groups?filter=${encodeURIComponent(`members[value eq "${a.id}"]`)}`);
    expect(byMember.body.totalResults).toBe(1);
    const put = await call('PUT', `/Groups/${id}`, { displayName: 'Conform 3', members: members(c) });
    expect(put.body).toMatchObject({ displayName: 'Conform 3', members: [{ value: c.id, type: 'User' }] });
    expect(put.body.externalId).toBeUndefined();
    expect(await patch({ op: 'remove', path: 'members' })).toBe(204);
    expect(await now()).toEqual(['Conform 3']);
    for (const [operation, scimType] of [
      [{ op: 'add', path: 'members', value: [{ value: 'nobody' }] }, 'invalidValue'],
      [{ op: 'add', path: 'members', value: [{ value: id, type: 'Group' }] }, 'invalidValue'],
      [{ op: 'remove', path: 'members[display eq "x"]' }, 'invalidFilter'],
      [{ op: 'replace', path: 'displayName', value: '' }, 'invalidValue'],
    ] as const) {
      expect((await call('PATCH', `/Groups/${id}`, patchOp(operation))).body.scimType).toBe(scimType);
    }
    expect((await call('POST', '/Groups', { displayName: 'conform 3' })).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });
    expect((await call('DELETE', `/Groups/${id}`)).status).toBe(204);
    expect((await call('GET', `/Groups/${id}`)).status).toBe(404);
    expect(await db.user.count({ where: { id: { in: [a.id, b.id, c.id] }, deletedAt: null } })).toBe(3);
  });
});

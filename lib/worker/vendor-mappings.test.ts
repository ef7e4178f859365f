import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { associateGroup } from '@/lib/applications/change-associations';
import { getMappings } from '@/lib/applications/mapping-queries';
import { ownAttributeSchema, updateMappingsSchema } from '@/lib/applications/schema';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { setTargetAttributes } from '@/lib/applications/set-target-attributes';
import { createApplication } from '@/lib/applications/testing/create-application';
import { saveUsernameFormat } from '@/lib/applications/update-application';
import { updateMappings } from '@/lib/applications/update-mappings';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unguarded } from '@/lib/directory/testing/people';
import { updateUser } from '@/lib/directory/update-user';
import { systemActor as actor } from '@/lib/events/actor';
import { connect, group, person, startTestSandbox, type TestSandbox, work } from './testing/support';

// The settings that Egnyte's own articles tell administrators of Entra and of Okta to make, typed in as they are written
// there, at a server that holds to Egnyte's rules.

const egnyte = 'urn:scim:schemas:extension:custom:egnyte:1.0:User';
let peer: TestSandbox;
let tenant = '';
let count = 0;

beforeAll(async () => {
  peer = await startTestSandbox();
});
afterAll(() => peer.sandbox.close());
beforeEach(async () => {
  count += 1;
  tenant = `egnyte/typed${count}`;
  await emptyTables('users', 'groups', 'applications', 'events');
  await peer.control('POST', '/reset', { tenant });
});

type Row = [
  source: string,
  target: string,
  apply: 'always' | 'creation',
  kind: 'direct' | 'expression' | 'constant',
  defaultValue?: string,
];

async function application(templateId: string, rows: readonly Row[]): Promise<string> {
  const { id: applicationId } = await createApplication(actor, {
    ...{
      templateId,
      displayLabel: 'Egnyte',
      description: '',
      logoColor: '#00968f',
      logoImage: null,
      showInPortal: true,
    },
  });
  await db.application.update({ where: { id: applicationId }, data: { ssoStatus: 'active' } });
  if (templateId === 'custom-saml') await editAttributeList(applicationId);
  const { version } = await getMappings(applicationId);
  const mappings = rows.map(([source, target, apply, kind, defaultValue = null]) => ({
    ...{ source, target, apply, kind, defaultValue, matchingPrecedence: target === 'userName' ? 1 : null },
  }));
  await updateMappings(actor, updateMappingsSchema.parse({ applicationId, version, objectType: 'user', mappings }));
  await connect(applicationId, tenant, peer);
  return applicationId;
}

/** "Some mappings from the above table don't exist and have to be added manually." */
async function editAttributeList(applicationId: string): Promise<void> {
  const { version } = await getMappings(applicationId);
  const attributes = [
    { path: `${egnyte}:authType`, type: 'string', canonicalValues: ['sso', 'ad', 'egnyte'], caseSensitive: true },
    { path: `${egnyte}:idpUserId`, type: 'string' },
    { path: `${egnyte}:sendInvite`, type: 'boolean', mutability: 'writeOnly' },
    { path: `${egnyte}:emailChangeImmediate`, type: 'boolean' },
  ].map((attribute) => ownAttributeSchema.parse(attribute));
  await setTargetAttributes(actor, { applicationId, version, objectType: 'user', attributes });
}

interface Account {
  userName: string;
  active: boolean;
  externalId?: string;
  emails: { value: string; type?: string }[];
  name: { givenName: string; familyName: string };
  userType: string;
  [egnyte]: Record<string, unknown>;
}

async function account(userName: string): Promise<Account | undefined> {
  const { users } = await peer.control<{ users: { data: Account }[] }>('GET', `/state?tenant=${tenant}`);
  return users.find(({ data }) => data.userName === userName)?.data;
}

/** What was sent to change something, since the last time. */
async function sent(): Promise<string[]> {
  await peer.control('DELETE', `/requests?tenant=${tenant}`);
  await work();
  const path = `/requests?tenant=${tenant}`;
  const { requests } = await peer.control<{ requests: { method: string; requestBody: string }[] }>('GET', path);
  return requests.flatMap(({ method, requestBody }) => (method === 'GET' ? [] : [`${method} ${requestBody}`]));
}

async function change(userId: string, values: Record<string, unknown>): Promise<void> {
  const user = await db.user.findUniqueOrThrow({ where: { id: userId } });
  await updateUser(actor, { ...user, customAttributes: {}, ...values }, unguarded);
  await work();
}

describe.each(['custom-saml', 'egnyte'])("the table of Egnyte's article for Entra, typed into %s", (templateId) => {
  const mail = templateId === 'egnyte' ? 'emails.value' : 'emails[primary eq true].value';
  const table: Row[] = [
    ['Word([userPrincipalName], 1, "@")', 'userName', 'creation', 'expression'],
    ['objectId', 'externalId', 'always', 'direct'],
    ['Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'active', 'always', 'expression'],
    ['givenName', 'name.givenName', 'always', 'direct'],
    ['surname', 'name.familyName', 'always', 'direct'],
    ['userPrincipalName', `${egnyte}:idpUserId`, 'always', 'direct'],
    ['mail', mail, 'always', 'direct'],
    ['Coalesce([mail], [userPrincipalName])', 'emails[type eq "work"].value', 'creation', 'expression'],
    ['True', `${egnyte}:emailChangeImmediate`, 'always', 'constant'],
    ['power', 'userType', 'creation', 'constant'],
    ['sso', `${egnyte}:authType`, 'creation', 'constant'],
    ['False', `${egnyte}:sendInvite`, 'creation', 'constant'],
  ];

  test('creates people as it says, changes what always applies, and leaves alone what only creates', async () => {
    const userId = await person('mara.lind', { firstname: 'Mara', lastname: 'Lind' });
    const applicationId = await application(templateId, table);
    await associateGroup(actor, { applicationId, groupId: await group('Staff', [userId]) });
    await work();
    const created = await account('mara.lind');
    expect(created).toMatchObject({
      active: true,
      externalId: userId,
      name: { givenName: 'Mara', familyName: 'Lind' },
      userType: 'power',
      [egnyte]: { idpUserId: 'mara.lind@acme.example', emailChangeImmediate: true, authType: 'sso', sendInvite: false },
    });
    expect([...new Set(created?.emails.map(({ value }) => value))]).toEqual(['mara.lind@acme.example']);

    await change(userId, { email: 'mara@acme.example', lastname: 'Berg' });
    const changed = await account('mara.lind');
    expect(changed?.name.familyName, 'the username was for creation').toBe('Berg');
    expect(changed?.emails.map(({ value }) => value)).toContain('mara@acme.example');
    expect(changed?.[egnyte]).toMatchObject({ idpUserId: 'mara@acme.example' });
    expect(await sent(), 'and then there is nothing more to send').toEqual([]);

    await suspendUser(actor, { id: userId });
    await work();
    expect((await account('mara.lind'))?.active).toBe(false);
  });
});

describe("what Egnyte's article for Okta says of users", () => {
  const table: Row[] = [
    ['applicationUsername', 'userName', 'always', 'direct'],
    ['email', 'emails.value', 'always', 'direct'],
    ['firstname', 'name.givenName', 'always', 'direct'],
    ['lastname', 'name.familyName', 'always', 'direct'],
    ['active', 'active', 'always', 'direct'],
    ['userType', 'userType', 'creation', 'direct', 'power'],
    ['sso', `${egnyte}:authType`, 'creation', 'constant'],
    ['True', `${egnyte}:sendInvite`, 'creation', 'constant'],
    ['False', `${egnyte}:serviceAccount`, 'creation', 'constant'],
    ['False', `${egnyte}:twoFactor`, 'always', 'constant'],
  ];

  test('the User Type is case-sensitive and power where there is none; a username is never an address; under SSO it stays', async () => {
    const types = { none: undefined, small: 'standard', capital: 'Power' };
    const ids: Record<string, string> = {};
    for (const [name, userType] of Object.entries(types)) {
      ids[name] = await person(name);
      if (userType) await db.user.update({ where: { id: ids[name] ?? '' }, data: { customAttributes: { userType } } });
    }
    await db.attributeDefinition.createMany({ data: [{ key: 'userType', type: 'string' }], skipDuplicates: true });
    const applicationId = await application('egnyte', table);
    await db.application.update({ where: { id: applicationId }, data: { usernameFormat: 'email' } });
    await associateGroup(actor, { applicationId, groupId: await group('Staff', Object.values(ids)) });
    await work();
    const states = async () => {
      const links = await db.userLink.findMany({ where: { applicationId }, include: { user: true } });
      return Object.fromEntries(links.map(({ user, state, lastError }) => [user.username, [state, lastError]]));
    };
    const address = { code: 'ApplicationRule', message: expect.stringContaining('e-mail addresses as usernames') };
    expect(await states()).toMatchObject({ none: ['skipped', address], small: ['skipped', address] });

    const { version } = await getMappings(applicationId);
    await saveUsernameFormat(actor, { applicationId, version, usernameFormat: 'email_prefix' });
    await work();
    expect(await states()).toMatchObject({
      none: ['provisioned', null],
      small: ['provisioned', null],
      capital: ['skipped', { code: 'ApplicationRule', message: expect.stringContaining('admin, power or standard') }],
    });
    const assumed = { authType: 'sso', sendInvite: true, serviceAccount: false, twoFactor: false, idpUserId: 'none' };
    expect(await account('none')).toMatchObject({ userType: 'power', [egnyte]: assumed });
    expect(await account('small')).toMatchObject({ userType: 'standard' });

    await change(ids.none ?? '', { email: 'renamed@acme.example' });
    const kept = { code: 'ApplicationRule', message: expect.stringContaining('username changes with SAML SSO') };
    expect(await states()).toMatchObject({ none: ['error', kept] });
    const userId = ids.none ?? '';
    await setApplicationUsername(actor, { applicationId, userId, applicationUsername: 'none' });
    await work();
    expect(await states(), 'the username changed back, typed for this person').toMatchObject({
      none: ['provisioned', null],
    });
    expect((await account('none'))?.emails).toMatchObject([{ value: 'renamed@acme.example' }]);
  });
});

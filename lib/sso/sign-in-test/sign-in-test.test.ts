import { afterAll, beforeEach, expect, test } from 'vitest';
import { unassignUser } from '@/lib/applications/assign-user';
import { db } from '@/lib/db/client';
import { emptyTables } from '@/lib/db/testing/empty-tables';
import { systemActor } from '@/lib/events/actor';
import { attributeNameFormats, nameIdFormats } from '@/lib/saml/schema';
import { deactivateSso } from '../activate-sso';
import { startSignIn } from '../answer-request';
import type { SignedIn } from '../ask';
import { acsUrl, samlApplication, saveSso, signedInPerson, spEntityId, type TestApplication } from '../testing/support';
import { testSignIn } from './test-sign-in';
import { withoutSignature } from './without-signature';

const statement = (name: string, sourceKind: 'property' | 'expression' | 'groups' | 'constant', source: string) => ({
  ...{ name, sourceKind, source, nameFormat: attributeNameFormats.basic },
});
const attributeStatements = [
  statement('email', 'property', 'email'),
  statement('name', 'expression', 'IIF([department] = "Sales", "sales", Join(" ", ToUpper([firstname]), [lastname]))'),
  statement('department', 'property', 'department'),
  statement('groups', 'groups', ''),
  statement('odd', 'constant', `<&>"'`),
];

let application: TestApplication;
let ana: SignedIn;
beforeEach(async () => {
  await emptyTables('users', 'groups', 'applications', 'events');
  application = await samlApplication({ attributeStatements });
  ana = await signedInPerson('ana', [application]);
  for (const name of ['All', 'Sales & more']) {
    await db.group.create({ data: { name, members: { create: { userId: ana.userId } } } });
  }
});
afterAll(() => db.$disconnect());

const tested = (spMetadata?: string) =>
  testSignIn({ applicationId: application.id, userId: ana.userId, ...(spMetadata ? { spMetadata } : {}) });

/** What differs between two responses that say the same: ids, times, and what is signed over those. */
function comparable(xml: string): string {
  return withoutSignature(xml)
    .replace(/\b(ID|URI|SessionIndex)="#?_[^"]*"/g, '$1=""')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replace(/<ds:DigestValue>[^<]*/g, '<ds:DigestValue>');
}

test.each([
  ['the assertion signed', {}],
  [
    'both signed, types of values, NameID with qualifiers',
    { signResponse: true, attributeValueTypes: true, nameIdQualifiers: 'always' as const },
  ],
  [
    'the response signed, a persistent NameID',
    { signAssertion: false, signResponse: true, nameIdFormat: nameIdFormats.persistent },
  ],
])('what a test shows is what a sign-in sends, but for ids and times: %s', async (_what, settings) => {
  await saveSso(application.id, { settings });
  const { assertion, refusal } = await tested();
  const answer = await startSignIn(application.slug, ana);
  if (answer.kind !== 'post') throw new Error(answer.kind);
  expect(refusal).toBeNull();
  expect(comparable(assertion?.xml ?? '')).toBe(comparable(answer.samlResponse));
  expect(assertion?.xml, 'nobody is signed in with it').toContain('<ds:SignatureValue>(not shown)<');
  expect(answer.samlResponse).not.toContain('(not shown)');
});

test('each value says where it comes from, by which steps, and why the name is this one; nothing is written', async () => {
  const rows = async () => [await db.samlSession.count(), await db.event.count(), await db.authnRequest.count()];
  const before = await rows();
  const { assertion, checks } = await tested();
  expect(await rows()).toEqual(before);
  expect(checks.every(({ state }) => state === 'ok')).toBe(true);
  expect(assertion).toMatchObject({ asIf: false, acsUrl, audience: spEntityId, encrypted: false });
  expect(assertion?.nameId.why).toContain('the property');
  const of = (name: string) => assertion?.attributes.find((attribute) => attribute.name === name);
  expect(of('name')).toMatchObject({ values: ['ANA M'] });
  expect(of('name')?.source.steps.map(({ part, value }) => `${part} → ${value}`)).toEqual([
    '[department] → nothing',
    '[department] = "Sales" → false',
    '[firstname] → Ana',
    'ToUpper([firstname]) → ANA',
    '[lastname] → M',
    'Join(" ", ToUpper([firstname]), [lastname]) → ANA M',
    'IIF([department] = "Sales", "sales", Join(" ", ToUpper([firstname]), [lastname])) → ANA M',
  ]);
  expect(of('department')?.values).toEqual([]);
  expect(of('groups')?.values).toEqual(['All', 'Sales & more']);
});

test('who is denied is told as in a sign-in, with everything that is in the way, and what it would say without', async () => {
  await unassignUser(systemActor, { applicationId: application.id, userId: ana.userId });
  await deactivateSso(systemActor, { applicationId: application.id });
  await db.user.update({ where: { id: ana.userId }, data: { status: 'suspended' } });
  const { checks, refusal, assertion } = await tested();
  expect(checks.filter(({ state }) => state === 'denied').map(({ name }) => name)).toEqual(['sso', 'person', 'access']);
  await expect(startSignIn(application.slug, ana)).rejects.toMatchObject({ code: refusal?.code });
  expect(assertion).toMatchObject({ asIf: true, nameId: { value: 'ana' } });
  await saveSso(application.id, { settings: { nameIdSource: { kind: 'property', source: 'department' } } });
  expect(await tested()).toMatchObject({
    assertion: null,
    checks: expect.arrayContaining([expect.objectContaining({ name: 'assertion', state: 'denied' })]),
  });
});

test('a value that is redacted is shown nowhere, and no XML with it', async () => {
  await saveSso(application.id, {
    settings: { attributeStatements: [statement('secret', 'expression', 'Redact([email])')] },
  });
  const { assertion } = await tested();
  expect(assertion).toMatchObject({ xml: null, attributes: [{ values: ['(redacted)'], source: { steps: [] } }] });
  expect(JSON.stringify(assertion?.attributes)).not.toContain('ana@example.com');
});

test('what the metadata asks for is compared with what would be sent', async () => {
  const asked = (name: string, more = '') => `<md:RequestedAttribute Name="${name}" ${more}/>`;
  const metadata = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${spEntityId}">
    <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>${nameIdFormats.persistent}</md:NameIDFormat>
    <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${acsUrl}" index="0"/>
    <md:AttributeConsumingService index="0"><md:ServiceName xml:lang="en">App</md:ServiceName>
    ${asked('email', 'isRequired="true"')}${asked('department', 'isRequired="1"')}${asked('title')}</md:AttributeConsumingService>
    </md:SPSSODescriptor></md:EntityDescriptor>`;
  expect((await tested()).asked).toBeNull();
  expect((await tested(metadata)).asked?.map(({ what, state }) => [what, state])).toEqual([
    ['NameID format', 'missing'],
    ['email', 'ok'],
    ['department', 'missing'],
    ['title', 'optional'],
  ]);
  await expect(tested('<html/>')).rejects.toMatchObject({ code: 'invalid_input', field: 'spMetadata' });
});

import { beforeAll, expect, test } from 'vitest';
import { db } from '@/lib/db/client';
import { attributeNameFormats, authnContextClasses, nameIdFormats, otherContextClasses } from '@/lib/saml/schema';
import { schemaComplaints } from '@/lib/saml/testing/schemas';
import { startSignIn } from './answer-request';
import type { SignedIn } from './ask';
import { getIdpMetadata } from './queries';
import { type SsoValues, updateSsoSchema } from './schema';
import {
  ask,
  responseIn,
  samlApplication,
  saveSso,
  signedInPerson,
  spEntityId,
  type TestApplication,
} from './testing/support';

// What each setting of an application makes of its assertions, its metadata, and the requests that it takes.
let application: TestApplication;
let ana: SignedIn;
beforeAll(async () => {
  application = await samlApplication();
  ana = await signedInPerson('ana', [application]);
  const [direct, around] = await Promise.all(
    ['Sales EMEA', 'Sales'].map((name) => db.group.create({ data: { name } })),
  );
  await db.groupMember.create({ data: { groupId: direct?.id ?? '', userId: ana.userId } });
  await db.groupNesting.create({ data: { parentId: around?.id ?? '', childId: direct?.id ?? '' } });
});

const set = (settings: Partial<SsoValues['settings']>, idpEntityId = '') =>
  saveSso(application.id, { idpEntityId, settings });
const xmlOf = async () => responseIn(await startSignIn(application.slug, ana)).xml;
const idpUrl = () => `http://localhost:3000/saml2/${application.slug}`;

test('audience and IdP entity ID are said as they are overridden, and requests still come to the IdP URL', async () => {
  await set({ audience: 'urn:sp:audience' }, 'urn:acme:idp');
  const xml = await xmlOf();
  expect(xml.match(/<saml:Issuer[^>]*>urn:acme:idp<\/saml:Issuer>/g)).toHaveLength(2);
  expect(xml).toContain('<saml:Audience>urn:sp:audience</saml:Audience>');
  const metadata = await getIdpMetadata(application.id);
  expect(metadata).toContain('entityID="urn:acme:idp"');
  const locations = [...metadata.matchAll(/<(?:md:)?(\w+) Binding="[^"]+HTTP-(\w+)" Location="([^"]+)"/g)];
  expect(locations.map((found) => found.slice(1).join(' '))).toEqual([
    ...['Redirect', 'POST'].map((binding) => `SingleLogoutService ${binding} ${idpUrl()}/logout`),
    ...['Redirect', 'POST'].map((binding) => `SingleSignOnService ${binding} ${idpUrl()}`),
  ]);

  const asked = (parts: object) => ask(application, ana, parts).then((answer) => responseIn(answer).statuses);
  expect(await asked({ attributes: `Destination="${idpUrl()}"` })).toEqual(['Success']);
  await expect(asked({ attributes: 'Destination="urn:acme:idp"' })).rejects.toMatchObject({
    code: 'destination_mismatch',
  });
  const scoping = (id: string) =>
    `<samlp:Scoping><samlp:IDPList><samlp:IDPEntry ProviderID="${id}"/></samlp:IDPList></samlp:Scoping>`;
  expect(await asked({ children: scoping('urn:acme:idp') }), 'known by its entity ID').toEqual(['Success']);
  expect(await asked({ children: scoping(idpUrl()) })).toContain('NoSupportedIDP');
  await set({ audience: '' });
  expect(await xmlOf()).toContain(`<saml:Audience>${spEntityId}</saml:Audience>`);
});

test('NameID says whose name it is as the format wants, always, or never', async () => {
  const qualifiers = async (nameIdQualifiers: SsoValues['settings']['nameIdQualifiers'], nameIdFormat: string) => {
    await set({ nameIdQualifiers, nameIdFormat: nameIdFormat as SsoValues['settings']['nameIdFormat'] });
    const { nameId } = responseIn(await startSignIn(application.slug, ana));
    return [nameId?.nameQualifier ?? '', nameId?.spNameQualifier ?? ''].join(' ').trim();
  };
  const both = `${application.idpEntityId} ${spEntityId}`;
  const { persistent, unspecified } = nameIdFormats;
  expect(await qualifiers('by_format', unspecified)).toBe('');
  expect(await qualifiers('always', unspecified)).toBe(both);
  expect(await qualifiers('always', persistent)).toBe(both);
  expect(await qualifiers('by_format', persistent)).toBe(both);
  expect(await qualifiers('never', persistent)).toBe('');
  await set({ nameIdQualifiers: 'by_format', nameIdFormat: unspecified });
});

test('attributes go out with their friendly name, name format and type, and groups nested or direct by their names', async () => {
  const groups = { nameFormat: attributeNameFormats.uri, sourceKind: 'groups' as const };
  await set({
    attributeValueTypes: true,
    attributeStatements: [
      { name: 'urn:oid:1.3.6.1.4.1.5923.1.5.1.1', friendlyName: 'isMemberOf', source: '', ...groups },
      { name: 'direct', source: 'sales*', directGroups: true, ...groups },
      { name: 'none', source: 'Engineering*', ...groups },
    ],
  });
  const answer = responseIn(await startSignIn(application.slug, ana));
  expect(answer.attributes).toEqual([
    { name: 'urn:oid:1.3.6.1.4.1.5923.1.5.1.1', nameFormat: 'uri', values: ['Sales', 'Sales EMEA'] },
    { name: 'direct', nameFormat: 'uri', values: ['Sales EMEA'] },
  ]);
  expect(answer.xml).toContain('FriendlyName="isMemberOf"');
  expect(answer.xml.match(/<saml:AttributeValue xsi:type="xs:string">/g)).toHaveLength(3);
  expect(schemaComplaints(answer.xml)).toEqual([]);
  await set({ attributeValueTypes: false, attributeStatements: [] });
});

test('an assertion holds for the minutes around it, a session for its own, and a request may be as old as was agreed', async () => {
  await set({ notBeforeMinutes: 0, notOnOrAfterMinutes: 2, sessionMinutes: 30 });
  const xml = await xmlOf();
  const time = (name: string) => Date.parse(new RegExp(`${name}="([^"]+)"`).exec(xml)?.[1] ?? '');
  const issued = time('IssueInstant');
  const [, notBefore = '', notOnOrAfter = ''] =
    /<saml:Conditions NotBefore="([^"]+)" NotOnOrAfter="([^"]+)"/.exec(xml) ?? [];
  expect(Date.parse(notBefore)).toBe(issued);
  expect(Date.parse(notOnOrAfter)).toBe(issued + 2 * 60_000);
  expect(time('SessionNotOnOrAfter') - issued).toBeLessThanOrEqual(480 * 60_000);

  const old = { issueInstant: new Date(Date.now() - 8 * 60_000) };
  const early = { issueInstant: new Date(Date.now() + 8 * 60_000) };
  await expect(ask(application, ana, old)).rejects.toMatchObject({ code: 'request_expired' });
  await set({ requestSkewMinutes: 10 });
  expect(responseIn(await ask(application, ana, old)).statuses).toEqual(['Success']);
  expect(responseIn(await ask(application, ana, early)).statuses).toEqual(['Success']);
  const id = '_twice';
  await ask(application, ana, { ...early, id });
  await expect(ask(application, ana, { ...early, id })).rejects.toMatchObject({ code: 'request_replayed' });
  const remembered = await db.authnRequest.findFirstOrThrow({ where: { requestId: id } });
  expect(remembered.expiresAt.getTime(), 'for as long as the latest could come again').toBeGreaterThan(
    early.issueInstant.getTime() + 15 * 60_000,
  );
});

test('a session is as long as was set where the password is given anew', async () => {
  await set({ sessionMinutes: 30 });
  const bea = await signedInPerson('bea', [application]);
  const { xml } = responseIn(await startSignIn(application.slug, bea));
  const [, ends = ''] = /SessionNotOnOrAfter="([^"]+)"/.exec(xml) ?? [];
  const [, issued = ''] = /IssueInstant="([^"]+)"/.exec(xml) ?? [];
  expect(Date.parse(ends) - Date.parse(issued)).toBe(30 * 60_000);
});

test('the authentication context is what was agreed, and what a request asks for where that is mapped to a password', async () => {
  const context = async (requested: string) => {
    const children = `<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>${requested}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`;
    const { xml, statuses } = responseIn(await ask(application, ana, { children }));
    return /AuthnContextClassRef>([^<]+)</.exec(xml)?.[1] ?? statuses.at(-1);
  };
  const { microsoftMfa } = otherContextClasses;
  await set({
    authnContextClass: 'urn:acme:password',
    authnContextMapping: [
      { requested: 'urn:sp:strong-enough', satisfiedBy: 'password' },
      { requested: microsoftMfa, satisfiedBy: 'second_factor' },
    ],
  });
  expect(await xmlOf()).toContain('<saml:AuthnContextClassRef>urn:acme:password</saml:AuthnContextClassRef>');
  expect(await context('urn:sp:strong-enough')).toBe('urn:sp:strong-enough');
  expect(await context(authnContextClasses.password)).toBe(authnContextClasses.password);
  expect(await context(microsoftMfa)).toBe('NoAuthnContext');
});

test('metadata says for how long it may be kept and holds: as its certificates do, or the days that are set', async () => {
  const said = async () => {
    const metadata = await getIdpMetadata(application.id);
    expect(schemaComplaints(metadata)).toEqual([]);
    return [/cacheDuration="([^"]+)"/, /validUntil="([^"]+)"/].map((part) => part.exec(metadata)?.[1] ?? null);
  };
  const key = await db.idpKey.findFirstOrThrow({ where: { applicationId: application.id } });
  const [kept, until] = await said();
  expect(kept).toBe('PT86400S');
  expect(Date.parse(until ?? '')).toBe(Math.floor(key.notAfter.getTime() / 1000) * 1000);

  await set({ metadataCacheHours: 6, metadataValidDays: 7 });
  const [hours, days] = await said();
  expect(hours).toBe('PT21600S');
  expect(Math.round((Date.parse(days ?? '') - Date.now()) / 86_400_000)).toBe(7);

  await db.idpKey.update({ where: { id: key.id }, data: { notAfter: new Date('2026-01-01') } });
  expect((await said())[1], 'past its certificates it does not say').toBeNull();
});

test.each([
  ['a class that is no URI', { authnContextClass: 'two words' }, 'settings.authnContextClass'],
  ['too much skew', { requestSkewMinutes: 60 }, 'settings.requestSkewMinutes'],
  [
    'a class that is mapped twice',
    {
      authnContextMapping: [
        { requested: 'urn:a', satisfiedBy: 'password' },
        { requested: 'urn:a', satisfiedBy: 'upstream' },
      ],
    },
    'settings.authnContextMapping.1.requested',
  ],
] as const)('%s is refused at its field', (_what, settings, field) => {
  const { error } = updateSsoSchema.safeParse({ applicationId: application.id, version: 1, settings });
  expect(error?.issues[0]?.path.join('.')).toBe(field);
});

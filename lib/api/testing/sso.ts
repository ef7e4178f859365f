import { generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import samlify from 'samlify';
import { expect } from 'vitest';
import { createApplication } from '@/lib/applications/testing/create-application';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { encodeSelfSigned } from '@/lib/crypto/self-signed-der';
import { db } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { nameIdFormats } from '@/lib/saml/schema';
import { activateSso, deactivateSso } from '@/lib/sso/activate-sso';
import { announceIdpKey } from '@/lib/sso/announce-idp-key';
import { getIdpMetadata, getSsoTab, type SsoTab } from '@/lib/sso/queries';
import { setSpMetadataSource } from '@/lib/sso/sp-metadata/set-source';
import { switchIdpKey } from '@/lib/sso/switch-idp-key';
import { bookmark, withBody } from './applications';
import { type Case, type Sent, unique, type World } from './world';

/** An Egnyte as it was just created: its SUBDOMAIN is known, SSO is not configured. */
export async function fresh(placeholders: Record<string, string> = { SUBDOMAIN: 'acmeusw' }): Promise<Sent> {
  const displayLabel = unique('Egnyte');
  const { id } = await createApplication(systemActor, { templateId: 'egnyte', displayLabel, placeholders });
  return { params: { application: id } };
}

/** The same, with a certificate announced. */
async function announced(): Promise<Sent> {
  const sent = await fresh();
  await announceIdpKey(systemActor, { applicationId: idOf(sent), certificate: '', privateKey: '' });
  return sent;
}

/** Where the sandbox tells its own metadata. */
async function metadataUrl(world: World): Promise<string> {
  return `${(await world.peer()).sandbox.url}/netskope/acme/nsauth/saml2/metadata`;
}

/** An application whose metadata is read at an address, and has something that waits. */
async function withSource(world: World): Promise<Sent> {
  const sent = await fresh();
  await setSpMetadataSource(systemActor, {
    ...{ applicationId: idOf(sent), url: await metadataUrl(world), entityId: '', certificate: '' },
  });
  return sent;
}

async function held(world: World): Promise<Sent> {
  const sent = await withSource(world);
  return { ...sent, body: { held: (await tabOf(sent)).metadataSource?.held?.id } };
}

const idOf = ({ params }: Sent) => params?.application ?? '';
const statesIn = (tab: unknown) => (tab as SsoTab).idpCertificates.map(({ state }) => state);
const tabOf = (sent: Sent) => getSsoTab(idOf(sent));

let issued: Promise<string> | undefined;
/** A certificate of a service provider; made once. */
async function spCertificate(): Promise<string> {
  issued ??= createSelfSigned({ commonName: 'sp', notBefore: new Date('2026-01-01T00:00:00Z'), years: 5 }).then(
    (pair) => pair.certificate,
  );
  return issued;
}

const weakKeys = generateKeyPairSync('rsa', { modulusLength: 1024 });
/** Well-formed, with a key that is too short to be trusted. */
const weakCertificate = encodeSelfSigned({
  commonName: 'sp',
  serialNumber: Buffer.from([1]),
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2030-01-01T00:00:00Z'),
  ...weakKeys,
}).toString('base64');

const base64 = (pem: string) => new X509Certificate(pem).raw.toString('base64');

async function spMetadata(inside = '', formats: readonly string[] = []): Promise<string> {
  return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sp.example/saml">
<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" WantAssertionsSigned="true" AuthnRequestsSigned="${formats.length > 0}">${inside}
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${base64(await spCertificate())}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
${formats.map((format) => `<md:NameIDFormat>${format}</md:NameIDFormat>`).join('')}
<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0"/>
</md:SPSSODescriptor></md:EntityDescriptor>`;
}

const entities = Array.from({ length: 30 }, (_, level) => `<!ENTITY e${level + 1} "&e${level};&e${level};">`).join('');
/** XML that must be told apart from metadata without harm: name, text. */
const hostile: [name: string, xml: string][] = [
  ['no XML', 'entityID: https://sp.example'],
  ['cut off', '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:SPSSO'],
  ['an entity bomb', `<!DOCTYPE x [<!ENTITY e0 "boom">${entities}]><x>&e30;</x>`],
  ['an outside entity', '<!DOCTYPE x [<!ENTITY passwd SYSTEM "file:///etc/passwd">]><x>&passwd;</x>'],
  ['an entity of its own', '<x>&secret;</x>'],
  ['deeply nested', '<x>'.repeat(5000) + '</x>'.repeat(5000)],
  ['many elements', `<x>${'<y/>'.repeat(6000)}</x>`],
  ['many attributes', `<x ${Array.from({ length: 500 }, (_, index) => `a${index}=""`).join(' ')}/>`],
  ['tags that never close', '<'.repeat(500_000)],
  ['huge', 'x'.repeat(1_048_577)],
  ['empty', ''],
  ['another root', '<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>'],
  [
    'of an IdP',
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="a"><IDPSSODescriptor/></EntityDescriptor>',
  ],
];
const of = (entityId: string, attributes = '') =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}" ${attributes}><SPSSODescriptor><AssertionConsumerService ` +
  `Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example/acs" index="0"/></SPSSODescriptor></EntityDescriptor>`;
const several = `<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">${of('https://a.example')}${of('https://b.example')}</EntitiesDescriptor>`;
const refusedXml = [
  ...[
    ...hostile,
    ['expired', of('https://sp.example', 'validUntil="2026-01-01T00:00:00Z"')],
    ['an entity ID with a space', of('https://sp.example/a b')],
  ].map(([name = '', xml]) => ({ name, change: withBody({ xml }), field: 'xml' })),
  { name: 'several', change: withBody({ xml: several }), field: 'entityId' },
  { name: 'no base64', change: withBody({ xml: '<x/>', encoding: 'base64' }), field: 'xml' },
  { name: 'half of UTF-16', change: withBody({ xml: '//48', encoding: 'base64' }), field: 'xml' },
  { name: 'another encoding', change: withBody({ encoding: 'utf-16' }), field: 'encoding' },
];
const noSso = {
  change: (sent: Sent) => ({ ...sent, params: { application: 'a-bookmark-without-sso' } }),
  code: 'not_found',
};

/** A bookmark has no SSO: not found, not a mistake of the server. */
async function expectNoneOfBookmark(world: World, path: string): Promise<void> {
  const { slug } = await bookmark();
  const answer = await world.send('GET', `/applications/${slug}/${path}`, { token: await world.token('helpdesk') });
  expect(answer.status).toBe(404);
}

export const ssoCases: Record<string, Case> = {
  getSso: {
    valid: () => fresh({}),
    after: async (answer, sent, world) => {
      expect(answer).toMatchObject({
        version: 1,
        ssoStatus: 'not_configured',
        problems: [{ code: 'unresolved_placeholder', field: 'placeholders.SUBDOMAIN' }],
      });
      const { idpCertificate, addresses } = answer as SsoTab;
      const key = await db.idpKey.findFirstOrThrow({ where: { applicationId: idOf(sent) } });
      expect(new X509Certificate(idpCertificate.certificate).fingerprint256).toBe(key.fingerprint);
      expect(addresses.metadataUrl).toMatch(/^http:\/\/localhost:3000\/saml2\/egnyte-.*\/metadata$/);
      expect(JSON.stringify(answer)).not.toContain('rivateKey');
      await expectNoneOfBookmark(world, 'sso');
    },
  },
  updateSso: {
    valid: async () => ({
      ...(await fresh({})),
      body: {
        placeholders: { SUBDOMAIN: 'acmeusw' },
        settings: { sessionMinutes: 60, requireSignedRequests: true },
        spCertificates: [await spCertificate()],
      },
    }),
    invalid: [
      noSso,
      { change: withBody({ settings: { sessionMinutes: 1 } }), field: 'settings.sessionMinutes' },
      { change: withBody({ settings: { sessionMinuets: 60 } }), field: 'settings' },
      { change: withBody({ settings: { legacyNameId: true } }), field: 'settings.legacyNameId' },
      {
        change: withBody({
          placeholders: { SUBDOMAIN: 'acmeusw' },
          settings: {
            nameIdFormat: nameIdFormats.emailAddress,
            nameIdSource: { kind: 'property', source: 'firstname' },
          },
          activation: 'activate',
        }),
        field: 'settings.nameIdSource.source',
      },
      { change: withBody({ settings: null }), field: 'settings' },
      {
        change: withBody({ settings: { acsUrls: [{ url: 'https://sp.example' }] } }),
        field: 'settings.acsUrls.0.index',
      },
      { change: withBody({ placeholders: { SUBDOMAIN: 'not a subdomain' } }), field: 'placeholders.SUBDOMAIN' },
      { change: withBody({ placeholders: { TENANT: 'x' } }), field: 'placeholders.TENANT' },
      { change: withBody({ spCertificates: ['no certificate'] }), field: 'spCertificates.0' },
      { change: withBody({ spCertificates: [weakCertificate] }), field: 'spCertificates.0' },
      { change: withBody({ settings: { spEntityId: 'https://sp.example/a b' } }), field: 'settings.spEntityId' },
      { change: withBody({ settings: { audience: 'two words' } }), field: 'settings.audience' },
      { change: withBody({ settings: { loginUrl: 'javascript:alert(1)' } }), field: 'settings.loginUrl' },
      { change: withBody({ settings: { loginUrl: 'https://sp.example/{SUBDOMAIN} x' } }), field: 'settings.loginUrl' },
      ...[
        'javascript:alert(1)',
        'data:text/html,x',
        '{SUBDOMAIN}:alert(1)',
        '//sp.example/acs',
        'https://u:p@sp.example',
      ].map((url) => ({
        name: `an ACS at ${url}`,
        change: withBody({ settings: { acsUrls: [{ url, index: 0, isDefault: true }] } }),
        field: 'settings.acsUrls.0.url',
      })),
      { change: withBody({ activation: 'on' }), field: 'activation' },
      {
        change: withBody({ placeholders: {}, activation: 'activate' }),
        code: 'unresolved_placeholder',
        field: 'placeholders.SUBDOMAIN',
      },
      {
        change: withBody({ spCertificates: [], activation: 'activate' }),
        field: 'spCertificates',
      },
    ],
    after: async (answer, sent) => {
      expect(answer).toMatchObject({ version: 2, ssoStatus: 'active', problems: [], settings: { sessionMinutes: 60 } });
      const tab = await tabOf(sent);
      expect(tab.settings).toMatchObject({ sessionMinutes: 60, requireSignedRequests: true, idpInitiated: true });
      expect(tab.settings.attributeStatements, 'what was not sent stays').toHaveLength(3);
      expect(tab.placeholders).toEqual({ SUBDOMAIN: 'acmeusw' });
      expect(tab.spCertificates).toHaveLength(1);
    },
  },
  applySpMetadata: {
    valid: async () => ({ ...(await fresh()), body: { xml: await spMetadata('', [nameIdFormats.persistent]) } }),
    invalid: [noSso, ...refusedXml, { change: withBody({ xml: null }), field: 'xml' }],
    after: async (answer, sent) => {
      const applied = { version: 2, ssoStatus: 'active', settings: { spEntityId: 'https://sp.example/saml' } };
      expect(answer).toMatchObject(applied);
      const tab = await tabOf(sent);
      expect(tab.settings).toMatchObject({
        spEntityId: 'https://sp.example/saml',
        acsUrls: [{ url: 'https://sp.example/acs', index: 0, isDefault: true }],
        signAssertion: true,
        requireSignedRequests: true,
        nameIdFormat: nameIdFormats.persistent,
        loginUrl: expect.stringContaining('{SUBDOMAIN}'),
      });
      expect(tab.placeholders, 'what metadata does not say stays').toEqual({ SUBDOMAIN: 'acmeusw' });
      expect(tab.spCertificates.map((row) => base64(row.certificate))).toEqual([base64(await spCertificate())]);
    },
  },
  setSpMetadataSource: {
    valid: async (world) => ({ ...(await fresh()), body: { url: await metadataUrl(world) } }),
    invalid: [
      { change: withBody({ url: '' }), field: 'url' },
      { change: withBody({ url: 'https://10.0.0.1/metadata' }), code: 'target_not_allowed', field: 'url' },
      { change: withBody({ certificate: 'no certificate' }), field: 'certificate' },
    ],
    after: async (answer, sent) => {
      const { metadataSource: source, settings } = answer as SsoTab;
      expect(source).toMatchObject({ failure: null, held: { differences: expect.any(Array) } });
      expect(source?.held?.differences.map(({ field }) => field)).toContain('spEntityId');
      expect((await tabOf(sent)).settings, 'nothing of it is applied').toEqual(settings);
    },
  },
  removeSpMetadataSource: {
    valid: withSource,
    invalid: [noSso],
    after: (answer) => expect((answer as SsoTab).metadataSource).toBeNull(),
  },
  refreshSpMetadata: {
    valid: withSource,
    invalid: [noSso],
    after: (answer) => expect((answer as SsoTab).metadataSource).toMatchObject({ failingSince: null }),
  },
  applyHeldMetadata: {
    valid: held,
    invalid: [noSso, { change: withBody({ held: 'something else' }), code: 'conflict' }],
    after: (answer) => {
      expect((answer as SsoTab).settings.spEntityId).toContain('/netskope/acme');
      expect((answer as SsoTab).metadataSource?.held).toBeNull();
    },
  },
  rejectHeldMetadata: {
    valid: held,
    invalid: [noSso, { change: withBody({ held: 'something else' }), code: 'conflict' }],
    after: (answer) => {
      expect((answer as SsoTab).settings.spEntityId).toContain('{SUBDOMAIN}');
      expect((answer as SsoTab).metadataSource?.held).toBeNull();
    },
  },
  activateSso: {
    valid: () => fresh(),
    invalid: [noSso],
    after: async (_answer, sent, world) => {
      expect((await tabOf(sent)).ssoStatus).toBe('active');
      const token = await world.token('administrator');
      const again = await world.send('POST', `/applications/${idOf(sent)}/sso/activate`, { token });
      expect(again).toMatchObject({ status: 422, body: { code: 'already_active' } });
      const incomplete = await world.send('POST', `/applications/${idOf(await fresh({}))}/sso/activate`, { token });
      expect(incomplete.body).toMatchObject({ code: 'unresolved_placeholder', field: 'placeholders.SUBDOMAIN' });
    },
  },
  deactivateSso: {
    valid: async () => {
      const sent = await fresh();
      await activateSso(systemActor, { applicationId: idOf(sent) });
      return sent;
    },
    invalid: [noSso],
    after: async (_answer, sent) => {
      expect((await tabOf(sent)).ssoStatus).toBe('inactive');
      await expect(deactivateSso(systemActor, { applicationId: idOf(sent) })).rejects.toMatchObject({
        code: 'not_active',
      });
    },
  },
  announceIdpKey: {
    valid: () => fresh(),
    invalid: [
      noSso,
      { change: withBody({ certificate: 'no certificate', privateKey: 'no key' }), field: 'certificate' },
      { change: withBody({ privateKey: '-----BEGIN PRIVATE KEY-----' }), field: 'certificate' },
    ],
    after: async (answer, sent, world) => {
      expect(statesIn(answer)).toEqual(['current', 'next']);
      expect(JSON.stringify(answer)).not.toMatch(/rivateKey|PRIVATE/);
      const metadata = await getIdpMetadata(idOf(sent));
      expect(metadata.match(/X509Certificate>[^<]/g)).toHaveLength(2);
      const token = await world.token('administrator');
      const again = await world.send('POST', `/applications/${idOf(sent)}/sso/certificates`, { token, body: {} });
      expect(again.body).toMatchObject({ code: 'conflict' });
    },
  },
  switchIdpKey: {
    valid: announced,
    invalid: [noSso],
    after: async (answer, sent, world) => {
      expect(statesIn(answer)).toEqual(['current', 'retired']);
      const token = await world.token('administrator');
      const again = await world.send('POST', `/applications/${idOf(sent)}/sso/certificates/switch`, { token });
      expect(again.body, 'nothing announced').toMatchObject({ code: 'conflict' });
    },
  },
  revertIdpKey: {
    valid: async () => {
      const sent = await announced();
      await switchIdpKey(systemActor, { applicationId: idOf(sent) });
      return sent;
    },
    invalid: [noSso],
    after: async (answer, sent, world) => {
      expect(statesIn(answer)).toEqual(['current', 'next']);
      const token = await world.token('administrator');
      const again = await world.send('POST', `/applications/${idOf(sent)}/sso/certificates/revert`, { token });
      expect(again.body, 'nothing to go back to').toMatchObject({ code: 'conflict' });
    },
  },
  discardIdpKey: {
    valid: async () => {
      const sent = await announced();
      const key = (await tabOf(sent)).idpCertificates.find(({ state }) => state === 'next');
      return { params: { ...sent.params, keyId: key?.id ?? '' } };
    },
    invalid: [{ change: (sent) => ({ ...sent, params: { ...sent.params, keyId: randomUUID() } }), code: 'not_found' }],
    after: async (answer, sent, world) => {
      expect(statesIn(answer)).toEqual(['current']);
      const [current] = (answer as SsoTab).idpCertificates;
      const token = await world.token('administrator');
      const path = `/applications/${idOf(sent)}/sso/certificates/${current?.id}`;
      expect((await world.send('DELETE', path, { token })).body, 'it signs').toMatchObject({ code: 'conflict' });
    },
  },
  getIdpMetadata: {
    valid: () => fresh(),
    after: async (answer, sent, world) => {
      const { addresses, idpCertificate } = await tabOf(sent);
      const read = samlify.IdPMetadata(answer as string);
      expect(read.getEntityID()).toBe(addresses.idpUrl);
      expect(read.getX509Certificate('signing')).toBe(base64(idpCertificate.certificate));
      await expectNoneOfBookmark(world, 'sso/metadata');
    },
  },
  getIdpCertificate: {
    valid: () => fresh(),
    after: async (answer, sent, world) => {
      expect(answer).toBe((await tabOf(sent)).idpCertificate.certificate);
      expect(new X509Certificate(answer as string).subject).toContain('Egnyte');
      await expectNoneOfBookmark(world, 'sso/certificate');
    },
  },
  readSpMetadata: {
    valid: async () => ({ body: { xml: `\uFEFF${await spMetadata('<!-- of the SP -->')}` } }),
    invalid: refusedXml,
    after: async (answer, _sent, world) => {
      const token = await world.token('administrator');
      const utf16 = {
        xml: Buffer.from(`\uFEFF${several}`, 'utf16le').toString('base64'),
        encoding: 'base64',
        entityId: 'https://b.example',
      };
      const chosen = await world.send('POST', '/sso/read-metadata', { token, body: utf16 });
      expect(chosen.body).toMatchObject({ entityId: 'https://b.example' });
      expect(answer).toEqual({
        entityId: 'https://sp.example/saml',
        acsUrls: [{ url: 'https://sp.example/acs', index: 0, isDefault: true }],
        certificates: [expect.stringContaining('BEGIN CERTIFICATE')],
        wantAssertionsSigned: true,
        authnRequestsSigned: false,
        nameIdFormats: [],
      });
    },
  },
  readSpCertificate: {
    valid: async () => ({ body: { certificate: base64(await spCertificate()) } }),
    invalid: [
      { change: withBody({ certificate: 'none' }), field: 'certificate' },
      { change: withBody({ certificate: '' }), field: 'certificate' },
      { change: withBody({ certificate: weakCertificate }), field: 'certificate' },
      { change: withBody({ certificate: 'A'.repeat(20_000) }), field: 'certificate' },
      {
        change: withBody({ certificate: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }),
        field: 'certificate',
      },
    ],
    after: async (answer) => {
      const { fingerprint256 } = new X509Certificate(await spCertificate());
      expect(answer).toMatchObject({ fingerprint: fingerprint256, subject: expect.stringContaining('CN=sp') });
    },
  },
};

import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { egnyte } from '@/sandbox/profiles/egnyte';
import { netskope } from '@/sandbox/profiles/netskope';
import { metadataOf, samlOf } from '@/sandbox/saml/service-provider';
import { Tenant } from '@/sandbox/store/tenant';
import { createSamlId } from './saml-id';
import {
  attributeNameFormats,
  authnContextClasses,
  nameIdFormats,
  type SignatureAlgorithm,
  statusCodes,
} from './schema';
import { createSigningKey } from './signing-key';
import { schemaComplaints } from './testing/schemas';
import { writeIdpMetadata } from './write-idp-metadata';
import { type ResponseContent, writeErrorResponse, writeResponse } from './write-response';

// Every message that can go out, and the metadata, by the schemas of the standards (lib/saml/testing/xsd).
const now = new Date('2026-05-01T12:00:00.123Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const pair = await createSelfSigned({ commonName: 'idp', notBefore: minutes(-60), years: 1 });
const signing = { key: createSigningKey(pair.privateKey, pair.certificate), algorithm: 'rsa-sha256' as const };
const special = [`&<>"'`, 'a\r\nb\tc', ']]> <!-- c --> <?pi?>', '🔑 漢字', 'adm\0ins', '  ', ''];

const content: ResponseContent = {
  responseId: createSamlId(),
  assertionId: createSamlId(),
  issuer: 'https://latchkey.example/saml2/egnyte?a=1&b="2"',
  destination: `https://sp.example.com/acs?tenant=1&x=%20&y='<z>'`,
  inResponseTo: '_r.1-é',
  audience: 'https://sp.example.com/metadata?a&b',
  nameId: { value: 'ana', format: nameIdFormats.unspecified },
  attributes: [],
  issueInstant: now,
  notBefore: minutes(-5),
  notOnOrAfter: minutes(5),
  authnInstant: minutes(-30),
  authnContextClass: authnContextClasses.passwordProtectedTransport,
  sessionIndex: createSamlId(),
  sessionNotOnOrAfter: minutes(480),
  signAssertion: true,
  signResponse: false,
  signing,
};
const complaintsAbout = (changes: Partial<ResponseContent>) =>
  schemaComplaints(writeResponse({ ...content, ...changes }));

test('the schemas do refuse: a misplaced signature, an ID that is none, an attribute of nobody', () => {
  const xml = writeResponse({ ...content, signResponse: true });
  expect(schemaComplaints(xml)).toEqual([]);
  const [, signature = ''] = /(<ds:Signature .*?<\/ds:Signature>)<samlp:Status>/.exec(xml) ?? [];
  expect(
    schemaComplaints(xml.replace(signature, '').replace('</samlp:Response>', `${signature}</samlp:Response>`)),
  ).toEqual([expect.stringContaining('This element is not expected')]);
  expect(schemaComplaints(xml.replace(content.responseId, '1'))).toEqual([expect.stringContaining('xs:ID')]);
  expect(schemaComplaints(xml.replace('<samlp:Response ', '<samlp:Response Colour="red" '))).toEqual([
    expect.stringContaining("'Colour' is not allowed"),
  ]);
});

describe('a response', () => {
  const signatures = [
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  test.each(
    (['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] satisfies SignatureAlgorithm[]).flatMap((algorithm) =>
      signatures.map(([assertion, response]) => [algorithm, assertion, response] as const),
    ),
  )('signed by %s, the assertion: %s, itself: %s', (algorithm, signAssertion, signResponse) => {
    expect(complaintsAbout({ signAssertion, signResponse, signing: { ...signing, algorithm } })).toEqual([]);
  });

  test.each(Object.entries(nameIdFormats))(
    'with a NameID of the format %s, with qualifiers and without',
    (_name, format) => {
      for (const value of special.filter((text) => !text.includes('\0'))) {
        expect(complaintsAbout({ nameId: { value, format } })).toEqual([]);
        expect(
          complaintsAbout({ nameId: { value, format, nameQualifier: 'https://i', spNameQualifier: 's"&' } }),
        ).toEqual([]);
      }
    },
  );

  test.each(Object.entries(attributeNameFormats))(
    'with attributes of the name format %s, whatever they hold',
    (_name, nameFormat) => {
      const attributes = [
        { name: 'one', nameFormat, values: ['1'] },
        { name: `urn:"q"&<\r\n\t`, friendlyName: `f'"&<>`, nameFormat, values: special },
        { name: 'none', nameFormat, values: [] },
      ];
      expect(complaintsAbout({ attributes })).toEqual([]);
      expect(complaintsAbout({ attributes, valueTypes: true })).toEqual([]);
      expect(complaintsAbout({ attributes: attributes.slice(2) })).toEqual([]);
    },
  );

  test.each(Object.values(authnContextClasses))('that states %s', (authnContextClass) => {
    expect(complaintsAbout({ authnContextClass })).toEqual([]);
  });

  test('that the IdP starts, and one for a single use', () => {
    expect(complaintsAbout({ inResponseTo: undefined })).toEqual([]);
    expect(complaintsAbout({ oneTimeUse: true })).toEqual([]);
  });

  test.each(Object.values(statusCodes))('that refuses with %s, signed and not', (subcode) => {
    const { responseId, issuer, destination, inResponseTo, issueInstant } = content;
    const refusal = { responseId, issuer, destination, issueInstant };
    const status = { code: statusCodes.responder, subcode, message: `Not <you> & "her"\n` };
    expect(schemaComplaints(writeErrorResponse({ ...refusal, inResponseTo, status, signing }))).toEqual([]);
    expect(schemaComplaints(writeErrorResponse({ ...refusal, status }))).toEqual([]);
    expect(schemaComplaints(writeErrorResponse({ ...refusal, status: { code: statusCodes.requester } }))).toEqual([]);
  });
});

test.each([
  ['one certificate', {}],
  ['two certificates', { certificates: [pair.certificate, pair.certificate] }],
  ['an end', { validUntil: minutes(600), cacheSeconds: 60 }],
  ['signed requests', { wantAuthnRequestsSigned: true }],
  ['no formats', { nameIdFormats: [] }],
  ['single logout', { logoutUrl: 'https://latchkey.example/saml2/egnyte/logout?a&b' }],
])('IdP metadata with %s', (_what, changes) => {
  const xml = writeIdpMetadata({
    entityId: content.issuer,
    ssoUrl: 'https://latchkey.example/saml2/egnyte',
    certificates: [pair.certificate],
    nameIdFormats: Object.values(nameIdFormats),
    wantAuthnRequestsSigned: false,
    ...changes,
  });
  expect(schemaComplaints(xml)).toEqual([]);
});

describe.each([
  ['egnyte', egnyte],
  ['netskope', netskope],
])('the sandbox, as %s', (_name, profile) => {
  const origin = 'http://localhost:4000';
  const tenant = new Tenant(profile, 'acme');
  Object.assign(tenant.sso, {
    loginUrl: 'https://idp.example/sso',
    entityId: 'https://idp.example',
    logoutUrl: 'https://idp.example/slo',
    certificate: pair.certificate,
  });
  const messageIn = (url: string) => {
    const query = new URL(url).searchParams;
    return inflateRawSync(
      Buffer.from(query.get('SAMLRequest') ?? query.get('SAMLResponse') ?? '', 'base64'),
    ).toString();
  };

  test.each([{}, { forceAuthn: true }, { passive: true }, { sign: true }])('asks by redirect: %j', async (use) => {
    const saml = await samlOf(tenant, origin, use);
    const xml = messageIn(await saml.getAuthorizeUrlAsync('/app', undefined, {}));
    expect(xml).toContain('AuthnRequest');
    expect(schemaComplaints(xml)).toEqual([]);
  });

  test.each([{}, { sign: true }])('asks by POST: %j', async (use) => {
    const saml = await samlOf(tenant, origin, { ...use, post: true });
    const [, request = ''] = /name="SAMLRequest" value="([^"]+)"/.exec(await saml.getAuthorizeFormAsync('/app')) ?? [];
    const xml = Buffer.from(request, 'base64').toString();
    expect(xml).toContain('AuthnRequest');
    expect(schemaComplaints(xml)).toEqual([]);
  });

  test('logs out, and answers who does', async () => {
    const saml = await samlOf(tenant, origin, { sign: true });
    const user = { issuer: 'i', nameID: 'ana', nameIDFormat: nameIdFormats.unspecified, sessionIndex: '_s', ID: '_l' };
    expect(schemaComplaints(messageIn(await saml.getLogoutUrlAsync(user, '', {})))).toEqual([]);
    expect(schemaComplaints(messageIn(await saml.getLogoutResponseUrlAsync(user, '', {}, true)))).toEqual([]);
  });

  test('describes itself', async () => {
    expect(schemaComplaints(await metadataOf(tenant, origin))).toEqual([]);
  });
});

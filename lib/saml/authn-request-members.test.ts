import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAuthnRequest } from './read-authn-request';
import { schemaComplaints } from './testing/schemas';
import { authnRequestXml } from './testing/support';
import { parseXml } from './xml/parse';
import { messageLimits } from './xml/scan';

// Every attribute and element of an AuthnRequest (SAML Core 3.2.1 and 3.4.1), legal and not, and what becomes of it.
const bare = { id: '_r1', issuer: 'https://sp.example.com', forceAuthn: false, isPassive: false };
const read = (xml: string) => {
  const { issueInstant: _, ...request } = readAuthnRequest(parseXml(xml, messageLimits));
  return request;
};
const withAttribute = (text: string) => authnRequestXml({ attributes: text });
const withChild = (text: string) => authnRequestXml({ children: text });
const subject = (inner: string) => withChild(`<saml:Subject>${inner}</saml:Subject>`);
const confirmation = '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>';
const encrypted =
  '<saml:EncryptedID><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"><x:CipherData><x:CipherValue>AA==</x:CipherValue></x:CipherData></x:EncryptedData></saml:EncryptedID>';

/** By member of the schema: what is accepted, with what is read of it (undefined: nothing, it is of no consequence). */
const accepted: Record<string, [xml: string, read: object][]> = {
  ID: [[authnRequestXml({ id: '_é.1-·' }), { id: '_é.1-·' }]],
  Version: [[authnRequestXml({}), {}]],
  IssueInstant: [[authnRequestXml({}), {}]],
  Destination: [[authnRequestXml({ destination: 'https://idp/' }), { destination: 'https://idp/' }]],
  Consent: [[withAttribute('Consent="urn:oasis:names:tc:SAML:2.0:consent:obtained"'), {}]],
  ForceAuthn: [
    [withAttribute('ForceAuthn="true"'), { forceAuthn: true }],
    [withAttribute('ForceAuthn=" 1 "'), { forceAuthn: true }],
    [withAttribute('ForceAuthn="0"'), {}],
  ],
  IsPassive: [
    [withAttribute('IsPassive="1"'), { isPassive: true }],
    [withAttribute('IsPassive="false"'), {}],
  ],
  ProtocolBinding: [[withAttribute('ProtocolBinding="urn:b"'), { protocolBinding: 'urn:b' }]],
  AssertionConsumerServiceURL: [[withAttribute('AssertionConsumerServiceURL="https://a"'), { acsUrl: 'https://a' }]],
  AssertionConsumerServiceIndex: [[withAttribute('AssertionConsumerServiceIndex="0"'), { acsIndex: 0 }]],
  AttributeConsumingServiceIndex: [[withAttribute('AttributeConsumingServiceIndex="65535"'), {}]],
  ProviderName: [[withAttribute('ProviderName="Somebody &lt;b&gt;"'), {}]],
  Issuer: [
    [authnRequestXml({ issuer: 'urn:x' }), { issuer: 'urn:x' }],
    [
      authnRequestXml({}).replace(
        '<saml:Issuer',
        '<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"',
      ),
      {},
    ],
    [
      authnRequestXml({}).replace(
        '<saml:Issuer',
        '<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"',
      ),
      {},
    ],
  ],
  Extensions: [[withChild('<samlp:Extensions><x:y xmlns:x="urn:x" Subject="ben"/></samlp:Extensions>'), {}]],
  Subject: [
    [subject('<saml:NameID>ana</saml:NameID>'), { subject: { value: 'ana' } }],
    [
      subject(
        '<saml:NameID Format="urn:f" NameQualifier="i" SPNameQualifier="s" SPProvidedID="p"> ana\n</saml:NameID>',
      ),
      { subject: { value: 'ana', format: 'urn:f', nameQualifier: 'i', spNameQualifier: 's', spProvidedId: 'p' } },
    ],
    [
      subject(`<saml:NameID>ana</saml:NameID>${confirmation}`),
      { subject: { value: 'ana' }, unsupported: [expect.stringContaining('SubjectConfirmation')] },
    ],
    [subject(confirmation), { unsupported: [expect.stringContaining('SubjectConfirmation')] }],
    [subject(encrypted), { unsupported: [expect.stringContaining('EncryptedID')] }],
  ],
  NameIDPolicy: [
    [withChild('<samlp:NameIDPolicy/>'), { nameIdPolicy: { allowCreate: false } }],
    [
      withChild('<samlp:NameIDPolicy Format="urn:f" SPNameQualifier="s" AllowCreate="1"/>'),
      { nameIdPolicy: { format: 'urn:f', spNameQualifier: 's', allowCreate: true } },
    ],
  ],
  Conditions: [
    [withChild('<saml:Conditions/>'), { conditions: { audiences: [], oneTimeUse: false } }],
    [
      withChild(
        '<saml:Conditions NotBefore="2026-05-01T12:00:00" NotOnOrAfter="2026-05-01T13:00:00+01:00"><saml:OneTimeUse/>' +
          '<saml:AudienceRestriction><saml:Audience>a</saml:Audience><saml:Audience>b</saml:Audience></saml:AudienceRestriction>' +
          '<saml:AudienceRestriction><saml:Audience>a</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
      ),
      {
        conditions: {
          notBefore: '2026-05-01T12:00:00.000Z',
          notOnOrAfter: '2026-05-01T12:00:00.000Z',
          audiences: [['a', 'b'], ['a']],
          oneTimeUse: true,
        },
      },
    ],
    [
      withChild('<saml:Conditions><saml:ProxyRestriction Count="1"/></saml:Conditions>'),
      { conditions: expect.anything(), unsupported: [expect.stringContaining('ProxyRestriction')] },
    ],
  ],
  RequestedAuthnContext: [
    [
      withChild(
        '<samlp:RequestedAuthnContext><saml:AuthnContextDeclRef>d</saml:AuthnContextDeclRef></samlp:RequestedAuthnContext>',
      ),
      { requestedAuthnContext: { comparison: 'exact', classes: [], declarations: ['d'] } },
    ],
  ],
  Scoping: [
    [withChild('<samlp:Scoping ProxyCount="0"/>'), {}],
    [withChild('<samlp:Scoping><samlp:RequesterID>urn:behind</samlp:RequesterID></samlp:Scoping>'), {}],
    [
      withChild(
        '<samlp:Scoping ProxyCount="3"><samlp:IDPList><samlp:IDPEntry ProviderID="a" Name="A" Loc="https://a"/>' +
          '<samlp:IDPEntry ProviderID="b"/><samlp:GetComplete>http://169.254.169.254/</samlp:GetComplete></samlp:IDPList></samlp:Scoping>',
      ),
      { acceptableIdps: ['a', 'b'] },
    ],
  ],
};

/** By member: what no schema or profile allows. */
const refused: Record<string, string[]> = {
  ID: [authnRequestXml({ id: '_ª' }), authnRequestXml({ id: 'a:b' }), authnRequestXml({ id: '' })],
  ForceAuthn: [withAttribute('ForceAuthn="yes"'), withAttribute('forceAuthn="true"')],
  IsPassive: [withAttribute('IsPasive="true"'), withAttribute('IsPassive=""')],
  AttributeConsumingServiceIndex: [withAttribute('AttributeConsumingServiceIndex="65536"')],
  AssertionConsumerServiceIndex: [withAttribute('AssertionConsumerServiceIndex="-1"')],
  Issuer: [
    authnRequestXml({}).replace(
      '<saml:Issuer',
      '<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"',
    ),
  ],
  Extensions: [withChild('<samlp:Extensions><x xmlns="urn:x"/></samlp:Extensions>'.repeat(2))],
  Subject: [
    subject(''),
    subject('<saml:NameID/>'),
    subject('<saml:NameID>ana</saml:NameID><saml:NameID>ben</saml:NameID>'),
    subject('<saml:NameID>ana</saml:NameID>').replace('</saml:Subject>', `${encrypted}</saml:Subject>`),
    subject('<saml:NameID><b xmlns="">ana</b></saml:NameID>'),
    subject('<saml:NameID format="urn:f">ana</saml:NameID>'),
    subject('<samlp:NameID>ana</samlp:NameID>'),
    withChild('<saml:Subject><saml:NameID>ana</saml:NameID></saml:Subject>'.repeat(2)),
    withChild('<samlp:Subject><saml:NameID>ana</saml:NameID></samlp:Subject>'),
    withChild('<Subject><NameID>ana</NameID></Subject>'),
    subject(`<saml:NameID>${'a'.repeat(1025)}</saml:NameID>`),
  ],
  NameIDPolicy: [
    withChild('<samlp:NameIDPolicy/><samlp:NameIDPolicy/>'),
    withChild('<samlp:NameIDPolicy AllowCreate="yes"/>'),
    withChild('<samlp:NameIDPolicy format="urn:f"/>'),
    withChild('<saml:NameIDPolicy/>'),
  ],
  Conditions: [
    withChild('<saml:Conditions NotBefore="now"/>'),
    withChild('<saml:Conditions><saml:AudienceRestriction/></saml:Conditions>'),
    withChild('<saml:Conditions><saml:OneTimeUse/><saml:OneTimeUse/></saml:Conditions>'),
    withChild('<saml:Conditions><x xmlns="urn:x"/></saml:Conditions>'),
    withChild('<samlp:Conditions/>'),
  ],
  RequestedAuthnContext: [
    withChild('<samlp:RequestedAuthnContext><saml:AuthnContext>c</saml:AuthnContext></samlp:RequestedAuthnContext>'),
  ],
  Scoping: [
    withChild('<samlp:Scoping ProxyCount="-1"/>'),
    withChild('<samlp:Scoping><samlp:IDPList/></samlp:Scoping>'),
    withChild('<samlp:Scoping><samlp:IDPList><samlp:IDPEntry Name="a"/></samlp:IDPList></samlp:Scoping>'),
    withChild('<samlp:Scoping><samlp:IdPList/></samlp:Scoping>'),
  ],
};

/** The members that the schema gives an AuthnRequest. */
function membersOfSchema(): string[] {
  const schema = readFileSync(join(import.meta.dirname, 'testing/xsd/saml-schema-protocol-2.0.xsd'), 'utf8');
  const types = ['RequestAbstractType', 'AuthnRequestType'].map(
    (name) => new RegExp(`<complexType name="${name}"[\\s\\S]*?</complexType>`).exec(schema)?.[0] ?? '',
  );
  return types.flatMap((type) =>
    [...type.matchAll(/<(?:attribute name|element ref)="(?:\w+:)?(\w+)"/g)].map((found) => found[1] ?? ''),
  );
}

test('no member of the schema is left out here', () => {
  // Signatures: receive-post.test.ts.
  expect([...Object.keys(accepted), 'Signature'].sort()).toEqual(membersOfSchema().sort());
});

describe.each(Object.entries(accepted))('%s', (_member, cases) => {
  test.each(cases)('is read, case %#', (xml, expected) => {
    expect(schemaComplaints(xml)).toEqual([]);
    expect(read(xml)).toEqual({ ...bare, ...expected });
  });
});

describe.each(Object.entries(refused))('%s', (_member, cases) => {
  test.each(cases)('is refused, case %#', (xml) => {
    expect(() => read(xml)).toThrow(expect.objectContaining({ code: 'malformed_request' }));
  });
});

test('a subject named in a way that only others know is not served', () => {
  const type = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x:y" xmlns:x="urn:x"';
  expect(read(subject(`<saml:BaseID ${type}/>`)).unsupported).toEqual([expect.stringContaining('BaseID')]);
});

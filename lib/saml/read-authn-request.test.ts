import { describe, expect, test } from 'vitest';
import { type AuthnRequest, readAuthnRequest } from './read-authn-request';
import { authnRequestXml } from './testing/support';
import { parseXml } from './xml/parse';
import { messageLimits } from './xml/scan';

const issueInstant = new Date('2026-05-01T12:00:00.500Z');

function read(
  changes: Parameters<typeof authnRequestXml>[0],
  edit: (xml: string) => string = (xml) => xml,
): AuthnRequest {
  return readAuthnRequest(parseXml(edit(authnRequestXml({ issueInstant, ...changes })), messageLimits));
}
const refused = expect.objectContaining({ name: 'SamlError', code: 'malformed_request' });

test('everything that a request can ask for is read', () => {
  expect(
    read({
      id: '_a.b-c',
      issuer: '\n  https://egnyte.example/us-west  ',
      destination: 'https://idp.example/sso?a=1&amp;b=2',
      attributes:
        'ForceAuthn="1" IsPassive="true" AssertionConsumerServiceIndex="7" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"',
      children:
        '<samlp:NameIDPolicy Format="urn:f" SPNameQualifier="q" AllowCreate="true"/>' +
        '<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>urn:c1</saml:AuthnContextClassRef>' +
        '<saml:AuthnContextClassRef> urn:c2 </saml:AuthnContextClassRef></samlp:RequestedAuthnContext>',
    }),
  ).toEqual({
    id: '_a.b-c',
    issuer: 'https://egnyte.example/us-west',
    issueInstant,
    destination: 'https://idp.example/sso?a=1&b=2',
    acsIndex: 7,
    protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
    forceAuthn: true,
    isPassive: true,
    nameIdPolicy: { format: 'urn:f', spNameQualifier: 'q', allowCreate: true },
    requestedAuthnContext: { comparison: 'minimum', classes: ['urn:c1', 'urn:c2'], declarations: [] },
  });
});

test('a bare request asks for nothing', () => {
  expect(read({})).toEqual({
    id: '_r1',
    issuer: 'https://sp.example.com',
    issueInstant,
    forceAuthn: false,
    isPassive: false,
  });
});

test('an ACS URL keeps its own query string, octet by octet', () => {
  const acsUrl = 'https://sp.example.com/acs?b=2&a=%20%2f&amp=1';
  const attributes = `AssertionConsumerServiceURL="${acsUrl.replaceAll('&', '&amp;')}"`;
  expect(read({ attributes }).acsUrl).toBe(acsUrl);
});

test.each([
  ['without zone', '2026-05-01T12:00:00', '2026-05-01T12:00:00Z'],
  ['with an offset', '2026-05-01T14:00:00+02:00', '2026-05-01T12:00:00Z'],
  ['with seven digits of a second', '2026-05-01T12:00:00.1234567Z', '2026-05-01T12:00:00.123Z'],
])('an IssueInstant %s is UTC (SAML Core 1.3.3)', (_how, text, instant) => {
  const request = read({}, (xml) => xml.replace(issueInstant.toISOString(), text));
  expect(request.issueInstant).toEqual(new Date(instant));
});

describe('a request that does not follow the schema is refused', () => {
  const replace = (from: string, to: string) => (xml: string) => xml.replace(from, to);
  test.each([
    ['another message', replace('<samlp:AuthnRequest', '<samlp:LogoutRequest')],
    ['another namespace', replace('"urn:oasis:names:tc:SAML:2.0:protocol"', '"urn:oasis:names:tc:SAML:1.0:protocol"')],
    ['no ID', replace('ID="_r1"', '')],
    ['an ID that is not one', replace('_r1', '1&quot;&gt;')],
    ['an endless ID', replace('_r1', `_${'r'.repeat(256)}`)],
    ['no Issuer', replace('<saml:Issuer>https://sp.example.com</saml:Issuer>', '')],
    ['an empty Issuer', replace('https://sp.example.com', ' ')],
    ['two Issuers', replace('<saml:Issuer>', '<saml:Issuer>a</saml:Issuer><saml:Issuer>')],
    ['an Issuer with markup', replace('https://sp', 'https://<b xmlns="">x</b>')],
    ['no IssueInstant', replace('IssueInstant', 'Instant')],
    ['an IssueInstant in prose', replace('2026-05-01T12:00:00.500Z', 'May 1, 2026')],
    ['an IssueInstant that never was', replace('2026-05-01T12:00:00.500Z', '2026-05-32T12:00:00Z')],
    ['ForceAuthn="yes"', replace('Version', 'ForceAuthn="yes" Version')],
    ['an ACS index in words', replace('Version', 'AssertionConsumerServiceIndex="one" Version')],
    ['an ACS index out of range', replace('Version', 'AssertionConsumerServiceIndex="65536" Version')],
    [
      'an ACS URL and an index',
      replace('Version', 'AssertionConsumerServiceIndex="1" AssertionConsumerServiceURL="https://sp/acs" Version'),
    ],
    ['an empty RequestedAuthnContext', replace('</samlp:A', '<samlp:RequestedAuthnContext/></samlp:A')],
    [
      'an unknown Comparison',
      replace(
        '</samlp:A',
        '<samlp:RequestedAuthnContext Comparison="x"><saml:AuthnContextClassRef>c</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:A',
      ),
    ],
  ])('%s', (_what, edit) => {
    const both = (xml: string) =>
      edit(xml).replace(
        '</samlp:AuthnRequest>',
        edit(xml).includes('<samlp:LogoutRequest') ? '</samlp:LogoutRequest>' : '</samlp:AuthnRequest>',
      );
    expect(() => read({}, both)).toThrow(refused);
  });
});

test('another version is refused under its own code', () => {
  expect(() => read({}, (xml) => xml.replace('Version="2.0"', 'Version="1.1"'))).toThrow(
    expect.objectContaining({ code: 'unsupported_version' }),
  );
});

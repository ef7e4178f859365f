import { SAML } from '@node-saml/node-saml';
import { describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { openPost } from './open-post';
import { type MessageParameter, openRedirect } from './open-redirect';
import { acceptLogoutRequest, acceptLogoutResponse } from './receive-logout';
import { nameIdFormats, statusCodes } from './schema';
import { type Outgoing, sendMessage } from './send-message';
import { signElement } from './sign-element';
import { createSigningKey } from './signing-key';
import { logoutRequestXml, logoutResponseXml } from './testing/logout';
import { schemaComplaints } from './testing/schemas';
import {
  postMessage,
  redirectQuery,
  signatureTemplate,
  signQuery,
  signWithNodeSaml,
  signWithXmlsec,
  verifiesWithXmlCrypto,
  verifiesWithXmlsec,
  withoutXmlsec,
} from './testing/support';
import { writeLogoutRequest, writeLogoutResponse } from './write-logout';

const now = new Date();
const destination = 'https://latchkey.example/saml2/egnyte/logout';
const pair = (commonName: string) => createSelfSigned({ commonName, notBefore: now, years: 1 });
const [idp, sp, attacker] = await Promise.all([pair('idp'), pair('sp'), pair('attacker')]);
const expected = { destination, certificates: [sp.certificate], requireSigned: true, now };

describe('what is written', () => {
  const url = 'https://sp.example.com/slo?tenant=1';
  const common = { issuer: 'https://latchkey.example/saml2/egnyte', destination: url, issueInstant: now };
  const signing = { key: createSigningKey(idp.privateKey, idp.certificate), algorithm: 'rsa-sha256' as const };
  const request = writeLogoutRequest({
    ...{ ...common, id: '_q', sessionIndexes: ['_s1', '_s&2'], notOnOrAfter: new Date(now.getTime() + 60_000) },
    nameId: { value: 'a<b>&"c', format: nameIdFormats.persistent, nameQualifier: 'urn:idp', spNameQualifier: 'urn:sp' },
  });
  const status = { code: statusCodes.success, subcode: statusCodes.partialLogout, message: 'Not "all" & everywhere' };
  const response = writeLogoutResponse({ ...common, id: '_p', inResponseTo: '_theirs', status });

  test.each([
    ['LogoutRequest', request],
    ['LogoutResponse', response],
  ] as const)('a %s follows the schema, and two others verify its signature', (name, message) => {
    expect(schemaComplaints(message.head + message.tail)).toEqual([]);
    const signed = signElement(message, signing);
    expect(schemaComplaints(signed)).toEqual([]);
    expect(verifiesWithXmlCrypto(signed, idp.certificate, name)).toBe(true);
    if (!withoutXmlsec) {
      expect(verifiesWithXmlsec(signed, idp.certificate)).toBe(true);
      expect(verifiesWithXmlsec(signed.replace('_s1', '_s3').replace('Not ', 'not '), idp.certificate)).toBe(false);
    }
  });

  test('by redirect and by POST a service provider of another library takes both, names the person and finds the session', async () => {
    const theirs = new SAML({
      ...{ callbackUrl: url, issuer: 'https://sp.example.com', idpCert: idp.certificate, idpIssuer: common.issuer },
      acceptedClockSkewMs: 1_000,
    });
    const sent = sendMessage({ url, binding: 'redirect', relayState: 'x y&z' }, 'SAMLRequest', request, signing);
    expect(sent.url).toMatch(/^https:\/\/sp\.example\.com\/slo\?tenant=1&SAMLRequest=/);
    const fields = Object.fromEntries(new URL(sent.url).searchParams);
    expect(fields.RelayState).toBe('x y&z');
    const query = new URL(sent.url).search.slice(1);
    const read = await theirs.validateRedirectAsync(fields, query);
    expect(read.profile).toMatchObject({ nameID: 'a<b>&"c', sessionIndex: '_s1', ID: '_q' });
    const bent = { ...fields, RelayState: 'other' };
    await expect(theirs.validateRedirectAsync(bent, query.replace('x%20y', 'other'))).rejects.toThrow();

    const posted = sendMessage({ url, binding: 'post' }, 'SAMLRequest', request, signing) as Outgoing & {
      message: string;
    };
    const message = Buffer.from(posted.message).toString('base64');
    const byPost = await theirs.validatePostRequestAsync({ SAMLRequest: message });
    expect(byPost.profile).toMatchObject({ nameID: 'a<b>&"c', sessionIndex: '_s1' });
  });
});

type Kind = 'request' | 'response';
const honest = (kind: Kind, parts: Record<string, unknown> = {}) =>
  kind === 'request'
    ? logoutRequestXml({ destination, issueInstant: now, sessionIndexes: ['_s1'], ...parts })
    : logoutResponseXml({ destination, issueInstant: now, inResponseTo: '_q', ...parts });
const evil = (kind: Kind) =>
  kind === 'request'
    ? honest(kind, { id: '_evil', nameId: '<saml:NameID>victim</saml:NameID>' })
    : honest(kind, { id: '_evil', inResponseTo: '_other' });
const parameterOf = (kind: Kind): MessageParameter => (kind === 'request' ? 'SAMLRequest' : 'SAMLResponse');
const accept = (kind: Kind, opened: ReturnType<typeof openPost>, more = {}) =>
  kind === 'request'
    ? acceptLogoutRequest(opened, { ...expected, ...more })
    : acceptLogoutResponse(opened, { ...expected, ...more });
const byPost = (kind: Kind, xml: string | Buffer, more = {}) =>
  accept(kind, openPost({ message: postMessage(xml) }, { ...expected, ...more }), more);
const byRedirect = (kind: Kind, query: string, more = {}) =>
  accept(kind, openRedirect(query, parameterOf(kind), { ...expected, ...more }), more);
const signedQuery = (kind: Kind, xml = honest(kind), relayState = 'state') =>
  redirectQuery({ xml, relayState, privateKey: sp.privateKey, parameter: parameterOf(kind) });
const refusal = (code: string) => expect.objectContaining({ name: 'SamlError', code });

/** Puts a Signature behind the Issuer and has xmlsec1 fill it in. */
const withSignature = (kind: Kind, signature: string, key: Parameters<typeof signWithXmlsec>[1] = sp) =>
  signWithXmlsec(honest(kind).replace('</saml:Issuer>', `</saml:Issuer>${signature}`), key);
const signatureIn = (xml: string) => /<(?:ds:)?Signature[\s\S]*<\/(?:ds:)?Signature>/.exec(xml)?.[0] ?? '';
/** The evil message with something behind its Issuer. */
const evilWith = (kind: Kind, inside: string) => evil(kind).replace('</saml:Issuer>', `</saml:Issuer>${inside}`);
const sha1 = { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' };
const hmac = { algorithm: 'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256' };

describe.each(['request', 'response'] as const)('a logout %s', (kind) => {
  test('that is signed is read, by POST and by redirect, with RelayState and whatever the order of the query', () => {
    expect(byPost(kind, signWithNodeSaml(honest(kind), sp))).toMatchObject({ id: '_l1', destination });
    const [message = '', relayState = '', ...rest] = signedQuery(kind).split('&');
    expect(byRedirect(kind, [relayState, ...rest, message].join('&'))).toMatchObject({ id: '_l1' });
    expect(openRedirect(signedQuery(kind), parameterOf(kind), expected).relayState).toBe('state');
  });

  const signed = () => signWithNodeSaml(honest(kind), sp);
  const template = (parts: Partial<Parameters<typeof signatureTemplate>[0]>) =>
    withSignature(kind, signatureTemplate({ uri: '#_l1', ...parts }));
  test.each<[string, () => string | Buffer, string]>([
    ['unsigned', () => honest(kind), 'signature_required'],
    ['altered', () => signed().replace('sp.example.com', 'other.example.com'), 'signature_invalid'],
    [
      'signed by somebody else, whose certificate comes along',
      () => signWithNodeSaml(honest(kind), attacker),
      'signature_invalid',
    ],
    [
      'with something in ds:Object',
      () => signed().replace(/<\/((?:ds:)?)Signature>/, (end, prefix) => `<${prefix}Object>x</${prefix}Object>${end}`),
      'signature_malformed',
    ],
    [
      'wrapped in ds:Object',
      () =>
        evilWith(
          kind,
          signatureIn(signed()).replace(
            /<\/((?:ds:)?)Signature>$/,
            (end, prefix) => `<${prefix}Object>${signed()}</${prefix}Object>${end}`,
          ),
        ),
      'signature_malformed',
    ],
    [
      'wrapped in Extensions',
      () =>
        evilWith(
          kind,
          `${signatureIn(signed())}<samlp:Extensions>${signed().replace(signatureIn(signed()), '')}</samlp:Extensions>`,
        ),
      'signature_malformed',
    ],
    [
      'wrapped with its own signature',
      () => evilWith(kind, `<samlp:Extensions>${signed()}</samlp:Extensions>`),
      'signature_malformed',
    ],
    ['inside another root', () => `<x>${signed()}</x>`, 'signature_malformed'],
    [
      'beside a second signature',
      () => signed().replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(signed())}`),
      'signature_malformed',
    ],
    ['with an ID twice', () => signed().replace('<saml:Issuer>', '<saml:Issuer Id="_l1">'), 'signature_malformed'],
    ['with a DOCTYPE', () => `<!DOCTYPE x>${signed()}`, 'malformed_xml'],
    ['with a comment in a name', () => signed().replace('sp.example', 'sp<!-- -->.example'), 'malformed_xml'],
    ['of a control character', () => signed().replace('sp.example', 'sp&#1;.example'), 'malformed_xml'],
    ['that is no UTF-8', () => Buffer.concat([Buffer.from(signed()), Buffer.from([0xff])]), 'malformed_encoding'],
    ['too large', () => signed() + ' '.repeat(70_000), 'too_large'],
  ])('by POST %s is refused', (_what, xml, code) => {
    expect(() => byPost(kind, xml())).toThrow(refusal(code));
  });

  test.skipIf(withoutXmlsec).each<[string, () => string, string]>([
    ['by SHA-1', () => template(sha1), 'algorithm_not_allowed'],
    [
      'by HMAC with the certificate as key',
      () => withSignature(kind, signatureTemplate({ uri: '#_l1', ...hmac }), { hmacKey: sp.certificate }),
      'algorithm_not_allowed',
    ],
    ['with an empty URI', () => template({ uri: '' }), 'signature_malformed'],
    [
      'with XPath',
      () =>
        template({
          transforms: [
            '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>',
            '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>true()</ds:XPath></ds:Transform>',
          ],
        }),
      'algorithm_not_allowed',
    ],
    [
      'with two References',
      () =>
        template({
          references:
            '<ds:Reference URI="#_l1"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>'.repeat(
              2,
            ),
        }),
      'signature_malformed',
    ],
  ])('signed %s is refused', (_what, xml, code) => {
    expect(() => byPost(kind, xml())).toThrow(refusal(code));
  });

  const other: Kind = kind === 'request' ? 'response' : 'request';
  const raw = (parts: string[]) => parts.join('&');
  test.each<[string, () => string, string]>([
    ['unsigned', () => redirectQuery({ xml: honest(kind), parameter: parameterOf(kind) }), 'signature_required'],
    [
      'that says something else than was signed',
      () => signedQuery(kind).replace(/^[^&]+/, redirectQuery({ xml: evil(kind), parameter: parameterOf(kind) })),
      'signature_invalid',
    ],
    [
      'with another RelayState',
      () => signedQuery(kind).replace('RelayState=state', 'RelayState=elsewhere'),
      'signature_invalid',
    ],
    ['whose RelayState was taken away', () => signedQuery(kind).replace('RelayState=state&', ''), 'signature_invalid'],
    [
      'encoded otherwise than signed',
      () => signedQuery(kind).replace('RelayState=state', 'RelayState=%73tate'),
      'signature_invalid',
    ],
    [
      'twice',
      () => raw([signedQuery(kind), redirectQuery({ xml: evil(kind), parameter: parameterOf(kind) })]),
      'parameter_repeated',
    ],
    ['under a disguised name', () => signedQuery(kind).replace('SAMLRe', '%53AMLRe'), 'parameter_repeated'],
    ['without SigAlg', () => signedQuery(kind).replace(/&SigAlg=[^&]+/, ''), 'signature_malformed'],
    [
      'by SHA-1',
      () =>
        redirectQuery({
          xml: honest(kind),
          privateKey: sp.privateKey,
          algorithm: 'rsa-sha1',
          parameter: parameterOf(kind),
        }),
      'algorithm_not_allowed',
    ],
    [
      'by somebody else',
      () => redirectQuery({ xml: honest(kind), privateKey: attacker.privateKey, parameter: parameterOf(kind) }),
      'signature_invalid',
    ],
    [
      'signed as the other kind of message',
      () => signedQuery(other).replace(parameterOf(other), parameterOf(kind)),
      'signature_invalid',
    ],
    [
      'with a signature in the message',
      () => signedQuery(kind, signWithNodeSaml(honest(kind), sp)),
      'signature_malformed',
    ],
    ['of 20 MB, deflated', () => signedQuery(kind, ' '.repeat(20_000_000)), 'too_large'],
    ['that is of the other kind', () => signedQuery(kind, honest(other)), 'malformed_request'],
    [
      'that is no logout',
      () =>
        signedQuery(
          kind,
          honest(kind).replaceAll(`Logout${kind === 'request' ? 'Request' : 'Response'}`, 'AuthnRequest'),
        ),
      'malformed_request',
    ],
    [
      'for another address',
      () => signedQuery(kind, honest(kind, { destination: 'https://latchkey.example/saml2/egnyte' })),
      'destination_mismatch',
    ],
    ['signed for nobody', () => signedQuery(kind, honest(kind, { destination: undefined })), 'destination_missing'],
    [
      'of ten minutes ago',
      () => signedQuery(kind, honest(kind, { issueInstant: new Date(now.getTime() - 600_000) })),
      'request_expired',
    ],
    [
      'of the future',
      () => signedQuery(kind, honest(kind, { issueInstant: new Date(now.getTime() + 600_000) })),
      'request_from_future',
    ],
    [
      'of SAML 1.1',
      () => signedQuery(kind, honest(kind).replace('Version="2.0"', 'Version="1.1"')),
      'unsupported_version',
    ],
    [
      'with what the schema does not know',
      () => signedQuery(kind, honest(kind, { attributes: 'Force="true"' })),
      'malformed_request',
    ],
  ])('by redirect %s is refused', (_what, query, code) => {
    expect(() => byRedirect(kind, query())).toThrow(refusal(code));
  });

  test('that is unsigned is taken where that is allowed, and still refused once its signature is wrong', () => {
    const lax = { requireSigned: false };
    expect(byPost(kind, honest(kind), lax)).toMatchObject({ id: '_l1' });
    expect(() => byPost(kind, signed().replace('sp.example', 'no.example'), lax)).toThrow(refusal('signature_invalid'));
    expect(() =>
      byRedirect(kind, signQuery(signedQuery(kind).split('&Signature')[0] ?? '', attacker.privateKey), lax),
    ).toThrow(refusal('signature_invalid'));
  });
});

test.each<[string, Parameters<typeof logoutRequestXml>[0], string]>([
  [
    'that was good until a while ago',
    { attributes: `NotOnOrAfter="${new Date(now.getTime() - 600_000).toISOString()}"` },
    'request_expired',
  ],
  ['that names the person encrypted', { nameId: '<saml:EncryptedID><x/></saml:EncryptedID>' }, 'name_id_encrypted'],
  ['that names nobody', { nameId: '' }, 'malformed_request'],
  ['that names two', { nameId: '<saml:NameID>ana</saml:NameID><saml:NameID>bea</saml:NameID>' }, 'malformed_request'],
  ['of a thousand sessions', { sessionIndexes: Array.from({ length: 101 }, (_, at) => `_${at}`) }, 'malformed_request'],
])('a LogoutRequest %s is refused', (_what, parts, code) => {
  expect(() => byPost('request', signWithNodeSaml(honest('request', { ...parts }), sp))).toThrow(refusal(code));
});

test.each<[string, string]>([
  ['without InResponseTo', honest('response').replace('InResponseTo="_q"', '')],
  ['without a status', honest('response').replace(/<samlp:Status>.*<\/samlp:Status>/, '')],
  ['with two statuses', honest('response').replace(/<samlp:Status>.*<\/samlp:Status>/, '$&$&')],
])('a LogoutResponse %s is refused', (_what, xml) => {
  expect(() => byPost('response', signWithNodeSaml(xml, sp))).toThrow(refusal('malformed_request'));
});

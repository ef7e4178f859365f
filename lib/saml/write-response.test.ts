import { generateKeyPairSync } from 'node:crypto';
import { SAML } from '@node-saml/node-saml';
import { describe, expect, test } from 'vitest';
import { createSelfSigned } from '@/lib/crypto/certificate';
import { encodeSelfSigned } from '@/lib/crypto/self-signed-der';
import { createSamlId } from './saml-id';
import {
  attributeNameFormats,
  authnContextClasses,
  nameIdFormats,
  type SignatureAlgorithm,
  statusCodes,
} from './schema';
import { createSigningKey } from './signing-key';
import { verifiesWithXmlCrypto, verifiesWithXmlsec, withoutXmlsec } from './testing/support';
import { type ResponseContent, writeErrorResponse, writeResponse } from './write-response';
import { canonicalize } from './xml/canonicalize';
import { parseXml } from './xml/parse';
import { childElements, descendants, type XmlElement } from './xml/tree';

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const idp = await createSelfSigned({ commonName: 'idp', notBefore: minutes(-60), years: 1 });
const stranger = await createSelfSigned({ commonName: 'stranger', notBefore: minutes(-60), years: 1 });
const key = createSigningKey(idp.privateKey, idp.certificate);

const hostile = [
  `&<>"'`,
  `{attrCn} ${'$'}{x} $& $1 %s`,
  'first\r\nsecond\rthird\nfourth\tend',
  '  blanks at both ends  ',
  '🔑 Ünïcødé 漢字 \u{1F469}\u200D\u{1F4BB}',
  ']]> <!-- c --> <?pi?> &amp; &#13;',
  '',
];

function content(changes: Partial<ResponseContent> = {}): ResponseContent {
  return {
    responseId: createSamlId(),
    assertionId: createSamlId(),
    issuer: 'https://latchkey.example/saml2/egnyte?a=1&b=2',
    destination: 'https://sp.example.com/acs?tenant=1&x=%20',
    inResponseTo: '_request1',
    audience: 'https://sp.example.com/metadata?a&b',
    nameId: { value: `o'neil&"<ana>"@example.com`, format: nameIdFormats.emailAddress, spNameQualifier: 'sp"q' },
    attributes: [
      { name: 'hostile', nameFormat: attributeNameFormats.basic, values: hostile },
      { name: `urn:"quoted"&<\r\n\t`, friendlyName: `f'"&<>`, nameFormat: attributeNameFormats.uri, values: ['one'] },
      { name: 'groups', nameFormat: attributeNameFormats.unspecified, values: ['Sales, EMEA', 'R&D'] },
      { name: 'nothing', nameFormat: attributeNameFormats.basic, values: [] },
    ],
    issueInstant: now,
    notBefore: minutes(-5),
    notOnOrAfter: minutes(5),
    authnInstant: minutes(-30),
    authnContextClass: authnContextClasses.passwordProtectedTransport,
    sessionIndex: '_session1',
    sessionNotOnOrAfter: minutes(480),
    signAssertion: true,
    signResponse: false,
    signing: { key, algorithm: 'rsa-sha256' },
    ...changes,
  };
}

/** What node-saml makes of a response. @throws when it refuses */
async function nodeSaml(xml: string, changes: Partial<ResponseContent> = {}, certificate = idp.certificate) {
  const { issuer, destination, audience, inResponseTo, signAssertion, signResponse } = content(changes);
  const sp = new SAML({
    idpCert: certificate,
    issuer: audience,
    callbackUrl: destination,
    entryPoint: 'https://latchkey.example/sso',
    audience,
    idpIssuer: issuer,
    wantAssertionsSigned: signAssertion,
    wantAuthnResponseSigned: signResponse,
    validateInResponseTo: (inResponseTo === undefined ? 'never' : 'always') as never,
    ...(inResponseTo !== undefined && {
      cacheProvider: {
        saveAsync: async () => null,
        getAsync: async (id: string) => (id === inResponseTo ? now.toISOString() : null),
        removeAsync: async (id: string | null) => id,
      },
    }),
  });
  const { profile } = await sp.validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString('base64') });
  if (!profile) throw new Error('no profile');
  return profile;
}

const signings = [
  { signs: 'assertion', signAssertion: true, signResponse: false },
  { signs: 'response', signAssertion: false, signResponse: true },
  { signs: 'both', signAssertion: true, signResponse: true },
];
const shapes = signings.flatMap((signing) =>
  (['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as SignatureAlgorithm[]).flatMap((algorithm) =>
    [
      { start: 'SP', changes: {} },
      { start: 'IdP', changes: { inResponseTo: undefined } },
    ].map(({ start, changes }) => ({ ...signing, algorithm, start, changes })),
  ),
);

describe('a response signed with an EC key', () => {
  test.skipIf(withoutXmlsec).each(['prime256v1', 'secp384r1'])(
    'on %s verifies with xmlsec1, and not once it is altered',
    (namedCurve) => {
      const pair = generateKeyPairSync('ec', { namedCurve });
      const der = encodeSelfSigned({
        ...{
          commonName: 'ec',
          serialNumber: Buffer.from([1]),
          notBefore: minutes(-60),
          notAfter: minutes(60),
          ...pair,
        },
      });
      const certificate = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
      const ec = createSigningKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate);
      const xml = writeResponse(content({ signResponse: true, signing: { key: ec, algorithm: 'rsa-sha384' } }));
      expect(xml).toContain('xmldsig-more#ecdsa-sha384"');
      expect(xml).not.toContain('xmldsig-more#rsa-');
      for (const element of ['Assertion', 'Response'] as const) {
        expect(verifiesWithXmlsec(xml, certificate, element)).toBe(true);
        expect(verifiesWithXmlsec(xml.replace('R&amp;D', 'R&amp;E'), certificate, element)).toBe(false);
      }
    },
  );
});

describe.each(shapes)('a response with $signs signed by $algorithm, started by the $start', (shape) => {
  const { algorithm, signAssertion, signResponse } = shape;
  const changes = { ...shape.changes, signAssertion, signResponse, signing: { key, algorithm } };
  const xml = writeResponse(content(changes));
  const signed = [...(signAssertion ? (['Assertion'] as const) : []), ...(signResponse ? (['Response'] as const) : [])];

  test('is canonical as it stands', () => {
    expect(
      canonicalize(
        parseXml(xml, { maxCharacters: 1e6, maxElements: 1e4, maxDepth: 30, maxAttributes: 30, maxAllAttributes: 1e4 }),
      ),
    ).toBe(xml);
  });

  test.skipIf(withoutXmlsec)('verifies with xmlsec1, and not once a character is altered', () => {
    for (const element of signed) {
      expect(verifiesWithXmlsec(xml, idp.certificate, element)).toBe(true);
      expect(verifiesWithXmlsec(xml.replace('R&amp;D', 'R&amp;E'), idp.certificate, element)).toBe(false);
      expect(verifiesWithXmlsec(xml, stranger.certificate, element)).toBe(false);
    }
  });

  test('verifies with xml-crypto, and not once a character is altered', () => {
    for (const element of signed) {
      expect(verifiesWithXmlCrypto(xml, idp.certificate, element)).toBe(true);
      expect(verifiesWithXmlCrypto(xml.replace('R&amp;D', 'R&amp;E'), idp.certificate, element)).toBe(false);
      expect(verifiesWithXmlCrypto(xml, stranger.certificate, element)).toBe(false);
    }
  });

  // node-saml speaks SHA-256 and SHA-512 only; xml-crypto, which it uses, was taught SHA-384 above.
  if (algorithm === 'rsa-sha384') return;
  test('is accepted by node-saml with every value as it was, and not altered', async () => {
    const profile = await nodeSaml(xml, changes);
    expect(profile).toMatchObject({
      issuer: content().issuer,
      nameID: content().nameId.value,
      nameIDFormat: nameIdFormats.emailAddress,
      sessionIndex: '_session1',
      groups: ['Sales, EMEA', 'R&D'],
      'urn:"quoted"&<\r\n\t': 'one',
    });
    // node-saml gives undefined for an empty AttributeValue.
    expect(profile.hostile).toEqual(hostile.map((value) => value || undefined));
    expect(profile).not.toHaveProperty('nothing');
    await expect(nodeSaml(xml.replace('neil', 'nail'), changes)).rejects.toThrow();
    await expect(nodeSaml(xml, changes, stranger.certificate)).rejects.toThrow();
  });
});

describe('values that say their type', () => {
  const limits = { maxCharacters: 1e6, maxElements: 1e4, maxDepth: 30, maxAttributes: 30, maxAllAttributes: 1e4 };
  const changes = { signAssertion: true, signResponse: true, valueTypes: true };
  const xml = writeResponse(content(changes));

  test('are strings to every reader, and what is signed is canonical with the prefixes that only values use', async () => {
    const form = { kind: 'exclusive' as const, inclusivePrefixes: ['xs', 'xsi'] };
    expect(canonicalize(parseXml(xml, limits), { form })).toBe(xml);
    expect(xml.match(/<saml:AttributeValue xsi:type="xs:string">/g)).toHaveLength(hostile.length + 3);
    expect(xml).not.toContain('<saml:AttributeValue>');
    const profile = await nodeSaml(xml, changes);
    expect(profile.groups).toEqual(['Sales, EMEA', 'R&D']);
  });

  test.skipIf(withoutXmlsec)('verify with xmlsec1 and xml-crypto, and not once the type is altered', () => {
    const other = xml.replace('xsi:type="xs:string">Sales', 'xsi:type="xs:anyURI">Sales');
    for (const element of ['Assertion', 'Response'] as const) {
      expect(verifiesWithXmlsec(xml, idp.certificate, element)).toBe(true);
      expect(verifiesWithXmlCrypto(xml, idp.certificate, element)).toBe(true);
      expect(verifiesWithXmlsec(other, idp.certificate, element)).toBe(false);
    }
    const redeclared = xml.replace('XMLSchema"', 'XMLSchema2"');
    expect(verifiesWithXmlsec(redeclared, idp.certificate, 'Assertion'), 'what xs means is signed').toBe(false);
  });
});

describe('what the strictest service providers look at', () => {
  const root = parseXml(writeResponse(content({ signResponse: true })), {
    maxCharacters: 1e6,
    maxElements: 1e4,
    maxDepth: 30,
    maxAttributes: 30,
    maxAllAttributes: 10_000,
  });
  const find = (name: string) => descendants(root).filter(({ localName }) => localName === name);
  const names = (parent: XmlElement | undefined) => parent && childElements(parent).map(({ tagName }) => tagName);

  test('signatures stand right after the Issuer, as the schema wants', () => {
    expect(names(root)).toEqual(['saml:Issuer', 'ds:Signature', 'samlp:Status', 'saml:Assertion']);
    expect(names(find('Assertion')[0])).toEqual([
      'saml:Issuer',
      'ds:Signature',
      'saml:Subject',
      'saml:Conditions',
      'saml:AuthnStatement',
      'saml:AttributeStatement',
    ]);
  });

  test('Destination, Recipient, InResponseTo, audience and times are where they are looked for', () => {
    expect(root.getAttribute('Destination')).toBe(content().destination);
    expect(root.getAttribute('InResponseTo')).toBe('_request1');
    expect(find('Issuer')[0]?.getAttribute('Format')).toBeNull();
    const confirmation = find('SubjectConfirmationData')[0];
    expect(confirmation?.getAttribute('Recipient')).toBe(content().destination);
    expect(confirmation?.getAttribute('InResponseTo')).toBe('_request1');
    expect(confirmation?.getAttribute('NotBefore')).toBeNull();
    expect(Date.parse(confirmation?.getAttribute('NotOnOrAfter') ?? '')).toBeCloseTo(minutes(5).getTime(), -4);
    expect(find('Audience')[0]?.textContent).toBe(content().audience);
    expect(Date.parse(find('AuthnStatement')[0]?.getAttribute('AuthnInstant') ?? '')).toBeCloseTo(
      minutes(-30).getTime(),
      -4,
    );
  });

  test('a response that the IdP starts names no request anywhere', () => {
    expect(writeResponse(content({ inResponseTo: undefined }))).not.toContain('InResponseTo');
  });

  test('an assertion without attributes has no empty statement', () => {
    expect(writeResponse(content({ attributes: [] }))).not.toContain('AttributeStatement');
  });
});

describe('values that XML cannot carry', () => {
  test('are made visible in an attribute, never dropped: two names stay two names', async () => {
    const values = ['adm\0ins', 'bell\u0007', 'half \uD83D pair', 'end\uFFFF'];
    const profile = await nodeSaml(
      writeResponse(content({ attributes: [{ name: 'v', nameFormat: attributeNameFormats.basic, values }] })),
    );
    expect(profile.v).toEqual(['adm\uFFFDins', 'bell\uFFFD', 'half \uFFFD pair', 'end\uFFFD']);
  });

  test.each([
    ['NameID', { nameId: { value: 'ana\u0000@example.com', format: nameIdFormats.emailAddress } }],
    ['audience', { audience: 'https://sp\u0001' }],
    ['request ID', { inResponseTo: '_\uD800' }],
  ])('are refused in the %s', (_what, changes) => {
    expect(() => writeResponse(content(changes))).toThrow(expect.objectContaining({ code: 'value_not_encodable' }));
  });
});

test('a hostile request ID stays one attribute value', async () => {
  const inResponseTo = `_"><evil a='&`;
  const profile = await nodeSaml(writeResponse(content({ inResponseTo })), { inResponseTo });
  expect(profile.inResponseTo).toBe(inResponseTo);
});

test.skipIf(withoutXmlsec)('10,000 groups are carried', () => {
  const values = Array.from({ length: 10_000 }, (_, position) => `Group ${position}`);
  const xml = writeResponse(
    content({ attributes: [{ name: 'groups', nameFormat: attributeNameFormats.basic, values }] }),
  );
  expect(verifiesWithXmlsec(xml, idp.certificate)).toBe(true);
  expect(xml.match(/<saml:AttributeValue>/g)).toHaveLength(10_000);
});

test('a response that nobody signs is not written', () => {
  expect(() => writeResponse(content({ signAssertion: false }))).toThrow(
    expect.objectContaining({ code: 'nothing_signed' }),
  );
});

test('a certificate of another key is refused before anything is signed with it', () => {
  expect(() => createSigningKey(idp.privateKey, stranger.certificate)).toThrow(
    expect.objectContaining({ code: 'key_mismatch' }),
  );
});

describe('an error response', () => {
  const refusal = {
    responseId: '_e1',
    issuer: 'https://latchkey.example/saml2/egnyte',
    destination: 'https://sp.example.com/acs',
    inResponseTo: '_request1',
    issueInstant: now,
    status: { code: statusCodes.responder, subcode: statusCodes.noPassive, message: 'Sign in <first> & "again"' },
  };

  test('carries both status codes and the sentence, and no assertion', () => {
    const root = parseXml(writeErrorResponse(refusal), {
      maxCharacters: 1e6,
      maxElements: 100,
      maxDepth: 10,
      maxAttributes: 10,
      maxAllAttributes: 1_000,
    });
    const find = (name: string) => descendants(root).filter(({ localName }) => localName === name);
    const codes = find('StatusCode').map((code) => code.getAttribute('Value'));
    expect(codes).toEqual([statusCodes.responder, statusCodes.noPassive]);
    expect(find('StatusMessage')[0]?.textContent).toBe(refusal.status.message);
    expect(find('Assertion')).toHaveLength(0);
  });

  test('is understood by node-saml as a refusal, not as a broken response', async () => {
    await expect(nodeSaml(writeErrorResponse(refusal))).rejects.toThrow(/NoPassive|Sign in|Responder/);
  });

  test.skipIf(withoutXmlsec)('can be signed', () => {
    const xml = writeErrorResponse({ ...refusal, signing: { key, algorithm: 'rsa-sha512' } });
    expect(verifiesWithXmlsec(xml, idp.certificate, 'Response')).toBe(true);
    expect(verifiesWithXmlCrypto(xml, idp.certificate, 'Response')).toBe(true);
    expect(verifiesWithXmlsec(xml.replace('NoPassive', 'NoPassivE'), idp.certificate, 'Response')).toBe(false);
  });
});

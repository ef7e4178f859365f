import { constants, generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeSelfSigned } from '@/lib/crypto/self-signed-der';
import { receivePost } from './receive-post';
import { receiveRedirect } from './receive-redirect';
import {
  authnRequestXml,
  canonicalizeWithXmlCrypto,
  postMessage,
  redirectQuery,
  type SpKeys,
  signatureTemplate,
  signWithXmlsec,
  verifiesWithXmlsec,
  withoutXmlsec,
} from './testing/support';

const now = new Date();
const destination = 'https://latchkey.example/saml2/egnyte';
const honest = authnRequestXml({ issueInstant: now, destination });
const refused = (code: string) => expect.objectContaining({ name: 'SamlError', code });
const dsigMore = (name: string) => `http://www.w3.org/2001/04/xmldsig-more#${name}`;
const dsigMore2007 = (name: string) => `http://www.w3.org/2007/05/xmldsig-more#${name}`;

interface Keys extends SpKeys {
  key: KeyObject;
}

const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A certificate for any kind of key. Who signed it does not matter: only the configured key counts. */
function certified({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): Keys {
  const der = encodeSelfSigned({
    commonName: 'sp',
    serialNumber: Buffer.from([0x41]),
    notBefore: now,
    notAfter: new Date(now.getTime() + 86_400_000),
    publicKey,
    privateKey: issuer.privateKey,
  });
  return {
    key: privateKey,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

const rsa = certified(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const pss = certified(
  generateKeyPairSync('rsa-pss', { modulusLength: 2048, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256' }),
);
const [p256, p384, p521, secp256k1] = ['P-256', 'P-384', 'P-521', 'secp256k1'].map((namedCurve) =>
  certified(generateKeyPairSync('ec', { namedCurve })),
) as [Keys, Keys, Keys, Keys];
const short = certified(generateKeyPairSync('rsa', { modulusLength: 1024 }));

const expectations = (keys: SpKeys) => ({ destination, certificates: [keys.certificate], requireSigned: true, now });
const receive = (xml: string, keys: SpKeys) => receivePost({ samlRequest: postMessage(xml), ...expectations(keys) });

type Signer = (octets: Buffer) => Buffer;
const p1363 =
  (keys: Keys, hash: string): Signer =>
  (octets) =>
    sign(hash, octets, { key: keys.key, dsaEncoding: 'ieee-p1363' });
const withPss =
  (keys: Keys, hash: string, options: Partial<SignKeyObjectInput> = {}): Signer =>
  (octets) => {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return sign(hash, octets, { key: keys.key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST, ...options });
  };

/** Signs by a function: xmlsec1 makes the digest, xml-crypto the octets of SignedInfo. */
function signPost(signer: Signer, algorithm: string, parameters = ''): string {
  const template = signatureTemplate({ uri: '#_r1', more: '' });
  const digested = signWithXmlsec(honest.replace('</saml:Issuer>', `</saml:Issuer>${template}`), rsa).replace(
    `<ds:SignatureMethod Algorithm="${dsigMore('rsa-sha256')}"/>`,
    () =>
      parameters
        ? `<ds:SignatureMethod Algorithm="${algorithm}">${parameters}</ds:SignatureMethod>`
        : `<ds:SignatureMethod Algorithm="${algorithm}"/>`,
  );
  const octets = Buffer.from(canonicalizeWithXmlCrypto(digested, 'SignedInfo'));
  return digested.replace(/<ds:SignatureValue>[^<]*</, `<ds:SignatureValue>${signer(octets).toString('base64')}<`);
}

function signRedirect(signer: Signer, algorithm: string): string {
  const query = `${redirectQuery({ xml: honest })}&SigAlg=${encodeURIComponent(algorithm)}`;
  return `${query}&Signature=${encodeURIComponent(signer(Buffer.from(query)).toString('base64'))}`;
}

const pssParameters = (parts: string) => `<p:RSAPSSParams xmlns:p="${dsigMore2007('')}">${parts}</p:RSAPSSParams>`;
const sha512 = '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/>';
const mgf1 = (digest: string) =>
  `<p:MaskGenerationFunction Algorithm="${dsigMore2007('MGF1')}">${digest}</p:MaskGenerationFunction>`;

describe('algorithms of both bindings', () => {
  test.each([
    ['ECDSA on P-256 with SHA-256', p256, p1363(p256, 'sha256'), dsigMore('ecdsa-sha256')],
    ['ECDSA on P-384 with SHA-384', p384, p1363(p384, 'sha384'), dsigMore('ecdsa-sha384')],
    ['ECDSA on P-521 with SHA-512', p521, p1363(p521, 'sha512'), dsigMore('ecdsa-sha512')],
    ['ECDSA on P-384 with SHA-256', p384, p1363(p384, 'sha256'), dsigMore('ecdsa-sha256')],
    ['ECDSA in DER, as Java writes it', p256, (o: Buffer) => sign('sha256', o, p256.key), dsigMore('ecdsa-sha256')],
    ['RSASSA-PSS by an RSA key', rsa, withPss(rsa, 'sha256'), dsigMore2007('sha256-rsa-MGF1')],
    ['RSASSA-PSS with SHA-512', rsa, withPss(rsa, 'sha512'), dsigMore2007('sha512-rsa-MGF1')],
    ['RSASSA-PSS by a key for it alone', pss, withPss(pss, 'sha256'), dsigMore2007('sha256-rsa-MGF1')],
    ['RSASSA-PSS without parameters', rsa, withPss(rsa, 'sha256'), dsigMore2007('rsa-pss')],
  ] as const)('%s', (_name, keys, signer, algorithm) => {
    const query = signRedirect(signer, algorithm);
    expect(receiveRedirect({ rawQuery: query, ...expectations(keys) }).signed).toBe(true);
    const altered = query.replace('SAMLRequest=', 'SAMLRequest=A');
    expect(() => receiveRedirect({ rawQuery: altered, ...expectations(keys) })).toThrow(refused('signature_invalid'));
    if (withoutXmlsec) return;
    const xml = signPost(signer, algorithm);
    expect(receive(xml, keys)).toMatchObject({ signed: true, request: { id: '_r1' } });
    expect(() => receive(xml.replace('Version="2.0"', 'Version="2.1"'), keys)).toThrow(refused('signature_invalid'));
  });

  test.each([
    ['an RSA key under the name of ECDSA', rsa, (o: Buffer) => sign('sha256', o, rsa.key), dsigMore('ecdsa-sha256')],
    ['PSS under the name of PKCS#1', rsa, withPss(rsa, 'sha256'), dsigMore('rsa-sha256')],
    ['PSS by a key for PSS under the name of PKCS#1', pss, withPss(pss, 'sha256'), dsigMore('rsa-sha256')],
    ['another hash than is named', p256, p1363(p256, 'sha384'), dsigMore('ecdsa-sha256')],
    ['a salt of another length', rsa, withPss(rsa, 'sha256', { saltLength: 20 }), dsigMore2007('sha256-rsa-MGF1')],
    ['zeros for r and s', p256, () => Buffer.alloc(64), dsigMore('ecdsa-sha256')],
    ['nothing but a zero', p256, () => Buffer.alloc(1), dsigMore('ecdsa-sha256')],
  ] as const)('%s is refused', (_name, keys, signer, algorithm) => {
    const query = signRedirect(signer, algorithm);
    expect(() => receiveRedirect({ rawQuery: query, ...expectations(keys) })).toThrow(refused('signature_invalid'));
    if (withoutXmlsec) return;
    expect(() => receive(signPost(signer, algorithm), keys)).toThrow(refused('signature_invalid'));
  });

  test.each([
    ['ECDSA with SHA-1', dsigMore('ecdsa-sha1')],
    ['PSS with SHA-1', dsigMore2007('sha1-rsa-MGF1')],
    ['PSS with SHA-224', dsigMore2007('sha224-rsa-MGF1')],
    ['EdDSA', 'http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519'],
  ])('%s is not in the table', (_name, algorithm) => {
    const query = signRedirect(withPss(rsa, 'sha256'), algorithm);
    expect(() => receiveRedirect({ rawQuery: query, ...expectations(rsa) })).toThrow(refused('algorithm_not_allowed'));
  });

  test.each([
    ['on secp256k1', secp256k1],
    ['of 1024 bits', short],
  ])('a key %s cannot be used', (_name, keys) => {
    const query = signRedirect((octets) => sign('sha256', octets, keys.key), dsigMore('ecdsa-sha256'));
    expect(() => receiveRedirect({ rawQuery: query, ...expectations(keys) })).toThrow(refused('certificate_unusable'));
  });
});

describe.skipIf(withoutXmlsec)('RSASSA-PSS with parameters in the message (RFC 9231, 2.3.9)', () => {
  const uri = dsigMore2007('rsa-pss');

  test.each([
    ['all of them', `${sha512}${mgf1(sha512)}<p:SaltLength>64</p:SaltLength><p:TrailerField>1</p:TrailerField>`],
    ['the hashes', `${sha512}${mgf1(sha512)}`],
  ])('verifies: %s', (_name, parts) => {
    expect(receive(signPost(withPss(rsa, 'sha512'), uri, pssParameters(parts)), rsa).signed).toBe(true);
  });

  test.each([
    ['two hashes', `${sha512}${mgf1('')}`, 'algorithm_not_allowed'],
    ['SHA-1', '<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/>', 'algorithm_not_allowed'],
    ['no salt', `${sha512}${mgf1(sha512)}<p:SaltLength>0</p:SaltLength>`, 'algorithm_not_allowed'],
    ['another trailer', `${sha512}${mgf1(sha512)}<p:TrailerField>2</p:TrailerField>`, 'algorithm_not_allowed'],
    ['a hash twice', `${sha512}${sha512}${mgf1(sha512)}`, 'signature_malformed'],
  ])('refused: %s', (_name, parts, code) => {
    const xml = signPost(withPss(rsa, 'sha512'), uri, pssParameters(parts));
    expect(() => receive(xml, rsa)).toThrow(refused(code));
  });

  test('parameters of another algorithm are refused', () => {
    const xml = signPost(withPss(rsa, 'sha512'), dsigMore2007('sha512-rsa-MGF1'), pssParameters(''));
    expect(() => receive(xml, rsa)).toThrow(refused('signature_malformed'));
  });
});

describe.skipIf(withoutXmlsec)('canonicalizations that xmlsec1 signs', () => {
  const enveloped = '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>';
  const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
  const inclusive11 = 'http://www.w3.org/2006/12/xml-c14n11';
  const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const tangled = authnRequestXml({
    issueInstant: now,
    destination,
    attributes: 'xmlns="urn:default" xmlns:b="urn:b" xmlns:a="urn:z" xmlns:unused="urn:unused" b:y="1" a:x="2"',
    children:
      '\n<samlp:Extensions xml:lang="en"><x q="&#9;&#13;&lt;"/><a:y xmlns:a="urn:other" a:b="c" xml:space="preserve"> &amp;&#13; é 🔑 </a:y>' +
      '<b:n xmlns=""><plain xmlns:b="urn:b"><x xmlns="urn:default" xmlns:more="urn:more"/></plain></b:n></samlp:Extensions>',
  });
  const c14n = (uri: string) => `<ds:CanonicalizationMethod Algorithm="${uri}"/>`;
  const transform = (uri: string) => `<ds:Transform Algorithm="${uri}"/>`;

  test.each([
    ['enveloped-signature alone', { transforms: [enveloped] }],
    ['inclusive 1.0', { c14n: c14n(inclusive), transforms: [enveloped, transform(inclusive)] }],
    [
      'inclusive 1.0 with comments',
      { c14n: c14n(`${inclusive}#WithComments`), transforms: [enveloped, transform(`${inclusive}#WithComments`)] },
    ],
    ['inclusive 1.1', { c14n: c14n(inclusive11), transforms: [enveloped, transform(inclusive11)] }],
    [
      'inclusive 1.1 with comments',
      { c14n: c14n(`${inclusive11}#WithComments`), transforms: [enveloped, transform(`${inclusive11}#WithComments`)] },
    ],
    [
      'exclusive with comments',
      { c14n: c14n(`${exclusive}WithComments`), transforms: [enveloped, transform(`${exclusive}WithComments`)] },
    ],
    ['inclusive SignedInfo over an exclusive message', { c14n: c14n(inclusive) }],
  ])('%s', (_name, options) => {
    for (const message of [honest, tangled]) {
      const template = signatureTemplate({ uri: '#_r1', ...options });
      const signed = signWithXmlsec(message.replace('</saml:Issuer>', `</saml:Issuer>${template}`), rsa);
      expect(verifiesWithXmlsec(signed, rsa.certificate)).toBe(true);
      expect(receive(signed, rsa)).toMatchObject({ signed: true, request: { id: '_r1' } });
      expect(() => receive(signed.replace('sp.example.com', 'sp.example.org'), rsa)).toThrow(
        refused('signature_invalid'),
      );
    }
  });

  test('what would be handed down to SignedInfo, differently in 1.0 and 1.1, is refused', () => {
    const message = authnRequestXml({ issueInstant: now, destination, attributes: 'xml:base="https://a.example/"' });
    const template = signatureTemplate({ uri: '#_r1', c14n: c14n(inclusive11) });
    const signed = signWithXmlsec(message.replace('</saml:Issuer>', `</saml:Issuer>${template}`), rsa);
    expect(verifiesWithXmlsec(signed, rsa.certificate)).toBe(true);
    expect(() => receive(signed, rsa)).toThrow(refused('signature_malformed'));
  });

  test('a comment in a message is refused, though a canonicalization leaves it out', () => {
    const template = signatureTemplate({ uri: '#_r1' });
    const message = honest.replace('sp.example.com', 'sp.example.com<!---->.evil');
    const signed = signWithXmlsec(message.replace('</saml:Issuer>', `</saml:Issuer>${template}`), rsa);
    expect(verifiesWithXmlsec(signed, rsa.certificate)).toBe(true);
    expect(() => receive(signed, rsa)).toThrow(refused('malformed_xml'));
  });
});

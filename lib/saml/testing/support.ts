import { spawnSync } from 'node:child_process';
import { createHash, createSign, createVerify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { signXml } from '@node-saml/node-saml/lib/xml';

/**
 * The service provider's side, for tests: it signs with node:crypto, node-saml and xmlsec1, and shares nothing with the
 * code under test. A mistake made twice would prove nothing.
 */

/** A key pair of a service provider, PEM. */
export interface SpKeys {
  privateKey: string;
  certificate: string;
}

const uris = {
  'rsa-sha1': 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  'rsa-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'rsa-sha384': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'rsa-sha512': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
} as const;

/** An AuthnRequest as SPs write it. `attributes` and `children` are raw markup. */
export function authnRequestXml({
  id = '_r1',
  issuer = 'https://sp.example.com',
  issueInstant = new Date(),
  destination,
  attributes = '',
  children = '',
}: {
  id?: string;
  issuer?: string;
  issueInstant?: Date;
  destination?: string | undefined;
  attributes?: string;
  children?: string;
}): string {
  const to = destination === undefined ? '' : ` Destination="${destination}"`;
  return (
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ` +
    `ID="${id}" Version="2.0" IssueInstant="${issueInstant.toISOString()}"${to} ${attributes}>` +
    `<saml:Issuer>${issuer}</saml:Issuer>${children}</samlp:AuthnRequest>`
  );
}

/** The query of a HTTP-Redirect request, signed when a key is given (SAML Bindings 3.4.4.1). */
export function redirectQuery({
  xml,
  relayState,
  privateKey,
  algorithm = 'rsa-sha256',
  parameter = 'SAMLRequest',
}: {
  xml: string | Buffer;
  parameter?: string;
  relayState?: string;
  privateKey?: string;
  algorithm?: keyof typeof uris;
}): string {
  const parts = [`${parameter}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`];
  if (relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(relayState)}`);
  if (privateKey === undefined) return parts.join('&');
  parts.push(`SigAlg=${encodeURIComponent(uris[algorithm])}`);
  return signQuery(parts.join('&'), privateKey, algorithm);
}

/** Appends the Signature over a query exactly as it is given. */
export function signQuery(query: string, privateKey: string, algorithm: keyof typeof uris = 'rsa-sha256'): string {
  const signature = createSign(algorithm.toUpperCase()).update(query).sign(privateKey, 'base64');
  return `${query}&Signature=${encodeURIComponent(signature)}`;
}

/** The SAMLRequest of a HTTP-POST request: base64. */
export function postMessage(xml: string | Buffer): string {
  return Buffer.from(xml).toString('base64');
}

/** Signs a message as node-saml does for its POST binding. */
export function signWithNodeSaml(
  xml: string,
  keys: SpKeys,
  algorithm: 'sha1' | 'sha256' | 'sha512' = 'sha256',
): string {
  const root = '/*';
  const location = { reference: `${root}/*[local-name(.)='Issuer']`, action: 'after' as const };
  return signXml(xml, root, location, {
    privateKey: keys.privateKey,
    publicCert: keys.certificate,
    signatureAlgorithm: algorithm,
    digestAlgorithm: algorithm,
  });
}

/** An unsigned Signature, for xmlsec1 to fill in. Everything in it can be wrong on purpose. */
export function signatureTemplate({
  uri,
  algorithm = uris['rsa-sha256'],
  digest = 'http://www.w3.org/2001/04/xmlenc#sha256',
  c14n = '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
  transforms = [
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>',
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
  ],
  references,
  more = '<ds:KeyInfo><ds:X509Data/></ds:KeyInfo>',
}: {
  uri: string;
  algorithm?: string;
  digest?: string;
  c14n?: string;
  transforms?: string[];
  references?: string;
  more?: string;
}): string {
  const inner = transforms.length === 0 ? '' : `<ds:Transforms>${transforms.join('')}</ds:Transforms>`;
  const reference = `<ds:Reference URI="${uri}">${inner}<ds:DigestMethod Algorithm="${digest}"/><ds:DigestValue/></ds:Reference>`;
  return (
    `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>${c14n}` +
    `<ds:SignatureMethod Algorithm="${algorithm}"/>${references ?? reference}</ds:SignedInfo><ds:SignatureValue/>${more}</ds:Signature>`
  );
}

/** Fills in the first signature template of a document with xmlsec1. */
export function signWithXmlsec(xml: string, key: SpKeys | { hmacKey: string | Buffer }): string {
  return withFiles({ 'in.xml': xml, ...keyFiles(key) }, (directory) => {
    const keyOption =
      'hmacKey' in key
        ? ['--hmackey', join(directory, 'hmac.key')]
        : ['--privkey-pem', `${join(directory, 'key.pem')},${join(directory, 'cert.pem')}`];
    const result = xmlsec(['--sign', ...keyOption, ...idAttributes, join(directory, 'in.xml')]);
    if (result.status !== 0) throw new Error(`xmlsec1 could not sign: ${result.stderr}`);
    return result.stdout.replace(/^<\?xml[^>]*>\s*/, '').trimEnd();
  });
}

/**
 * Whether xmlsec1 accepts a signature of a document.
 *
 * @param element the signed element, where there are several signatures
 */
export function verifiesWithXmlsec(xml: string, certificate: string, element?: 'Response' | 'Assertion'): boolean {
  return withFiles({ 'in.xml': xml, 'cert.pem': certificate }, (directory) => {
    const node =
      element === undefined ? [] : ['--node-xpath', `//*[local-name()='${element}']/*[local-name()='Signature']`];
    // The key is given: xmlsec1 must not be talked into another one by KeyInfo.
    const result = xmlsec([
      '--verify',
      '--enabled-key-data',
      'rsa,ecdsa',
      '--pubkey-cert-pem',
      join(directory, 'cert.pem'),
      ...idAttributes,
      ...node,
      join(directory, 'in.xml'),
    ]);
    return result.status === 0;
  });
}

/** What xmlsec1 makes of a document in which one EncryptedData stands: the document with the element in its place. */
export function decryptWithXmlsec(xml: string, privateKey: string): string {
  return withFiles({ 'in.xml': xml, 'key.pem': privateKey }, (directory) => {
    const result = xmlsec(['--decrypt', '--privkey-pem', join(directory, 'key.pem'), join(directory, 'in.xml')]);
    if (result.status !== 0) throw new Error(`xmlsec1 could not decrypt: ${result.stderr}`);
    return result.stdout.replace(/^<\?xml[^>]*>\s*/, '').trimEnd();
  });
}

/** Whether xml-crypto, through node-saml's copy of it, accepts the signature that is a child of an element. */
export function verifiesWithXmlCrypto(
  xml: string,
  certificate: string,
  element: 'Response' | 'Assertion' | 'AuthnRequest' | 'LogoutRequest' | 'LogoutResponse',
): boolean {
  const document = new xmldom.DOMParser().parseFromString(xml, 'text/xml');
  const signature = Array.from(document.getElementsByTagNameNS('*', 'Signature')).find(
    (found) => found.parentNode?.localName === element,
  );
  if (!signature) return false;
  const verifier = new xmlCrypto.SignedXml({ publicCert: certificate });
  // It knows no SHA-384 by itself; the rest of the verification is its own.
  verifier.SignatureAlgorithms[uris['rsa-sha384']] = RsaSha384;
  verifier.HashAlgorithms['http://www.w3.org/2001/04/xmldsig-more#sha384'] = Sha384;
  try {
    verifier.loadSignature(signature);
    return verifier.checkSignature(xml);
  } catch {
    return false;
  }
}

/** The exclusive canonical octets of the first element of a name, by xml-crypto. */
export function canonicalizeWithXmlCrypto(xml: string, localName: string): string {
  const document = new xmldom.DOMParser().parseFromString(xml, 'text/xml');
  const [element] = Array.from(document.getElementsByTagNameNS('*', localName));
  return new xmlCrypto.ExclusiveCanonicalization().process(element, {}).toString();
}

/** True when the operator said, with a reason in the command, that there is no xmlsec1 here. */
export const withoutXmlsec = process.env.LATCHKEY_WITHOUT_XMLSEC1 === '1';

const idAttributes = [
  'protocol:AuthnRequest',
  'protocol:Response',
  'protocol:LogoutRequest',
  'protocol:LogoutResponse',
  'assertion:Assertion',
].flatMap((name) => ['--id-attr:ID', `urn:oasis:names:tc:SAML:2.0:${name}`]);

function xmlsec(options: string[]) {
  const result = spawnSync('xmlsec1', options, { encoding: 'utf8' });
  if (result.error) {
    throw new Error(
      'xmlsec1 is missing: these tests need it as the second, independent verifier (Debian: apt-get install xmlsec1). ' +
        'To run without it, set LATCHKEY_WITHOUT_XMLSEC1=1.',
      { cause: result.error },
    );
  }
  return result;
}

function keyFiles(key: SpKeys | { hmacKey: string | Buffer }): Record<string, string | Buffer> {
  return 'hmacKey' in key ? { 'hmac.key': key.hmacKey } : { 'key.pem': key.privateKey, 'cert.pem': key.certificate };
}

function withFiles<T>(files: Record<string, string | Buffer>, work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-saml-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, { mode: 0o600 });
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface LooseElement {
  parentNode?: { localName?: string };
}
interface LooseSignedXml {
  SignatureAlgorithms: Record<string, unknown>;
  HashAlgorithms: Record<string, unknown>;
  loadSignature(node: unknown): void;
  checkSignature(xml: string): boolean;
}

// Only node-saml depends on these two, so they are found from there.
const requireFromNodeSaml = createRequire(createRequire(import.meta.url).resolve('@node-saml/node-saml'));
const xmldom = requireFromNodeSaml('@xmldom/xmldom') as {
  DOMParser: new () => {
    parseFromString(
      xml: string,
      type: string,
    ): { getElementsByTagNameNS(ns: string, name: string): ArrayLike<LooseElement> };
  };
};
const xmlCrypto = requireFromNodeSaml('xml-crypto') as {
  SignedXml: new (options: object) => LooseSignedXml;
  ExclusiveCanonicalization: new () => { process(node: unknown, options: object): { toString(): string } };
};

class RsaSha384 {
  getAlgorithmName = () => uris['rsa-sha384'];
  verifySignature = (octets: string, key: string, value: string) =>
    createVerify('RSA-SHA384').update(octets).verify(key, value, 'base64');
}

class Sha384 {
  getAlgorithmName = () => 'http://www.w3.org/2001/04/xmldsig-more#sha384';
  getHash = (octets: string) => createHash('sha384').update(octets).digest('base64');
}

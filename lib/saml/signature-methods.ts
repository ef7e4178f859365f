import { findDigestHash, findSignatureAlgorithm, rsaPssUri, type VerificationAlgorithm } from './algorithms';
import { SamlError } from './error';
import { type Canonicalization, exclusiveC14n, inclusiveC14n } from './xml/canonicalize';
import { childElements, type XmlElement } from './xml/tree';

const rsaPssNamespace = 'http://www.w3.org/2007/05/xmldsig-more#';
const inclusiveC14n11 = 'http://www.w3.org/2006/12/xml-c14n11';

/** There are no comments in a message, so the forms with comments give the same octets. */
const canonicalizations = new Map<string, Canonicalization['kind']>([
  [exclusiveC14n, 'exclusive'],
  [`${exclusiveC14n}WithComments`, 'exclusive'],
  [inclusiveC14n, 'inclusive'],
  [`${inclusiveC14n}#WithComments`, 'inclusive'],
  [inclusiveC14n11, 'inclusive'],
  [`${inclusiveC14n11}#WithComments`, 'inclusive'],
]);

/** The algorithm that a SignatureMethod names. @throws SamlError algorithm_not_allowed, signature_malformed */
export function readSignatureMethod(method: XmlElement): VerificationAlgorithm {
  const algorithm = findSignatureAlgorithm(algorithmUri(method));
  if (!algorithm) throw notAllowed(method);
  const [parameters, ...others] = childElements(method);
  if (!parameters) return algorithm;
  if (algorithmUri(method) !== rsaPssUri || others.length > 0) throw malformed('SignatureMethod takes no parameters');
  return { scheme: 'rsa-pss', hash: readPssParameters(parameters, method) };
}

/**
 * RSASSA-PSS parameters (RFC 9231, 2.3.9), as far as they say what everybody does: one hash throughout, and a salt as long
 * as its digest. @returns the hash
 */
function readPssParameters(parameters: XmlElement, method: XmlElement): VerificationAlgorithm['hash'] {
  if (parameters.namespaceURI !== rsaPssNamespace || parameters.localName !== 'RSAPSSParams') throw notAllowed(method);
  const parts = new Map(childElements(parameters).map((part) => [part.localName, part]));
  if (parts.size !== childElements(parameters).length) throw malformed('a parameter of RSASSA-PSS is repeated');
  const digest = parts.get('DigestMethod');
  const hash = digest ? findDigestHash(algorithmUri(digest)) : 'sha256';
  const mask = parts.get('MaskGenerationFunction');
  const [maskDigest] = mask ? childElements(mask) : [];
  const maskHash = maskDigest ? findDigestHash(algorithmUri(maskDigest)) : 'sha256';
  if (!hash || maskHash !== hash || (mask && algorithmUri(mask) !== `${rsaPssNamespace}MGF1`)) throw notAllowed(method);
  const saltLength = { sha256: 32, sha384: 48, sha512: 64 }[hash];
  if (!says(parts.get('SaltLength'), saltLength) || !says(parts.get('TrailerField'), 1)) throw notAllowed(method);
  return hash;
}

/** True when an element is absent or holds this number. */
function says(element: XmlElement | undefined, value: number): boolean {
  return element === undefined || Number(element.textContent) === value;
}

/** The form that a method or transform names. @throws SamlError algorithm_not_allowed */
export function readCanonicalization(method: XmlElement): Canonicalization {
  const parts = childElements(method);
  const kind = canonicalizations.get(algorithmUri(method));
  if (kind === 'exclusive') return { kind, inclusivePrefixes: readPrefixList(parts, method) };
  if (kind === undefined || parts.length > 0) throw notAllowed(method);
  return { kind };
}

/** Each is looked for at each element; who lists all that is in sight lists some ten. */
const maxPrefixes = 50;

/** The PrefixList of an exclusive C14N method (Exclusive XML Canonicalization 3); empty when there is none. */
function readPrefixList([inclusive, ...others]: XmlElement[], method: XmlElement): string[] {
  if (others.length > 0) throw notAllowed(method);
  if (!inclusive) return [];
  if (inclusive.namespaceURI !== exclusiveC14n || inclusive.localName !== 'InclusiveNamespaces')
    throw notAllowed(method);
  const listed = (inclusive.getAttribute('PrefixList') ?? '').split(/\s+/).filter((prefix) => prefix !== '');
  if (listed.length > maxPrefixes) throw malformed(`its PrefixList has ${listed.length} prefixes`);
  return listed;
}

export function algorithmUri(element: XmlElement): string {
  return element.getAttribute('Algorithm') ?? '';
}

export function malformed(detail: string): SamlError {
  return new SamlError('signature_malformed', `The signature is not acceptable: ${detail}.`);
}

export function notAllowed(element: XmlElement): SamlError {
  const uri = algorithmUri(element).slice(0, 100);
  return new SamlError('algorithm_not_allowed', `${element.localName} "${uri}" is not allowed.`, {
    hint: 'Let the application sign with RSA, RSASSA-PSS or ECDSA, SHA-256 (or 384, 512), and exclusive canonicalization.',
  });
}

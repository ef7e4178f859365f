import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { findDigestHash, type VerificationAlgorithm } from './algorithms';
import { decodeBase64 } from './decode-message';
import { SamlError } from './error';
import { namespaces } from './schema';
import { algorithmUri, malformed, notAllowed, readCanonicalization, readSignatureMethod } from './signature-methods';
import { verifiesWithAny } from './verification-keys';
import { type Canonicalization, canonicalize } from './xml/canonicalize';
import { childElements, descendants, type XmlElement } from './xml/tree';

const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** Elements of a SignedInfo: one with all that XML Signature defines for it, parameters of RSASSA-PSS included, has 17. */
const maxSignedInfoElements = 30;

/** True when there is a signature anywhere in the message, whether or not it is one that we accept. */
export function hasSignature(root: XmlElement): boolean {
  return signatures(root).length > 0;
}

/**
 * Verifies the enveloped signature of a message (SAML Core 5.4): exactly one Signature, a child of the root, with exactly
 * one Reference to the root's ID, the enveloped transform, a canonicalization (Canonical XML 1.0, the default, or 1.1, or
 * exclusive, each with comments or without) and nothing else. KeyInfo is not read: only the configured keys count.
 *
 * @returns the octets that were signed. Read from these, and from nothing else.
 * @throws SamlError signature_malformed, algorithm_not_allowed, signature_invalid
 */
export function verifyXmlSignature(root: XmlElement, keys: readonly KeyObject[]): string {
  refuseRepeatedIds(root);
  const signature = theOnlySignature(root);
  const [signedInfo, signatureValue, ...others] = childElements(signature);
  // KeyInfo may follow; ds:Object is where wrapped messages hide.
  if (
    !is(signedInfo, 'SignedInfo') ||
    !is(signatureValue, 'SignatureValue') ||
    !others.every((o) => is(o, 'KeyInfo'))
  ) {
    throw malformed('its parts are not SignedInfo, SignatureValue and KeyInfo');
  }
  const { algorithm, reference, form } = readSignedInfo(signedInfo);
  const expected = readReference(reference, root);
  if (form.kind === 'inclusive') refuseInherited(root, signature);

  const octets = canonicalize(signedInfo, { form });
  if (!verifiesWithAny(keys, algorithm, octets, octetsOf(signatureValue))) {
    throw new SamlError('signature_invalid');
  }
  const signed = canonicalize(root, { without: signature, form: expected.form });
  const digest = createHash(expected.hash).update(signed).digest();
  if (digest.length !== expected.digest.length || !timingSafeEqual(digest, expected.digest)) {
    throw new SamlError('signature_invalid', 'The message was altered after it was signed.');
  }
  return signed;
}

function signatures(root: XmlElement): XmlElement[] {
  return [...descendants(root)].filter((element) => is(element, 'Signature'));
}

function theOnlySignature(root: XmlElement): XmlElement {
  const [signature, ...more] = signatures(root);
  if (!signature || more.length > 0) throw malformed('there must be exactly one signature');
  if (signature.parent !== root) throw malformed('the signature must be a child of the message');
  return signature;
}

function readSignedInfo(signedInfo: XmlElement) {
  // It is canonicalized before anybody knows who wrote it: what that costs is bounded first.
  if ([...descendants(signedInfo)].length > maxSignedInfoElements)
    throw malformed('SignedInfo holds too many elements');
  const [method, signatureMethod, reference, ...others] = childElements(signedInfo);
  if (!is(method, 'CanonicalizationMethod') || !is(signatureMethod, 'SignatureMethod') || !is(reference, 'Reference')) {
    throw malformed('SignedInfo is not as XML Signature defines it');
  }
  if (others.length > 0) throw malformed('there must be exactly one Reference');
  return { algorithm: readSignatureMethod(signatureMethod), reference, form: readCanonicalization(method) };
}

function readReference(
  reference: XmlElement,
  root: XmlElement,
): { hash: VerificationAlgorithm['hash']; digest: Buffer; form: Canonicalization } {
  const id = root.getAttribute('ID');
  if (!id || reference.getAttribute('URI') !== `#${id}`) throw malformed('its Reference does not name the message');
  const [transforms, digestMethod, digestValue, ...others] = childElements(reference);
  if (!is(transforms, 'Transforms') || !is(digestMethod, 'DigestMethod') || !is(digestValue, 'DigestValue')) {
    throw malformed('its Reference is not as XML Signature defines it');
  }
  if (others.length > 0) throw malformed('its Reference has more parts than one');
  const [enveloped, canonical, ...more] = childElements(transforms);
  if (!is(enveloped, 'Transform') || (canonical && !is(canonical, 'Transform')) || more.length > 0) {
    throw malformed('its transforms are not enveloped-signature and one canonicalization');
  }
  if (algorithmUri(enveloped) !== envelopedSignature || childElements(enveloped).length > 0)
    throw notAllowed(enveloped);
  const hash = findDigestHash(algorithmUri(digestMethod));
  if (!hash || childElements(digestMethod).length > 0) throw notAllowed(digestMethod);
  // Without a transform that makes octets, Canonical XML 1.0 does (XML Signature 4.4.3.2).
  const form: Canonicalization = canonical ? readCanonicalization(canonical) : { kind: 'inclusive' };
  return { hash, digest: octetsOf(digestValue), form };
}

/** The value of an element that holds base64 and nothing else. */
function octetsOf(element: XmlElement): Buffer {
  if (childElements(element).length > 0) throw malformed(`its ${element.localName} holds more than text`);
  return decodeBase64(element.textContent);
}

/**
 * Attributes like xml:base and xml:lang are handed down to SignedInfo by inclusive canonicalization, in 1.0 otherwise than in
 * 1.1. The schema has none on a message or a Signature: a message with one is refused instead.
 */
function refuseInherited(...ancestors: XmlElement[]): void {
  for (const ancestor of ancestors) {
    if (ancestor.attributes.some((attribute) => attribute.namespaceURI === xmlNamespace)) {
      throw malformed('an attribute of the xml namespace stands above what is signed');
    }
  }
}

// Whatever another reader would take for an ID counts, so that no two readers find two elements under one name.
function refuseRepeatedIds(root: XmlElement): void {
  const seen = new Set<string>();
  for (const element of descendants(root)) {
    for (const attribute of element.attributes) {
      if (attribute.localName?.toLowerCase() !== 'id') continue;
      if (seen.has(attribute.value)) throw malformed('an ID appears twice');
      seen.add(attribute.value);
    }
  }
}

function is(element: XmlElement | undefined, localName: string): element is XmlElement {
  return element?.namespaceURI === namespaces.signature && element.localName === localName;
}

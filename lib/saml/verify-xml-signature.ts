import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { type Algorithm, findDigestAlgorithm, findSignatureAlgorithm } from './algorithms';
import { decodeBase64 } from './decode-message';
import { SamlError } from './error';
import { namespaces } from './schema';
import { verifiesWithAny } from './verification-keys';
import { canonicalize, exclusiveC14n } from './xml/canonicalize';
import { childElements, descendants } from './xml/parse';

const envelopedSignature = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** True when there is a signature anywhere in the message, whether or not it is one that we accept. */
export function hasSignature(root: Element): boolean {
  return signatures(root).length > 0;
}

/**
 * Verifies the enveloped signature of a message (SAML Core 5.4): exactly one Signature, a child of the root, with exactly
 * one Reference to the root's ID, the enveloped and the exclusive C14N transform and nothing else. KeyInfo is not read:
 * only the configured keys count.
 *
 * @returns the octets that were signed. Read from these, and from nothing else.
 * @throws SamlError signature_malformed, algorithm_not_allowed, signature_invalid
 */
export function verifyXmlSignature(root: Element, keys: readonly KeyObject[]): string {
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
  const { algorithm, reference, inclusivePrefixes } = readSignedInfo(signedInfo);
  const expected = readReference(reference, root);

  const octets = canonicalize(signedInfo, { inclusivePrefixes });
  if (!verifiesWithAny(keys, algorithm, octets, decodeBase64(signatureValue.textContent ?? ''))) {
    throw new SamlError('signature_invalid');
  }
  const signed = canonicalize(root, { without: signature, inclusivePrefixes: expected.inclusivePrefixes });
  const digest = createHash(expected.algorithm.hash).update(signed).digest();
  if (digest.length !== expected.digest.length || !timingSafeEqual(digest, expected.digest)) {
    throw new SamlError('signature_invalid', 'The message was altered after it was signed.');
  }
  return signed;
}

function signatures(root: Element): Element[] {
  return [...descendants(root)].filter((element) => is(element, 'Signature'));
}

function theOnlySignature(root: Element): Element {
  const [signature, ...more] = signatures(root);
  if (!signature || more.length > 0) throw malformed('there must be exactly one signature');
  if (signature.parentNode !== root) throw malformed('the signature must be a child of the message');
  return signature;
}

function readSignedInfo(signedInfo: Element) {
  const [method, signatureMethod, reference, ...others] = childElements(signedInfo);
  if (!is(method, 'CanonicalizationMethod') || !is(signatureMethod, 'SignatureMethod') || !is(reference, 'Reference')) {
    throw malformed('SignedInfo is not as XML Signature defines it');
  }
  if (others.length > 0) throw malformed('there must be exactly one Reference');
  if (childElements(signatureMethod).length > 0) throw malformed('SignatureMethod takes no parameters');
  const inclusivePrefixes = readExclusiveC14n(method);
  const algorithm = findSignatureAlgorithm(algorithmUri(signatureMethod));
  if (!algorithm) throw notAllowed(signatureMethod);
  return { algorithm, reference, inclusivePrefixes };
}

function readReference(
  reference: Element,
  root: Element,
): { algorithm: Algorithm; digest: Buffer; inclusivePrefixes: string[] } {
  const id = root.getAttribute('ID');
  if (!id || reference.getAttribute('URI') !== `#${id}`) throw malformed('its Reference does not name the message');
  const [transforms, digestMethod, digestValue, ...others] = childElements(reference);
  if (!is(transforms, 'Transforms') || !is(digestMethod, 'DigestMethod') || !is(digestValue, 'DigestValue')) {
    throw malformed('its Reference is not as XML Signature defines it');
  }
  if (others.length > 0) throw malformed('its Reference has more parts than one');
  const [enveloped, canonical, ...more] = childElements(transforms);
  if (!is(enveloped, 'Transform') || !is(canonical, 'Transform') || more.length > 0) {
    throw malformed('its transforms are not enveloped-signature and exclusive C14N');
  }
  if (algorithmUri(enveloped) !== envelopedSignature || childElements(enveloped).length > 0)
    throw notAllowed(enveloped);
  const inclusivePrefixes = readExclusiveC14n(canonical);
  const algorithm = findDigestAlgorithm(algorithmUri(digestMethod));
  if (!algorithm || childElements(digestMethod).length > 0) throw notAllowed(digestMethod);
  return { algorithm, digest: decodeBase64(digestValue.textContent ?? ''), inclusivePrefixes };
}

/** The PrefixList of an exclusive C14N method (Exclusive XML Canonicalization 3); empty when there is none. */
function readExclusiveC14n(method: Element): string[] {
  if (algorithmUri(method) !== exclusiveC14n) throw notAllowed(method);
  const [inclusive, ...others] = childElements(method);
  if (others.length > 0) throw notAllowed(method);
  if (!inclusive) return [];
  if (inclusive.namespaceURI !== exclusiveC14n || inclusive.localName !== 'InclusiveNamespaces')
    throw notAllowed(method);
  return (inclusive.getAttribute('PrefixList') ?? '').split(/\s+/).filter((prefix) => prefix !== '');
}

// Whatever another reader would take for an ID counts, so that no two readers find two elements under one name.
function refuseRepeatedIds(root: Element): void {
  const seen = new Set<string>();
  for (const element of descendants(root)) {
    for (const attribute of Array.from(element.attributes)) {
      if (attribute.localName?.toLowerCase() !== 'id') continue;
      if (seen.has(attribute.value)) throw malformed('an ID appears twice');
      seen.add(attribute.value);
    }
  }
}

function is(element: Element | undefined, localName: string): element is Element {
  return element?.namespaceURI === namespaces.signature && element.localName === localName;
}

function algorithmUri(element: Element): string {
  return element.getAttribute('Algorithm') ?? '';
}

function malformed(detail: string): SamlError {
  return new SamlError('signature_malformed', `The signature is not acceptable: ${detail}.`);
}

function notAllowed(element: Element): SamlError {
  const uri = algorithmUri(element).slice(0, 100);
  return new SamlError('algorithm_not_allowed', `${element.localName} "${uri}" is not allowed.`, {
    hint: 'Let the application sign with RSA-SHA256 (or 384, 512) and exclusive canonicalization.',
  });
}

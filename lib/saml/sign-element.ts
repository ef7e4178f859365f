import { hash, sign } from 'node:crypto';
import { algorithms, signatureUriOf } from './algorithms';
import { namespaces, type SignatureAlgorithm } from './schema';
import type { SigningKey } from './signing-key';
import { exclusiveC14n } from './xml/canonicalize';
import { element } from './xml/element';

/** An element in canonical form, cut where the schema wants the signature: right after its Issuer. */
export interface Signable {
  id: string;
  /** Opening tag and Issuer. */
  head: string;
  /** The rest, closing tag included. */
  tail: string;
  /** Prefixes that only values use: they count as used where they are declared (Exclusive XML Canonicalization 2.1). */
  valuePrefixes?: readonly string[] | undefined;
}

export interface Signing {
  key: SigningKey;
  algorithm: SignatureAlgorithm;
}

/**
 * Signs an element that is already canonical (SAML Core 5.4): no DOM, no canonicalization, one digest and one signature, RSA or
 * ECDSA as the key is. What was signed and what is sent are the same octets.
 *
 * @returns the element with its enveloped signature
 */
export function signElement({ id, head, tail, valuePrefixes }: Signable, { key, algorithm }: Signing): string {
  const { digestUri, hash: name } = algorithms[algorithm];
  const digest = hash(name, head + tail, 'base64');
  const content =
    canonicalization +
    element('ds:SignatureMethod', { Algorithm: signatureUriOf(algorithm, key) }) +
    element(
      'ds:Reference',
      { URI: `#${id}` },
      element('ds:Transforms', {}, enveloped + exclusive(valuePrefixes)) +
        element('ds:DigestMethod', { Algorithm: digestUri }) +
        element('ds:DigestValue', {}, digest),
    );
  // Canonicalized on its own, SignedInfo declares the prefix; inside the Signature its parent has already done so.
  const octets = element('ds:SignedInfo', { 'xmlns:ds': namespaces.signature }, content);
  // For EC: r and s side by side (XML Signature 1.1, 6.4.3). RSA does not ask.
  const value = sign(name, Buffer.from(octets), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
  const signature = element(
    'ds:Signature',
    { 'xmlns:ds': namespaces.signature },
    element('ds:SignedInfo', {}, content) +
      element('ds:SignatureValue', {}, value) +
      element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, key.certificate))),
  );
  return head + signature + tail;
}

const canonicalization = element('ds:CanonicalizationMethod', { Algorithm: exclusiveC14n });
const enveloped = element('ds:Transform', { Algorithm: `${namespaces.signature}enveloped-signature` });
const exclusiveAlone = element('ds:Transform', { Algorithm: exclusiveC14n });

function exclusive(prefixes: readonly string[] = []): string {
  if (prefixes.length === 0) return exclusiveAlone;
  const listed = element('ec:InclusiveNamespaces', { 'xmlns:ec': exclusiveC14n, PrefixList: prefixes.join(' ') });
  return element('ds:Transform', { Algorithm: exclusiveC14n }, listed);
}

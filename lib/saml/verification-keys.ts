import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import type { Algorithm } from './algorithms';
import { SamlError } from './error';

// Parsing a certificate costs as much as verifying with it. Bounded: entries are text from settings, not from requests.
const cache = new Map<string, KeyObject | undefined>();
const maxCached = 500;

/**
 * The public keys of the SP certificates that can verify. An expired certificate still counts: trust comes from being
 * configured (SAML Metadata 2.4.1.1), as at every other IdP.
 *
 * @param certificates PEM
 * @throws SamlError certificate_unusable when none of them holds an RSA key of at least 2048 bits
 */
export function verificationKeys(certificates: readonly string[]): KeyObject[] {
  const keys = certificates.map(cachedKey).filter((key) => key !== undefined);
  if (keys.length === 0) throw new SamlError('certificate_unusable');
  return keys;
}

/** True when one of the keys made the signature (RSASSA-PKCS1-v1_5). */
export function verifiesWithAny(
  keys: readonly KeyObject[],
  algorithm: Algorithm,
  octets: string,
  signature: Buffer,
): boolean {
  const data = Buffer.from(octets);
  return keys.some((key) => verify(algorithm.hash, data, key, signature));
}

function cachedKey(pem: string): KeyObject | undefined {
  if (!cache.has(pem)) {
    if (cache.size >= maxCached) cache.clear();
    cache.set(pem, readKey(pem));
  }
  return cache.get(pem);
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = new X509Certificate(pem).publicKey;
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= 2048 ? key : undefined;
  } catch {
    return undefined;
  }
}

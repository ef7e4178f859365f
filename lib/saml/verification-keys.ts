import { constants, type KeyObject, type VerifyKeyObjectInput, verify, X509Certificate } from 'node:crypto';
import type { VerificationAlgorithm } from './algorithms';
import { SamlError } from './error';

// Parsing a certificate costs as much as verifying with it. Bounded: entries are text from settings, not from requests.
const cache = new Map<string, KeyObject | undefined>();
const maxCached = 500;

/**
 * The public keys of the SP certificates that can verify. An expired certificate still counts: trust comes from being
 * configured (SAML Metadata 2.4.1.1), as at every other IdP.
 *
 * @param certificates PEM
 * @throws SamlError certificate_unusable when none of them holds an RSA key of at least 2048 bits or an EC key on P-256,
 *   P-384 or P-521
 */
export function verificationKeys(certificates: readonly string[]): KeyObject[] {
  const keys = certificates.map(publicKeyOf).filter((key) => key !== undefined);
  if (keys.length === 0) throw new SamlError('certificate_unusable');
  return keys;
}

/** True when requests can be verified with the key of a certificate (PEM). */
export function canVerify(certificate: string): boolean {
  return publicKeyOf(certificate) !== undefined;
}

/** True when one of the keys made the signature by this algorithm. A key of another kind makes none. */
export function verifiesWithAny(
  keys: readonly KeyObject[],
  { hash, scheme }: VerificationAlgorithm,
  octets: string,
  signature: Buffer,
): boolean {
  const data = Buffer.from(octets);
  return keys.some((key) => {
    const input = verifyInput(key, scheme, signature);
    return input !== undefined && verify(hash, data, input, signature);
  });
}

function verifyInput(
  key: KeyObject,
  scheme: VerificationAlgorithm['scheme'],
  signature: Buffer,
): VerifyKeyObjectInput | undefined {
  const type = key.asymmetricKeyType;
  switch (scheme) {
    case 'rsa-pkcs1':
      // A key that its certificate keeps to RSASSA-PSS makes no others; OpenSSL would read these as PSS.
      return type === 'rsa' ? { key, padding: constants.RSA_PKCS1_PADDING } : undefined;
    case 'rsa-pss':
      // RFC 9231, 2.3.10: the salt is as long as the digest.
      return type === 'rsa' || type === 'rsa-pss'
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : undefined;
    case 'ecdsa': {
      const octets = curveOctets(key);
      if (octets === undefined) return undefined;
      // XML Signature 1.1, 6.4.3: r and s side by side. Java's own signer, which some service providers use for HTTP-Redirect,
      // writes the DER structure instead.
      return { key, dsaEncoding: signature.length === 2 * octets ? 'ieee-p1363' : 'der' };
    }
  }
}

/** Octets of a coordinate on the curves of FIPS 186 that are strong enough; undefined for others. */
function curveOctets(key: KeyObject): number | undefined {
  if (key.asymmetricKeyType !== 'ec') return undefined;
  const curves: Record<string, number> = { prime256v1: 32, secp384r1: 48, secp521r1: 66 };
  return curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
}

/** The public key of a certificate (PEM); undefined for one that is too weak, or none. Kept for the next time. */
export function publicKeyOf(pem: string): KeyObject | undefined {
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
    return bits >= 2048 || curveOctets(key) !== undefined ? key : undefined;
  } catch {
    return undefined;
  }
}

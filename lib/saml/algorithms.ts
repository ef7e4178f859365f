import type { SignatureAlgorithm } from './schema';
import type { SigningKey } from './signing-key';

/** One signature algorithm: its URI, the digest that goes with it, and the digest's name in node:crypto. */
export interface Algorithm {
  signatureUri: string;
  digestUri: string;
  hash: 'sha256' | 'sha384' | 'sha512';
}

/** What is signed with, and the digests that are spoken in both directions (RFC 9231, 2.1 and 2.3). */
export const algorithms: Record<SignatureAlgorithm, Algorithm> = {
  'rsa-sha256': {
    signatureUri: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digestUri: 'http://www.w3.org/2001/04/xmlenc#sha256',
    hash: 'sha256',
  },
  'rsa-sha384': {
    signatureUri: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
    digestUri: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
    hash: 'sha384',
  },
  'rsa-sha512': {
    signatureUri: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    digestUri: 'http://www.w3.org/2001/04/xmlenc#sha512',
    hash: 'sha512',
  },
};

/** The signature algorithm by the key that signs: an EC key signs by ECDSA with the same hash (RFC 9231, 2.3.6). */
export function signatureUriOf(algorithm: SignatureAlgorithm, { privateKey }: SigningKey): string {
  const { signatureUri, hash } = algorithms[algorithm];
  return privateKey.asymmetricKeyType === 'ec' ? `http://www.w3.org/2001/04/xmldsig-more#ecdsa-${hash}` : signatureUri;
}

/** A signature algorithm that a message of a service provider may name. */
export interface VerificationAlgorithm {
  hash: Algorithm['hash'];
  scheme: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa';
}

const hashes = ['sha256', 'sha384', 'sha512'] as const;

/** RSASSA-PSS with its parameters in elements of their own (RFC 9231, 2.3.9); without any: SHA-256 throughout. */
export const rsaPssUri = 'http://www.w3.org/2007/05/xmldsig-more#rsa-pss';

/**
 * What is verified: RSA (RFC 9231, 2.3.2), RSASSA-PSS with the parameters in the name (2.3.10) or without any (2.3.9), and
 * ECDSA (2.3.6).
 * SHA-1, HMAC, DSA and everything else is absent on purpose: what is not in this table cannot be asked for by a message.
 */
const verifiable = new Map<string, VerificationAlgorithm>([
  ...hashes.flatMap((hash): [string, VerificationAlgorithm][] => [
    [`http://www.w3.org/2001/04/xmldsig-more#rsa-${hash}`, { hash, scheme: 'rsa-pkcs1' }],
    [`http://www.w3.org/2007/05/xmldsig-more#${hash}-rsa-MGF1`, { hash, scheme: 'rsa-pss' }],
    [`http://www.w3.org/2001/04/xmldsig-more#ecdsa-${hash}`, { hash, scheme: 'ecdsa' }],
  ]),
  [rsaPssUri, { hash: 'sha256', scheme: 'rsa-pss' }],
]);

/** The algorithm that a signature URI names, if it is allowed. */
export function findSignatureAlgorithm(uri: string): VerificationAlgorithm | undefined {
  return verifiable.get(uri);
}

/** The hash that a digest URI names, if it is allowed. */
export function findDigestHash(uri: string): Algorithm['hash'] | undefined {
  return Object.values(algorithms).find((algorithm) => algorithm.digestUri === uri)?.hash;
}

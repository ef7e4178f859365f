import type { SignatureAlgorithm } from './schema';

/** One signature algorithm: its URI, the digest that goes with it, and the digest's name in node:crypto. */
export interface Algorithm {
  signatureUri: string;
  digestUri: string;
  hash: 'sha256' | 'sha384' | 'sha512';
}

/**
 * All that is spoken, in both directions (RFC 6931 2.1, 2.3). SHA-1, HMAC and everything else is absent on purpose: what
 * is not in this table cannot be asked for by a message.
 */
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

/** The algorithm that a signature URI names, if it is allowed. */
export function findSignatureAlgorithm(uri: string): Algorithm | undefined {
  return Object.values(algorithms).find((algorithm) => algorithm.signatureUri === uri);
}

/** The algorithm that a digest URI names, if it is allowed. */
export function findDigestAlgorithm(uri: string): Algorithm | undefined {
  return Object.values(algorithms).find((algorithm) => algorithm.digestUri === uri);
}

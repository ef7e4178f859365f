import type { EncryptionAlgorithm } from './schema';

/** A content encryption algorithm (XML Encryption 1.1, 5.2): its URI and the name of the cipher in node:crypto. */
export interface ContentEncryption {
  uri: string;
  cipher: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-256-cbc';
  keyBytes: 16 | 32;
  /** Octets of the initialization vector that go in front of the ciphertext. */
  ivBytes: 12 | 16;
}

/**
 * What can be encrypted with. The CBC ones say nothing of whether they were changed on the way: they are for service
 * providers that know no others, and only what is signed goes out.
 */
export const encryptionAlgorithms: Record<EncryptionAlgorithm, ContentEncryption> = {
  'aes256-gcm': {
    uri: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    ...{ cipher: 'aes-256-gcm', keyBytes: 32, ivBytes: 12 },
  },
  'aes128-gcm': {
    uri: 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
    ...{ cipher: 'aes-128-gcm', keyBytes: 16, ivBytes: 12 },
  },
  'aes256-cbc': {
    uri: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
    ...{ cipher: 'aes-256-cbc', keyBytes: 32, ivBytes: 16 },
  },
  'aes128-cbc': {
    uri: 'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
    ...{ cipher: 'aes-128-cbc', keyBytes: 16, ivBytes: 16 },
  },
};

import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { type ContentEncryption, encryptionAlgorithms } from './encryption-algorithms';
import type { EncryptionKey } from './encryption-key';
import { type EncryptionAlgorithm, namespaces } from './schema';
import { element } from './xml/element';

export interface Encryption {
  key: EncryptionKey;
  algorithm: EncryptionAlgorithm;
}

/**
 * Encrypts an element (XML Encryption 1.1, 4.3; SAML Core 6) for whoever has the private key: the content with a key of its own,
 * that key by RSA-OAEP, both in one EncryptedData. In canonical form, like everything that is signed around it.
 *
 * @param plaintext one whole element that declares its own namespaces: it is read without what stands around it
 */
export function encryptElement(plaintext: string, { key, algorithm }: Encryption): string {
  const content = encryptionAlgorithms[algorithm];
  const contentKey = randomBytes(content.keyBytes);
  return element(
    'xenc:EncryptedData',
    { 'xmlns:xenc': namespaces.encryption, Type: `${namespaces.encryption}Element` },
    element('xenc:EncryptionMethod', { Algorithm: content.uri }) +
      element(
        'ds:KeyInfo',
        { 'xmlns:ds': namespaces.signature },
        element('xenc:EncryptedKey', {}, wrapKey(contentKey, key)),
      ) +
      cipherData(encrypt(Buffer.from(plaintext), contentKey, content)),
  );
}

/**
 * RSA-OAEP with SHA-1 throughout (XML Encryption 1.0, 5.4.2): what every service provider knows. OAEP does not need its hash to
 * be free of collisions.
 */
function wrapKey(contentKey: Buffer, { publicKey, certificate }: EncryptionKey): string {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const wrapped = publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, contentKey);
  return (
    element(
      'xenc:EncryptionMethod',
      { Algorithm: `${namespaces.encryption}rsa-oaep-mgf1p` },
      element('ds:DigestMethod', { Algorithm: `${namespaces.signature}sha1` }),
    ) +
    element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate))) +
    cipherData(wrapped)
  );
}

/** The initialization vector, the ciphertext, and for GCM the tag (XML Encryption 1.1, 5.2.2 and 5.2.4). */
function encrypt(plaintext: Buffer, contentKey: Buffer, { cipher, ivBytes }: ContentEncryption): Buffer {
  const iv = randomBytes(ivBytes);
  if (cipher === 'aes-128-gcm' || cipher === 'aes-256-gcm') {
    const gcm = createCipheriv(cipher, contentKey, iv);
    return Buffer.concat([iv, gcm.update(plaintext), gcm.final(), gcm.getAuthTag()]);
  }
  // The padding of PKCS#7 is one that XML Encryption allows: its last octet says how many there are.
  const cbc = createCipheriv(cipher, contentKey, iv);
  return Buffer.concat([iv, cbc.update(plaintext), cbc.final()]);
}

function cipherData(octets: Buffer): string {
  return element('xenc:CipherData', {}, element('xenc:CipherValue', {}, octets.toString('base64')));
}

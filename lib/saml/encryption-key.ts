import { type KeyObject, X509Certificate } from 'node:crypto';
import { SamlError } from './error';
import { publicKeyOf } from './verification-keys';

/** What is encrypted to: the service provider's own key, and its certificate, so that it knows which. */
export interface EncryptionKey {
  publicKey: KeyObject;
  /** Base64 of DER. */
  certificate: string;
}

/**
 * The key that only the service provider can open what is encrypted with.
 *
 * @param certificate PEM
 * @throws SamlError encryption_certificate_unusable when it holds no RSA key of at least 2048 bits
 */
export function encryptionKey(certificate: string): EncryptionKey {
  const publicKey = publicKeyOf(certificate);
  // An RSA key that is kept to RSASSA-PSS signs only.
  if (publicKey?.asymmetricKeyType !== 'rsa') throw new SamlError('encryption_certificate_unusable');
  return { publicKey, certificate: new X509Certificate(certificate).raw.toString('base64') };
}

/** True when a certificate (PEM) holds a key that can be encrypted to. */
export function canEncryptTo(certificate: string): boolean {
  return publicKeyOf(certificate)?.asymmetricKeyType === 'rsa';
}

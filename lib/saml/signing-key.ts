import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { SamlError } from './error';

/** A private key, parsed once, with the certificate that goes into KeyInfo. Keep it: parsing costs as much as signing. */
export interface SigningKey {
  privateKey: KeyObject;
  /** DER in base64, without line breaks. */
  certificate: string;
}

/**
 * Parses the key pair of the IdP.
 *
 * @param privateKeyPem PKCS#8 or PKCS#1, unencrypted
 * @throws SamlError key_mismatch when the two do not belong together, or are neither RSA nor EC
 */
export function createSigningKey(privateKeyPem: string, certificatePem: string): SigningKey {
  const privateKey = createPrivateKey(privateKeyPem);
  const certificate = new X509Certificate(certificatePem);
  const known = ['rsa', 'ec'].includes(privateKey.asymmetricKeyType ?? '');
  if (!known || !certificate.checkPrivateKey(privateKey)) {
    throw new SamlError('key_mismatch');
  }
  return { privateKey, certificate: certificate.raw.toString('base64') };
}

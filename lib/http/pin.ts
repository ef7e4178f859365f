import { createHash, type X509Certificate } from 'node:crypto';

/** The SHA-256 of a certificate's public key (SPKI), in Base64: it stays when the certificate is renewed with the same key. */
export function pinOf(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

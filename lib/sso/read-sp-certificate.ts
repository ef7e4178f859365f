import { AppError } from '@/lib/core/errors';
import { type CertificateFacts, normalizeCertificate, readCertificate } from '@/lib/crypto/certificate';
import { canEncryptTo } from '@/lib/saml/encryption-key';
import { canVerify } from '@/lib/saml/verification-keys';

/**
 * The certificate that assertions for a service provider are encrypted to, as it was pasted.
 *
 * @param field form field to name in the error
 * @throws AppError `invalid_input`, also for a key that nothing can be encrypted to
 */
export function readEncryptionCertificate(text: string, field: string): CertificateFacts & { certificate: string } {
  const certificate = normalizeCertificate(text, field);
  if (!canEncryptTo(certificate)) {
    throw new AppError('invalid_input', 'Nothing can be encrypted to the key of this certificate.', {
      field,
      hint: 'It must be RSA of at least 2048 bits.',
    });
  }
  return { certificate, ...readCertificate(certificate, field) };
}

/**
 * A certificate by which a service provider signs its requests, as it was pasted.
 *
 * @param field form field to name in the error
 * @returns clean PEM and what people compare
 * @throws AppError `invalid_input`, also for a key that no request can be verified with
 */
export function readSpCertificate(text: string, field: string): CertificateFacts & { certificate: string } {
  const certificate = normalizeCertificate(text, field);
  if (!canVerify(certificate)) {
    throw new AppError('invalid_input', 'No request can be verified with the key of this certificate.', {
      field,
      hint: 'It must be RSA of at least 2048 bits, or EC on P-256, P-384 or P-521.',
    });
  }
  return { certificate, ...readCertificate(certificate, field) };
}

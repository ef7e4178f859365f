import { AppError } from '@/lib/core/errors';
import { readCertificate } from '@/lib/crypto/certificate';
import { SamlError } from '@/lib/saml/error';
import { readSpMetadata, type SpMetadata } from '@/lib/saml/read-sp-metadata';

/**
 * Reads the metadata of a service provider for review; nothing is saved.
 * @param xml at most 1 MiB
 * @throws AppError `invalid_input` (xml), with the reason: no XML, a DOCTYPE, too much of it, not of one service provider
 */
export function readPastedMetadata(xml: string): SpMetadata {
  try {
    return readSpMetadata(xml);
  } catch (error) {
    if (!(error instanceof SamlError)) throw error;
    throw new AppError('invalid_input', error.message, {
      field: 'xml',
      ...(error.hint ? { hint: error.hint } : {}),
      cause: error,
    });
  }
}

/** A certificate as people recognise it. */
export interface PastedCertificate {
  /** SHA-256, upper-case hexadecimal with colons. */
  fingerprint: string;
  subject: string;
  notAfter: Date;
}

/** Reads a certificate as it was pasted; nothing is saved. @throws AppError `invalid_input` (certificate) */
export function readPastedCertificate(certificate: string): PastedCertificate {
  const { fingerprintSha256, subject, notAfter } = readCertificate(certificate, 'certificate');
  return { fingerprint: fingerprintSha256, subject, notAfter };
}

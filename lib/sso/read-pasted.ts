import type { z } from 'zod';
import { decodeXml } from '@/lib/core/decode-xml';
import { AppError } from '@/lib/core/errors';
import { SamlError } from '@/lib/saml/error';
import {
  type MetadataChoice,
  readSpMetadata,
  SeveralEntitiesError,
  type SpMetadata,
} from '@/lib/saml/read-sp-metadata';
import { readEncryptionCertificate, readSpCertificate } from './read-sp-certificate';
import type { SpMetadataInput, spCertificateSchema } from './schema';

/**
 * Reads the metadata of a service provider for review; nothing is saved.
 * @throws AppError `invalid_input`: (xml) with the reason: no XML, a DOCTYPE, too much of it, expired, of no
 * service provider; (entityId) where it describes several and none was chosen, with `details.entityIds`
 */
export function readPastedMetadata({ xml, encoding, entityId }: SpMetadataInput): SpMetadata {
  try {
    return readMetadata(encoding === 'base64' ? decodeXml(Buffer.from(xml, 'base64')) : xml, { entityId });
  } catch (error) {
    if (!(error instanceof SamlError)) throw error;
    throw new AppError('invalid_input', error.message, {
      field: 'xml',
      ...(error.hint ? { hint: error.hint } : {}),
      cause: error,
    });
  }
}

/**
 * Reads metadata as it is at this moment.
 * @throws SamlError; AppError `invalid_input` (entityId) where it describes several and none was chosen
 */
export function readMetadata(text: string, choice: Omit<MetadataChoice, 'now'>): SpMetadata {
  try {
    // Real time, whatever the demo clock says: others set the date until which it is valid.
    return readSpMetadata(text, { ...choice, now: new Date() });
  } catch (error) {
    if (!(error instanceof SeveralEntitiesError)) throw error;
    throw new AppError('invalid_input', error.message, {
      field: 'entityId',
      hint: `${error.hint} ${listed(error.entityIds)}`,
      details: { entityIds: error.entityIds },
    });
  }
}

/** Ten of them, for a message. */
function listed(entityIds: readonly string[]): string {
  const more = entityIds.length > 10 ? `, and ${entityIds.length - 10} more` : '';
  return `They are ${entityIds.slice(0, 10).join(', ')}${more}.`;
}

/** A certificate as people recognise it. */
export interface PastedCertificate {
  /** SHA-256, upper-case hexadecimal with colons. */
  fingerprint: string;
  subject: string;
  notAfter: Date;
}

/** Reads a certificate as it was pasted; nothing is saved. @throws AppError `invalid_input` (certificate) */
export function readPastedCertificate({ certificate, use }: z.output<typeof spCertificateSchema>): PastedCertificate {
  const read = use === 'encryption' ? readEncryptionCertificate : readSpCertificate;
  const { fingerprintSha256, subject, notAfter } = read(certificate, 'certificate');
  return { fingerprint: fingerprintSha256, subject, notAfter };
}

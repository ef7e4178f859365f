import { z } from 'zod';
import { readCertificate } from '@/lib/crypto/certificate';
import { db } from '@/lib/db/client';
import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import { acsUrlSchema, logoutBindings } from '@/lib/saml/schema';
import type { StoredSso } from '../merge-changes';
import { compareMetadata, type MetadataDifference } from './compare';

const flag = z.boolean().optional();
/** Metadata as it is kept while it waits. */
export const heldSchema = z
  .object({
    entityId: z.string(),
    acsUrls: z.array(acsUrlSchema),
    certificates: z.array(z.string()),
    encryptionCertificate: z.string().optional(),
    wantAssertionsSigned: flag,
    authnRequestsSigned: flag,
    nameIdFormats: z.array(z.string()),
    logout: z
      .object({ url: z.string(), responseUrl: z.string().optional(), binding: z.enum(logoutBindings) })
      .optional(),
  })
  .transform(
    (held): SpMetadata => ({
      ...held,
      encryptionCertificate: held.encryptionCertificate,
      wantAssertionsSigned: held.wantAssertionsSigned,
      authnRequestsSigned: held.authnRequestsSigned,
      logout: held.logout && { ...held.logout, responseUrl: held.logout.responseUrl },
    }),
  );

/** Where metadata is read from, how that goes, and what waits. */
export interface SpMetadataSourceView {
  url: string;
  entityId: string;
  /** PEM; empty: it need not be signed. */
  certificate: string;
  readAt: Date | null;
  nextAt: Date;
  failingSince: Date | null;
  failure: string | null;
  validUntil: Date | null;
  held: { id: string; since: Date; differences: MetadataDifference[] } | null;
}

type SourceRow = NonNullable<Awaited<ReturnType<typeof db.spMetadataSource.findUnique>>>;

/** @param stored what the metadata that waits is compared with */
export function sourceView(row: SourceRow, stored: StoredSso): SpMetadataSourceView {
  const { url, entityId, certificate, readAt, nextAt, failingSince, failure, validUntil } = row;
  const held = row.held === null || row.heldDigest === null ? undefined : heldSchema.parse(row.held);
  const differences = held
    ? compareMetadata(held, stored, (pem) => readCertificate(pem).fingerprintSha256).differences
    : [];
  return {
    ...{ url, entityId, certificate, readAt, nextAt, failingSince, failure, validUntil },
    held: held ? { id: row.heldDigest ?? '', since: row.heldAt ?? new Date(0), differences } : null,
  };
}

/** Sources that need somebody: something waits, cannot be read, or has expired. For Home; 100 of them at most. */
export function listSourcesInNeed() {
  return db.spMetadataSource.findMany({
    where: {
      OR: [{ heldDigest: { not: null } }, { failingSince: { not: null } }, { validUntil: { lte: new Date() } }],
    },
    select: {
      ...{ heldDigest: true, failingSince: true, failure: true, validUntil: true },
      application: { select: { id: true, displayLabel: true, logoColor: true, logoImage: true } },
    },
    orderBy: { applicationId: 'asc' },
    take: 100,
  });
}

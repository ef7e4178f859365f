import { createHash } from 'node:crypto';
import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { links } from '@/lib/core/links';
import { readCertificate } from '@/lib/crypto/certificate';
import { db, type Tx, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { notify } from '@/lib/provisioning/notify';
import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import { listCertificates, saveSso, storedSso } from '../update-sso';
import { type ComparedMetadata, compareMetadata, needsReview } from './compare';
import { fetchMetadata } from './fetch-metadata';
import { nextReading, nextTry } from './schedule';

/** What a reading was good for. */
type Reading = { kind: 'read'; metadata: SpMetadata } | { kind: 'failed'; message: string };

/** What came of it: nothing new, applied at once, waits for somebody, or was said no to before. */
type Outcome = 'same' | 'applied' | 'held' | 'rejected' | 'failed' | 'gone';

/** The task: reads the metadata of an application at its address. What fails is kept with it, and tried again in an hour. */
export async function refreshSpMetadataTask(applicationId: string): Promise<void> {
  const source = await db.spMetadataSource.findUnique({ where: { applicationId } });
  if (!source) return;
  const reading = await readSource(source);
  const settle = (found: Reading) =>
    transaction((tx) =>
      settleReading(tx, { name: 'sso_metadata', actor: systemActor }, applicationId, source, found, true),
    ).then(() => undefined);
  // What may not be saved as it is (a setting of before a rule was made) is a reason like any other.
  await settle(reading).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code === 'not_found') throw error;
    return settle({ kind: 'failed', message: error.message });
  });
}

/** Over the network; no transaction is open. */
export async function readSource(source: { url: string; entityId: string; certificate: string }): Promise<Reading> {
  try {
    return { kind: 'read', metadata: await fetchMetadata(source) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { kind: 'failed', message: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}

/**
 * Keeps what a reading has found: harmless changes are applied, others wait, a failure leaves everything as it stands.
 * @param asked of the address that was read: where it is another by now, nothing is kept
 * @param byItself nobody asked: what came of it is an event of its own, and a mail; otherwise a part of the event of who asked
 */
export async function settleReading(
  tx: Tx,
  draft: EventDraft,
  applicationId: string,
  asked: { url: string; entityId: string; certificate: string },
  reading: Reading,
  byItself = false,
): Promise<Outcome> {
  const application = await lockApplication(tx, applicationId);
  const named = { id: application.id, displayLabel: application.displayLabel };
  Object.assign(draft, { application: named, target: { type: 'application', id: named.id, name: named.displayLabel } });
  const source = await tx.spMetadataSource.findUnique({ where: { applicationId } });
  if (!source || source.url !== asked.url || source.entityId !== asked.entityId) return 'gone';
  if (source.certificate !== asked.certificate) return 'gone';
  const now = new Date();
  if (reading.kind === 'failed') {
    await tx.spMetadataSource.update({
      where: { applicationId },
      data: {
        ...{ readAt: now, nextAt: nextTry(now), failure: reading.message.slice(0, 1000) },
        failingSince: source.failingSince ?? now,
      },
    });
    // Told when it begins, not each time.
    if (source.failingSince === null) {
      await tell(tx, draft, byItself, { outcome: 'error', code: 'SpMetadataUnreadable', message: reading.message });
    }
    return 'failed';
  }
  const { metadata } = reading;
  const compared = await compareWithStored(tx, application, metadata);
  const digest = digestOf(metadata);
  const read = {
    ...{ readAt: now, nextAt: nextReading(metadata, now), failingSince: null, failure: null },
    validUntil: metadata.validUntil ?? null,
    // What it asks for, for a test of a sign-in.
    asks: { nameIdFormats: metadata.nameIdFormats, attributes: metadata.requestedAttributes ?? [] } as object,
  };
  const keep = (more: object) => tx.spMetadataSource.update({ where: { applicationId }, data: { ...read, ...more } });
  if (compared.differences.length === 0) {
    await clearHeld(tx, applicationId);
    await keep({ rejectedDigest: null });
    return 'same';
  }
  if (!needsReview(compared)) {
    await clearHeld(tx, applicationId);
    await keep({});
    await applyCompared(tx, { ...draft, name: 'sso_update' }, applicationId, compared);
    return 'applied';
  }
  if (digest === source.rejectedDigest) {
    await keep({});
    return 'rejected';
  }
  await keep({ held: { ...metadata }, heldDigest: digest, heldAt: source.heldDigest === digest ? source.heldAt : now });
  if (source.heldDigest !== digest) await tellHeld(tx, draft, byItself, named, compared);
  return 'held';
}

async function clearHeld(tx: Tx, applicationId: string): Promise<void> {
  await tx.$executeRaw`UPDATE sp_metadata_sources SET held = NULL, held_at = NULL, held_digest = NULL WHERE application_id = ${applicationId}::uuid`;
}

/** What metadata would change in what is stored. */
export async function compareWithStored(
  tx: Tx,
  application: { id: string; templateId: string; placeholders: unknown },
  metadata: SpMetadata,
): Promise<ComparedMetadata & { version: number }> {
  const row = await tx.ssoSettings.findUnique({ where: { applicationId: application.id } });
  if (!row) throw new AppError('not_found', 'This application has no SSO.');
  const stored = storedSso(application, row, await listCertificates(tx, application.id));
  return { ...compareMetadata(metadata, stored, fingerprintOf), version: row.version };
}

function fingerprintOf(certificate: string): string {
  return readCertificate(certificate).fingerprintSha256;
}

/** Saves the changes with an event of their own. */
async function applyCompared(
  tx: Tx,
  draft: EventDraft,
  applicationId: string,
  { changes, version }: ComparedMetadata & { version: number },
): Promise<void> {
  draft.message = 'Read from the metadata of the service provider.';
  await saveSso(tx, draft, { applicationId, version }, () => changes);
  await recordEvents(tx, [draft]);
}

async function tellHeld(
  tx: Tx,
  draft: EventDraft,
  byItself: boolean,
  application: { id: string; displayLabel: string },
  { differences }: ComparedMetadata,
): Promise<void> {
  const message = `The metadata of ${application.displayLabel} has changed: ${differences.map(({ field }) => metadataFieldWords[field]).join(', ')}. It waits for somebody to look at it.`;
  const changes = Object.fromEntries(differences.map(({ field, from, to }) => [field, { from, to }]));
  await tell(tx, draft, byItself, { code: 'SpMetadataHeld', message, changes });
  // Whoever is at it has it on the screen.
  if (!byItself) return;
  await notify(tx, application, {
    subject: 'its metadata has changed',
    text: `${message}\n\nUntil then people are signed in as before.`,
    link: { label: 'Compare, then apply or reject it here', path: links.application(application.id).spMetadata() },
  });
}

async function tell(tx: Tx, draft: EventDraft, byItself: boolean, more: Partial<EventDraft>): Promise<void> {
  if (byItself) await recordEvents(tx, [{ ...draft, ...more }]);
  else Object.assign(draft, more, { changes: { ...draft.changes, ...more.changes } });
}

/** As a sentence names them. */
const metadataFieldWords: Record<ComparedMetadata['differences'][number]['field'], string> = {
  spEntityId: 'the entity ID',
  acsUrls: 'the ACS URLs',
  spCertificates: 'the certificates',
  encryptionCertificate: 'the encryption certificate',
  nameIdFormat: 'the NameID format',
  nameIdSource: 'what NameID is made of',
  signAssertion: 'what is signed',
  requireSignedRequests: 'whether requests are signed',
  logoutUrl: 'the single logout URL',
  logoutResponseUrl: 'the logout response URL',
  logoutBinding: 'the logout binding',
};

/** The same for the same metadata, whenever it was read: its times are not part of it, nor what is not applied. */
function digestOf({
  validUntil: _until,
  cacheSeconds: _kept,
  requestedAttributes: _asked,
  ...metadata
}: SpMetadata): string {
  return createHash('sha256').update(JSON.stringify(metadata)).digest('hex');
}

import { lockApplication } from '@/lib/applications/lock-application';
import { getApplication } from '@/lib/applications/queries';
import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import { declareCommand, defineCommand, type Resource } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { readSpCertificate } from '../read-sp-certificate';
import { setSpMetadataSourceSchema, ssoRefSchema } from '../schema';
import { fetchMetadata } from './fetch-metadata';
import { readSource, settleReading } from './refresh';

/**
 * Has the metadata of a service provider read at an address from now on. It is read at once: what cannot be read is not set. What
 * it would change waits to be looked at.
 * @throws AppError `not_found`; `invalid_input`, `target_not_allowed` (url, entityId, certificate)
 */
export const setSpMetadataSource = declareCommand(
  { id: 'setSpMetadataSource', permission: 'sso.write', input: setSpMetadataSourceSchema, event: 'sso_metadata' },
  (actor, { applicationId, url, entityId, certificate: pasted }): Promise<Resource> =>
    attemptAfter(
      { name: 'sso_metadata', actor },
      async () => {
        await getApplication(applicationId);
        const certificate = pasted.trim() === '' ? '' : readSpCertificate(pasted, 'certificate').certificate;
        const address = { url, entityId, certificate };
        return { address, metadata: await fetchMetadata(address) };
      },
      async (tx, draft, { address, metadata }) => {
        const answer = await resourceOf(tx, draft, applicationId);
        const before = await tx.spMetadataSource.findUnique({ where: { applicationId } });
        const first = { ...address, nextAt: new Date(), failingSince: null, failure: null, warned: null };
        // What was read elsewhere, or was said no to, is not what is read now.
        if (before) await tx.spMetadataSource.delete({ where: { applicationId } });
        await tx.spMetadataSource.create({ data: { applicationId, ...first } });
        draft.changes = {
          spMetadataUrl: { from: before?.url ?? null, to: address.url },
          ...(before?.entityId !== address.entityId
            ? { spMetadataEntityId: { from: before?.entityId ?? '', to: address.entityId } }
            : {}),
        };
        await settleReading(tx, draft, applicationId, address, { kind: 'read', metadata });
        return answer;
      },
    ),
);

/** Stops reading it; what was read stays. @throws AppError `not_found` */
export const removeSpMetadataSource = defineCommand(
  { id: 'removeSpMetadataSource', permission: 'sso.write', input: ssoRefSchema, event: 'sso_metadata' },
  async (tx, draft, { applicationId }) => {
    const answer = await resourceOf(tx, draft, applicationId);
    const source = await tx.spMetadataSource.findUnique({ where: { applicationId } });
    if (!source) throw noSource();
    await tx.spMetadataSource.delete({ where: { applicationId } });
    draft.changes = { spMetadataUrl: { from: source.url, to: null } };
    return answer;
  },
);

/** Reads it now. That it cannot be read is told by the state of the source. @throws AppError `not_found` */
export const refreshSpMetadata = declareCommand(
  { id: 'refreshSpMetadata', permission: 'sso.write', input: ssoRefSchema, event: 'sso_metadata' },
  (actor, { applicationId }): Promise<Resource> =>
    attemptAfter(
      { name: 'sso_metadata', actor },
      async () => {
        const source = await db.spMetadataSource.findUnique({ where: { applicationId } });
        if (!source) throw noSource();
        return { source, reading: await readSource(source) };
      },
      async (tx, draft, { source, reading }) => {
        const answer = await resourceOf(tx, draft, applicationId);
        draft.message = reading.kind === 'read' ? 'Read at its address.' : reading.message;
        if (reading.kind === 'failed') Object.assign(draft, { outcome: 'error', code: 'SpMetadataUnreadable' });
        await settleReading(tx, draft, applicationId, source, reading);
        return answer;
      },
    ),
);

/** What the commands answer, and whose event it is. */
export async function resourceOf(tx: Tx, draft: EventDraft, applicationId: string): Promise<Resource> {
  const application = await lockApplication(tx, applicationId);
  draft.application = { id: application.id, displayLabel: application.displayLabel };
  draft.target = { type: 'application', id: application.id, name: application.displayLabel };
  const settings = await tx.ssoSettings.findUnique({ where: { applicationId }, select: { version: true } });
  if (!settings) throw new AppError('not_found', 'This application has no SSO.');
  return { id: applicationId, version: settings.version };
}

export function noSource(): AppError {
  return new AppError('not_found', 'The metadata of this application is not read from an address.');
}

import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Resource } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';

/** A signing certificate of an application: it signs, is announced, or did sign and can again. */
export interface IdpKeyEntry {
  id: string;
  state: 'current' | 'next' | 'retired';
  fingerprint: string;
}

/** Of one application, each state at most once. */
export interface IdpKeys {
  /** What the command answers: the SSO settings, which stay as they are. */
  answer: Resource;
  keys: Partial<Record<IdpKeyEntry['state'], IdpKeyEntry>>;
}

/** The application's key pairs, held against whoever rolls over at the same moment. @throws AppError `not_found` */
export async function holdIdpKeys(tx: Tx, draft: EventDraft, applicationId: string): Promise<IdpKeys> {
  const application = await lockApplication(tx, applicationId);
  draft.application = { id: application.id, displayLabel: application.displayLabel };
  draft.target = { type: 'application', id: application.id, name: application.displayLabel };
  const settings = await tx.ssoSettings.findUnique({ where: { applicationId }, select: { version: true } });
  if (!settings) throw new AppError('not_found', 'This application has no SSO.');
  const rows = await tx.idpKey.findMany({
    where: { applicationId },
    select: { id: true, state: true, fingerprint: true },
  });
  return {
    answer: { id: applicationId, version: settings.version },
    keys: Object.fromEntries(rows.map((row) => [row.state, row])),
  };
}

/** @throws AppError `conflict` */
export function missing(what: string, hint: string): never {
  throw new AppError('conflict', `There is no ${what}.`, { hint });
}

import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { settingsOf } from '@/lib/core/setting';
import { db, type Tx } from '@/lib/db/client';
import type { Application, Integration } from '@/lib/db/generated/client';
import type { Resource } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { connectionSettings } from '../settings';

/**
 * An application with its active integration, locked against another writer until the transaction ends.
 * @throws AppError `not_found`, `not_active`
 */
export async function lockIntegration(
  tx: Tx,
  applicationId: string,
): Promise<{ application: Application; integration: Integration }> {
  const application = await lockApplication(tx, applicationId);
  const integration = await tx.integration.findUnique({ where: { applicationId } });
  if (!integration || integration.status === 'inactive') {
    throw new AppError('not_active', `Identity Management is not active for ${application.displayLabel}.`, {
      hint: 'Activate it first.',
    });
  }
  return { application, integration };
}

/**
 * The active connection before the network is asked: without its token nothing could be tested. Says in the draft what it
 * is about. @throws AppError `not_active`
 */
export async function findActive(draft: EventDraft, applicationId: string): Promise<Integration> {
  const saved = await db.integration.findUnique({ where: { applicationId }, include: { application: true } });
  if (!saved) throw new AppError('not_active', 'Identity Management is not configured.');
  draft.application = saved.application;
  draft.target = { type: 'application', id: applicationId, name: saved.application.displayLabel };
  if (saved.status === 'inactive') throw new AppError('not_active', 'Identity Management is not active.');
  return saved;
}

/** A connection as commands answer it: it goes by the id of its application. */
export function asResource({ applicationId, version }: Integration): Resource {
  return { id: applicationId, version };
}

/** @throws AppError `stale_version` with the values as they are now, when somebody saved in the meantime */
export function assertVersion(
  integration: Integration,
  version: number,
  values: Record<string, unknown> = settingsOf(connectionSettings, integration),
): void {
  if (integration.version === version) return;
  throw new AppError('stale_version', 'The connection was changed by somebody else in the meantime.', {
    hint: 'Nothing was saved. What you typed is still here; compare and save again.',
    details: {
      version: integration.version,
      values,
    },
  });
}

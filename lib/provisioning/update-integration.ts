import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { forgetAccounts, sameBaseUrl } from './forget-accounts';
import { assertVersion, lockIntegration } from './internal/integrations';
import { markGroupsDue } from './mark-due';
import { assertConnects } from './probe-connection';
import type { IntegrationUpdate } from './schema';
import { startCycle } from './start-cycle';

/**
 * Changes an active connection. Another base URL is tested with the saved token first. Switching group management off
 * leaves groups and memberships as they are; people go on being managed.
 * @throws AppError `stale_version`, `target_not_allowed` or `connection_failed` at baseUrl, `not_active`
 */
export async function updateIntegration(actor: Actor, input: IntegrationUpdate): Promise<{ version: number }> {
  const { applicationId, version, baseUrl, manageGroups, intervalMinutes } = input;
  const test = async (draft: EventDraft) => {
    const saved = await db.integration.findUnique({ where: { applicationId }, include: { application: true } });
    if (!saved) throw new AppError('not_active', 'Identity Management is not configured.');
    draft.application = saved.application;
    draft.target = { type: 'application', id: applicationId, name: saved.application.displayLabel };
    // Refused before the network is asked; with the token gone, nothing could be tested either.
    if (saved.status === 'inactive') throw new AppError('not_active', 'Identity Management is not active.');
    return sameBaseUrl(saved.baseUrl, baseUrl) ? undefined : assertConnects({ applicationId, baseUrl, manageGroups });
  };
  return attemptAfter({ name: 'idm_integration_update', actor }, test, async (tx, draft, capabilities) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    assertVersion(integration, version);
    const { baseUrl: fromUrl, manageGroups: fromGroups, intervalMinutes: fromMinutes } = integration;
    const values = { baseUrl, manageGroups, intervalMinutes };
    draft.changes = changesBetween(
      { baseUrl: fromUrl, manageGroups: fromGroups, intervalMinutes: fromMinutes },
      values,
    );
    const saved = await tx.integration.update({
      where: { applicationId },
      data: {
        ...values,
        ...(capabilities ? { capabilities: JSON.parse(JSON.stringify(capabilities)) } : {}),
        version: { increment: 1 },
      },
    });
    if (!sameBaseUrl(fromUrl, baseUrl)) {
      await forgetAccounts(tx, applicationId);
      await startCycle(tx, application, 'settings', actor);
    }
    if (manageGroups && !fromGroups) await markGroupsDue(tx, applicationId, undefined);
    return { version: saved.version };
  });
}

import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { seal } from '@/lib/crypto/seal';
import { db } from '@/lib/db/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { tokenContext } from './connection';
import { assertVersion, lockIntegration } from './internal/integrations';
import { wakeEngine } from './mark-due';
import { assertConnects } from './probe-connection';
import { leaveQuarantine } from './quarantine';
import { startCycle } from './start-cycle';

/**
 * Replaces the token in place: the new one is tested before the swap, links and settings stay.
 * @throws AppError `connection_failed` at token, `stale_version`, `not_active`
 */
export async function replaceToken(
  actor: Actor,
  input: { applicationId: string; version: number; token: string },
): Promise<void> {
  const { applicationId, version, token } = input;
  const test = async (draft: EventDraft) => {
    const before = await db.integration.findUnique({ where: { applicationId }, include: { application: true } });
    if (!before) throw new AppError('not_active', 'Identity Management is not configured.');
    draft.application = before.application;
    draft.target = { type: 'application', id: applicationId, name: before.application.displayLabel };
    // Refused before the network is asked; with the token gone, nothing could be tested either.
    if (before.status === 'inactive') throw new AppError('not_active', 'Identity Management is not active.');
    return assertConnects({ applicationId, baseUrl: before.baseUrl, token, manageGroups: before.manageGroups });
  };
  await attemptAfter({ name: 'idm_integration_reauth', actor }, test, async (tx, _draft, capabilities) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    assertVersion(integration, version);
    await tx.integration.update({
      where: { applicationId },
      data: {
        tokenSealed: seal(token, tokenContext(applicationId)),
        tokenUpdatedAt: now(),
        capabilities: JSON.parse(JSON.stringify(capabilities)),
        version: { increment: 1 },
      },
    });
    await leaveQuarantine(tx, application);
    // What was missed meanwhile is caught up with now, not at the next interval.
    if (integration.status === 'quarantined') await startCycle(tx, application, 'settings', actor);
    await wakeEngine(tx, applicationId);
  });
}

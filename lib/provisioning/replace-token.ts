import { now } from '@/lib/core/clock';
import { seal } from '@/lib/crypto/seal';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { tokenContext } from './connection';
import { startCycle } from './cycles/start-cycle';
import { asResource, assertVersion, findActive, lockIntegration } from './internal/integrations';
import { wakeEngine } from './mark-due';
import { assertConnects } from './probe-connection';
import { leaveQuarantine } from './quarantine';
import { replaceTokenSchema } from './schema';

/**
 * Replaces the token in place: the new one is tested before the swap, links and settings stay. @returns the connection
 * @throws AppError `connection_failed` at token, `stale_version`, `not_active`
 */
export const replaceToken = declareCommand(
  {
    id: 'replaceToken',
    permission: 'integration.write',
    input: replaceTokenSchema,
    event: 'idm_integration_reauth',
  },
  async (actor, { applicationId, version, token }) => {
    const test = async (draft: EventDraft) => {
      const { baseUrl, manageGroups } = await findActive(draft, applicationId);
      return assertConnects({ applicationId, baseUrl, token, manageGroups });
    };
    return attemptAfter({ name: 'idm_integration_reauth', actor }, test, async (tx, _draft, capabilities) => {
      const { application, integration } = await lockIntegration(tx, applicationId);
      assertVersion(integration, version);
      const saved = await tx.integration.update({
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
      return asResource(saved);
    });
  },
);

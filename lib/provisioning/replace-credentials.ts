import { now } from '@/lib/core/clock';
import { settingsOf, toRow } from '@/lib/core/setting';
import type { Integration } from '@/lib/db/generated/client';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { authenticationOf, toColumns } from './authentication';
import { authorizationIdOf, forgetAuthorizations } from './authorization/forget-authorizations';
import { startCycle } from './cycles/start-cycle';
import { asResource, assertVersion, findActive, lockIntegration } from './internal/integrations';
import { wakeEngine } from './mark-due';
import { assertConnects } from './probe-connection';
import { leaveQuarantine } from './quarantine';
import { replaceCredentialsSchema } from './schema';
import { connectionSettings } from './settings';
import { afterTest } from './taught-habits';

/**
 * Replaces how a connection authenticates, or the secret alone: tested before the swap; links and settings stay. @returns the connection
 * @throws AppError `invalid_input` and `connection_failed` at the field that is to blame, `stale_version`, `not_active`
 */
export const replaceCredentials = declareCommand(
  {
    id: 'replaceCredentials',
    permission: 'integration.write',
    input: replaceCredentialsSchema,
    event: 'idm_integration_reauth',
  },
  async (actor, { applicationId, version, authentication }) => {
    const test = async (draft: EventDraft) => {
      const { baseUrl, manageGroups } = await findActive(draft, applicationId);
      return assertConnects({ applicationId, baseUrl, authentication, manageGroups });
    };
    return attemptAfter({ name: 'idm_integration_reauth', actor }, test, async (tx, draft, tested) => {
      const { application, integration } = await lockIntegration(tx, applicationId);
      assertVersion(integration, version);
      draft.changes = changesBetween(authenticationOf(integration), tested.credentials.authentication);
      const saved = await tx.integration.update({
        where: { applicationId },
        data: {
          ...toColumns(applicationId, tested.credentials),
          tokenUpdatedAt: now(),
          settings: withoutNote(integration),
          ...afterTest(integration, tested),
          version: { increment: 1 },
        },
      });
      await forgetAuthorizations(tx, applicationId, [authorizationIdOf(tested.credentials.authentication)]);
      await leaveQuarantine(tx, application);
      // What was missed meanwhile is caught up with now, not at the next interval.
      if (integration.status === 'quarantined') await startCycle(tx, application, 'settings', actor);
      await wakeEngine(tx, applicationId);
      return asResource(saved);
    });
  },
);

/** When the secret before ended says nothing of the next. */
function withoutNote(integration: Integration) {
  const values = { ...settingsOf(connectionSettings, integration), secretEnds: connectionSettings.secretEnds.initial };
  return toRow(connectionSettings, values).settings;
}

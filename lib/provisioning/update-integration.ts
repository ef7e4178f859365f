import { sameJson } from '@/lib/core/same-json';
import { pickSettings, settingsOf, toRow } from '@/lib/core/setting';
import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import { declareCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { enqueue } from '@/lib/queue/enqueue';
import { startCycle } from './cycles/start-cycle';
import { forgetAccounts, sameBaseUrl } from './forget-accounts';
import { asResource, assertVersion, findActive, lockIntegration } from './internal/integrations';
import { markGroupsDue, wakeEngines } from './mark-due';
import { assertConnects } from './probe-connection';
import { integrationUpdateSchema } from './schema';
import { actionSettings, connectionSettings, driftSettings, groupSettings } from './settings';
import { afterTest } from './taught-habits';

/**
 * Changes an active connection. Another base URL is tested with the saved credentials first. Switching group management off
 * leaves groups and memberships as they are; people go on being managed.
 * @returns the connection
 * @throws AppError `stale_version`, `target_not_allowed` or `connection_failed` at baseUrl, `not_active`
 */
export const updateIntegration = declareCommand(
  {
    id: 'updateIntegration',
    permission: 'integration.write',
    input: integrationUpdateSchema,
    event: 'idm_integration_update',
  },
  async (actor, { applicationId, version, ...values }) => {
    const { baseUrl, manageGroups } = values;
    const test = async (draft: EventDraft) => {
      const saved = await findActive(draft, applicationId);
      return sameBaseUrl(saved.baseUrl, baseUrl) ? undefined : assertConnects({ applicationId, baseUrl, manageGroups });
    };
    return attemptAfter({ name: 'idm_integration_update', actor }, test, async (tx, draft, tested) => {
      const { application, integration } = await lockIntegration(tx, applicationId);
      assertVersion(integration, version);
      const before = settingsOf(connectionSettings, integration);
      draft.changes = changesBetween(before, values);
      const saved = await tx.integration.update({
        where: { applicationId },
        data: {
          ...toRow(connectionSettings, values),
          ...(tested ? afterTest(null, tested) : {}),
          version: { increment: 1 },
        },
      });
      if (!sameBaseUrl(before.baseUrl, baseUrl)) {
        await forgetAccounts(tx, applicationId);
        await startCycle(tx, application, 'settings', actor);
      }
      // What a switch has left out is sent now, and what is left out from now on says so. So does what was changed over there.
      const decides = { ...actionSettings, ...driftSettings };
      if (!sameJson(pickSettings(decides, before), pickSettings(decides, values)))
        await enqueue(tx, 'application-changed', { applicationId });
      const isGroupsChanged = !sameJson(pickSettings(groupSettings, before), pickSettings(groupSettings, values));
      if (isGroupsChanged && values.exactMembership) await lookUpForeign(tx, applicationId);
      if (manageGroups && (isGroupsChanged || !before.manageGroups))
        await wakeEngines(tx, await markGroupsDue(tx, { applicationId }));
      return asResource(saved);
    });
  },
);

/** Groups with members who are not managed here are read once more, to be rid of them. */
async function lookUpForeign(tx: Tx, applicationId: string): Promise<void> {
  await tx.groupLink.updateMany({
    where: { applicationId, foreignMembers: { gt: 0 }, state: 'provisioned' },
    data: { lastSent: Prisma.DbNull },
  });
}

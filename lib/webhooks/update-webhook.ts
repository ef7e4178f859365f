import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { assertOutgoingTarget } from '@/lib/http/outgoing';
import { attemptNow } from './internal/wake-webhook';
import { assertApplications, assertVersion, lockWebhook, webhookTarget } from './internal/webhooks';
import { updateWebhookSchema } from './schema';
import { tellableUrl } from './tellable-url';

/**
 * Saves the settings of a webhook. While it is disabled nothing is sent; what happens meanwhile, and what was waiting, is
 * sent once it is enabled again.
 * @param input `version` as it was loaded
 * @throws AppError `not_found`, `stale_version`, `target_not_allowed` at url, `invalid_input` at applicationIds
 */
export const updateWebhook = defineCommand(
  { id: 'updateWebhook', permission: 'webhooks.write', input: updateWebhookSchema, event: 'webhook_update' },
  async (tx, draft, { id, version, ...typed }) => {
    const values = {
      ...typed,
      eventNames: [...new Set(typed.eventNames)],
      applicationIds: [...new Set(typed.applicationIds)],
    };
    const row = await lockWebhook(tx, id);
    draft.target = webhookTarget(row);
    assertVersion(row, version);
    if (values.url !== row.url) assertOutgoingTarget(values.url, 'url');
    // One that was deleted since may stay in the list: taking it out could leave the empty list, which wants everything.
    const added = values.applicationIds.filter((applicationId) => !row.applicationIds.includes(applicationId));
    await assertApplications(tx, added);
    const { label, url, eventNames, applicationIds, enabled } = row;
    const { url: wanted, ...others } = values;
    draft.changes = {
      ...changesBetween({ label, eventNames, applicationIds, enabled }, others),
      // Also where what is told of both is the same.
      ...(wanted === url ? {} : { url: { from: tellableUrl(url), to: tellableUrl(wanted) } }),
    };
    const saved = await tx.webhook.update({
      where: { id },
      data: { ...values, ...(values.url === row.url ? {} : { hung: 0, restsUntil: null }), version: { increment: 1 } },
    });
    if (values.enabled && !enabled) {
      const waiting = await tx.webhookDelivery.findMany({
        where: { webhookId: id, state: 'waiting' },
        select: { id: true },
      });
      await attemptNow(tx, id, waiting);
    }
    return saved;
  },
);

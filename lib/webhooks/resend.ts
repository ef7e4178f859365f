import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Webhook } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { attemptNow } from './internal/wake-webhook';
import { lockWebhook, webhookTarget } from './internal/webhooks';
import { resendDeliverySchema, resendFailedSchema } from './schema';

/** Deliveries that one call sends again at most. */
const mostAtOnce = 1_000;

/**
 * Sends a delivery again, under the same `webhook-id`: one that was given up or accepted begins anew, one that waits for
 * its next attempt is attempted now.
 * @returns the webhook
 * @throws AppError `not_found`, `not_active` when the webhook is disabled
 */
export const resendDelivery = defineCommand(
  { id: 'resendDelivery', permission: 'webhooks.write', input: resendDeliverySchema, event: 'webhook_delivery' },
  async (tx, draft, { deliveryId }) => {
    const found = await tx.webhookDelivery.findUnique({ where: { id: deliveryId }, select: { webhookId: true } });
    if (!found) throw new AppError('not_found', 'This delivery does not exist any more.');
    const webhook = await lockWebhook(tx, found.webhookId);
    draft.target = webhookTarget(webhook);
    assertEnabled(webhook);
    const delivery = await tx.webhookDelivery.findUniqueOrThrow({ where: { id: deliveryId } });
    draft.message = `Sent again by hand: ${countEvents(delivery.eventIds.length)}.`;
    await (delivery.state === 'waiting' ? attemptNow : beginAnew)(tx, webhook.id, [delivery]);
    return webhook;
  },
);

/**
 * Sends everything again that was given up, the oldest first, at most 1,000 deliveries.
 * @returns the webhook, and how many deliveries
 * @throws AppError `not_found`, `not_active` when the webhook is disabled
 */
export const resendFailed = defineCommand(
  { id: 'resendFailed', permission: 'webhooks.write', input: resendFailedSchema, event: 'webhook_delivery' },
  async (tx, draft, { webhookId }) => {
    const webhook = await lockWebhook(tx, webhookId);
    draft.target = webhookTarget(webhook);
    assertEnabled(webhook);
    const failed = await tx.webhookDelivery.findMany({
      where: { webhookId, state: 'failed' },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: mostAtOnce,
    });
    const events = failed.reduce((sum, delivery) => sum + delivery.eventIds.length, 0);
    draft.message = `Everything that was given up is sent again by hand: ${countEvents(events)}.`;
    await beginAnew(tx, webhookId, failed);
    return { ...webhook, changed: failed.length };
  },
);

function assertEnabled(webhook: Webhook): void {
  if (webhook.enabled) return;
  throw new AppError('not_active', 'This webhook is disabled: nothing is sent.', {
    hint: 'Enable it in its settings first.',
  });
}

function countEvents(count: number): string {
  return count === 1 ? '1 event' : `${count.toLocaleString('en')} events`;
}

async function beginAnew(tx: Tx, webhookId: string, deliveries: readonly { id: string }[]): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { id: { in: deliveries.map((delivery) => delivery.id) } },
    data: { state: 'waiting', attempts: 0, finishedAt: null },
  });
  await attemptNow(tx, webhookId, deliveries);
}

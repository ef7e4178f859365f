import type { Tx } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';
import { endRest } from '../rest';

/** Has what is due for a webhook delivered: one task however often it is asked for. @param runAt absent: now */
export async function wakeWebhook(tx: Tx, webhookId: string, runAt?: Date): Promise<void> {
  // What is to be done later does not take the place of what is to be done now.
  const options = runAt ? { jobKey: `webhook-later:${webhookId}`, runAt } : { jobKey: `webhook:${webhookId}` };
  await enqueue(tx, 'deliver-webhook', { webhookId }, options);
}

/** Has deliveries of a webhook attempted now, in their order, whatever they were waiting for. */
export async function attemptNow(tx: Tx, webhookId: string, deliveries: readonly { id: string }[]): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.webhookDelivery.updateMany({
    where: { id: { in: deliveries.map(({ id }) => id) } },
    data: { nextAttemptAt: new Date() },
  });
  await endRest(tx, webhookId);
  await wakeWebhook(tx, webhookId);
}

import type { Tx } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';

/** Has a delivery attempted: one job for each, those of one webhook after another. @param runAt absent: at once */
export async function enqueueDelivery(
  tx: Tx,
  delivery: { id: string; webhookId: string },
  runAt?: Date | null,
): Promise<void> {
  await enqueue(
    tx,
    'deliver-webhook',
    { deliveryId: delivery.id },
    {
      jobKey: `webhook-delivery:${delivery.id}`,
      queueName: `webhook:${delivery.webhookId}`,
      ...(runAt ? { runAt } : {}),
    },
  );
}

/** Has deliveries attempted now, in their order, whatever they were waiting for. */
export async function attemptNow(tx: Tx, deliveries: readonly { id: string; webhookId: string }[]): Promise<void> {
  await tx.webhookDelivery.updateMany({
    where: { id: { in: deliveries.map(({ id }) => id) } },
    data: { nextAttemptAt: new Date() },
  });
  for (const delivery of deliveries) await enqueueDelivery(tx, delivery);
}

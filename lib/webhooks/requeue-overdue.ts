import { db } from '@/lib/db/client';
import { enqueueDelivery } from './internal/enqueue-delivery';

/** Overdue by this much, a delivery has more likely lost its job than its turn. */
const overdueMs = 10 * 60_000;
const mostAtOnce = 1_000;

/**
 * Gives deliveries a job again that have none, as after a restored dump or a job that the queue gave up. Those that only
 * wait for their turn keep it: a job of the same key takes the place of the one there is, at the same time.
 */
export async function requeueOverdue(): Promise<void> {
  const overdue = await db.webhookDelivery.findMany({
    where: { state: 'waiting', nextAttemptAt: { lt: new Date(Date.now() - overdueMs) }, webhook: { enabled: true } },
    orderBy: [{ nextAttemptAt: 'asc' }, { id: 'asc' }],
    take: mostAtOnce,
    select: { id: true, webhookId: true, nextAttemptAt: true },
  });
  for (const delivery of overdue) await enqueueDelivery(db, delivery, delivery.nextAttemptAt);
}

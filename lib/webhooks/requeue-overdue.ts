import { db } from '@/lib/db/client';
import { wakeWebhook } from './internal/wake-webhook';

/** Overdue by this much, a delivery has more likely lost its job than its turn. */
const overdueMs = 10 * 60_000;

/** Wakes webhooks of which something is overdue, as after a restored dump or a job that the queue gave up. */
export async function requeueOverdue(): Promise<void> {
  const overdue = await db.webhookDelivery.findMany({
    where: { state: 'waiting', nextAttemptAt: { lt: new Date(Date.now() - overdueMs) }, webhook: { enabled: true } },
    distinct: ['webhookId'],
    select: { webhookId: true },
  });
  for (const { webhookId } of overdue) await wakeWebhook(db, webhookId);
}

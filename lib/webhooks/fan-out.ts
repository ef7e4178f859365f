import { db, type Tx, transaction } from '@/lib/db/client';
import { feedEnd, readFeed } from '@/lib/events/feed';
import type { EventRow } from '@/lib/events/queries';
import type { EventName } from '@/lib/events/schema';
import { wakeWebhook } from './internal/wake-webhook';
import { cutIntoMessages } from './message';

/** Deliveries that wait for their first attempt, per webhook: a slower receiver gets fuller messages, not more of them. */
const mostUntried = 20;
/** Stretches of the feed in one transaction, which has an end; what comes behind them is for the next time. */
const mostStretches = 100;

/**
 * Turns what happened since the last time into deliveries, one webhook after another. Any number of processes may do so
 * at once: a webhook whose row is taken is left to whoever has it. @returns deliveries that were made
 */
export async function fanOut(): Promise<number> {
  const webhooks = await db.webhook.findMany({ where: { enabled: true }, select: { id: true, position: true } });
  if (webhooks.length === 0) return 0;
  const end = await feedEnd();
  let made = 0;
  for (const { id, position } of webhooks) {
    if (position !== end) made += await transaction((tx) => fanOutOne(tx, id));
  }
  return made;
}

interface Taken {
  position: bigint;
  eventNames: EventName[];
  applicationIds: string[];
}

/** Deliveries and position change together, so that a crash in between neither loses nor repeats events. */
async function fanOutOne(tx: Tx, id: string): Promise<number> {
  const [webhook] = await tx.$queryRaw<Taken[]>`
    SELECT position, event_names AS "eventNames", application_ids AS "applicationIds"
    FROM webhooks WHERE id = ${id}::uuid AND enabled FOR UPDATE SKIP LOCKED`;
  if (!webhook) return 0;
  const filter = { names: webhook.eventNames, applicationIds: webhook.applicationIds };
  const untried = await tx.webhookDelivery.count({ where: { webhookId: id, state: 'waiting', attempts: 0 } });
  let position = webhook.position;
  let made = 0;
  for (let stretches = 0; stretches < mostStretches && untried + made < mostUntried; stretches += 1) {
    const page = await readFeed(position, filter, 100, tx);
    if (page.position === position) break;
    position = page.position;
    const events = page.items.filter((event) => !isAboutDeliveriesTo(id, event));
    for (const message of cutIntoMessages(events)) {
      await addDelivery(tx, id, message);
      made += 1;
    }
  }
  // By hand: updatedAt tells of the settings.
  if (position !== webhook.position) {
    await tx.$executeRaw`UPDATE webhooks SET position = ${position}::bigint WHERE id = ${id}::uuid`;
  }
  if (made > 0) await wakeWebhook(tx, id);
  return made;
}

async function addDelivery(tx: Tx, webhookId: string, events: readonly EventRow[]): Promise<void> {
  await tx.webhookDelivery.create({
    data: { webhookId, eventIds: events.map((event) => BigInt(event.id)), nextAttemptAt: new Date() },
  });
}

/** Otherwise a receiver that is down would be told of what could not be told to it, over and over. */
function isAboutDeliveriesTo(webhookId: string, event: EventRow): boolean {
  return event.name === 'webhook_delivery' && event.targetId === webhookId;
}

import type { Tx } from '@/lib/db/client';
import type { Webhook } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { type DeletedEvent, deleteDueEvents } from '@/lib/events/delete-due';
import { isWanted } from '@/lib/events/feed';
import { recordEvents } from '@/lib/events/record';
import type { EventName } from '@/lib/events/schema';
import { webhookTarget } from './internal/webhooks';

/** While a webhook goes on missing events, one event tells of it, until it has missed none for this long, in milliseconds. */
const newsAfterMs = 24 * 60 * 60_000;

/**
 * Deletes the oldest events before a moment, some hundred at most. A webhook that was still to be told of one of them,
 * because it is disabled or its receiver does not answer, is not overtaken in silence: how many it missed is counted, and an
 * event tells of it. @returns how many were deleted
 */
export async function deleteDueEventsWithNotice(tx: Tx, before: Date): Promise<number> {
  const webhooks = await tx.webhook.findMany();
  const places = await placesOf(tx, webhooks);
  const waiting = await tx.webhookDelivery.findMany({
    where: { state: 'waiting' },
    select: { webhookId: true, eventIds: true },
  });
  const deleted = await deleteDueEvents(tx, before);
  if (deleted.length === 0) return 0;
  for (const webhook of webhooks) {
    const undelivered = new Set(waiting.flatMap((one) => (one.webhookId === webhook.id ? one.eventIds : [])));
    const missed = deleted.filter(
      (event) => undelivered.has(event.id) || isUntold(event, webhook, places.get(webhook.position)),
    );
    if (missed.length > 0) await tellOfMissed(tx, webhook, missed.length);
  }
  return deleted.length;
}

/** The transactions of the events at which webhooks stand; none where that event is gone. */
async function placesOf(tx: Tx, webhooks: readonly Webhook[]): Promise<Map<bigint, bigint>> {
  const rows = await tx.$queryRaw<{ id: bigint; tx: string }[]>`
    SELECT id, tx::text FROM events WHERE id = ANY (${webhooks.map(({ position }) => position)}::bigint[])`;
  return new Map(rows.map((row) => [row.id, BigInt(row.tx)]));
}

/** Whether a webhook wants an event and has not come to it yet. */
function isUntold(event: DeletedEvent, webhook: Webhook, place: bigint | undefined): boolean {
  const filter = { names: webhook.eventNames as EventName[], applicationIds: webhook.applicationIds };
  if (!isWanted(event, filter)) return false;
  if (place === undefined) return event.id > webhook.position;
  return event.tx > place || (event.tx === place && event.id > webhook.position);
}

async function tellOfMissed(tx: Tx, webhook: Webhook, missed: number): Promise<void> {
  const at = new Date();
  const isNews = !webhook.missedAt || at.getTime() - webhook.missedAt.getTime() > newsAfterMs;
  await tx.webhook.update({
    where: { id: webhook.id },
    // It is no change of the settings.
    data: { missedEvents: { increment: missed }, missedAt: at, updatedAt: webhook.updatedAt },
  });
  if (!isNews) return;
  await recordEvents(tx, [
    {
      name: 'webhook_delivery',
      actor: systemActor,
      outcome: 'error',
      code: 'delivery_failed',
      target: webhookTarget(webhook),
      message: 'Events reached the age at which they are deleted before they could be sent. Its page counts them.',
    },
  ]);
}

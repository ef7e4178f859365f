import { unseal } from '@/lib/crypto/seal';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { Webhook, WebhookDelivery } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { type EventRow, readEventsById } from '@/lib/events/queries';
import { recordEvents } from '@/lib/events/record';
import { attemptNow, wakeWebhook } from './internal/wake-webhook';
import { webhookTarget } from './internal/webhooks';
import { messageBody } from './message';
import { restAfter } from './rest';
import { nextAttempt } from './retry-schedule';
import { type Attempt, sendMessage } from './send';
import { secretContext } from './sign';

type Delivery = WebhookDelivery & { webhook: Webhook };

/** A task is short and asks for another, so that other webhooks have their turn; in milliseconds. */
const stretchMs = 5_000;

/** A receiver that accepts something for the first time in this long, in milliseconds, is taken to be back. */
const backAfterMs = 10 * 60_000;
/** Deliveries that are then attempted ahead of their time. */
const mostPulled = 200;

/**
 * Delivers what is due for a webhook, one after the other in their order, for a stretch; then has the rest delivered when it is due.
 * @param signal aborted when the process is asked to stop
 * @param timeoutMs for one attempt; by itself as long as `sendMessage` waits
 */
export async function deliverDue(webhookId: string, signal?: AbortSignal, timeoutMs?: number): Promise<void> {
  const until = performance.now() + stretchMs;
  for (;;) {
    const next = await findNext(webhookId);
    if (!next) return;
    if (!next.isDue) return wakeWebhook(db, webhookId, next.at);
    if (signal?.aborted || performance.now() > until) return wakeWebhook(db, webhookId);
    await deliver(next.id, timeoutMs);
  }
}

/** What is delivered next, by the database's clock: the queue's. Undefined where nothing waits, or the webhook is disabled. */
async function findNext(webhookId: string): Promise<{ id: string; at: Date; isDue: boolean } | undefined> {
  const [next] = await db.$queryRaw<{ id: string; at: Date; isDue: boolean }[]>`
    SELECT d.id, greatest(d.next_attempt_at, w.rests_until) AS at,
      greatest(d.next_attempt_at, w.rests_until) <= clock_timestamp() AS "isDue"
    FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id AND w.enabled
    WHERE d.webhook_id = ${webhookId}::uuid AND d.state = 'waiting' AND d.next_attempt_at IS NOT NULL
    ORDER BY d.next_attempt_at, d.created_at, d.id LIMIT 1`;
  return next;
}

/**
 * One attempt at a delivery, and what follows from it: done, another attempt later, given up, or (410 Gone) the webhook
 * disabled. A process that dies between the answer and its record sends again, under the same id.
 */
async function deliver(deliveryId: string, timeoutMs: number | undefined): Promise<void> {
  const delivery = await db.webhookDelivery.findUnique({ where: { id: deliveryId }, include: { webhook: true } });
  // The two are read one after the other: deleted in between, the second one is not there.
  if (delivery?.state !== 'waiting' || !delivery.webhook?.enabled) return;
  const events = await readEventsById(delivery.eventIds);
  if (events.length === 0) return giveUpEmpty(delivery);
  const attempt = await sendMessage({
    id: delivery.id,
    url: delivery.webhook.url,
    secret: unseal(delivery.webhook.secretSealed, secretContext(delivery.webhookId)),
    body: messageBody(events),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  await transaction((tx) => conclude(tx, delivery, events, attempt));
}

/** All of its events have reached the age at which they are deleted; whoever deleted them has told of it. */
async function giveUpEmpty({ id, attempts }: Delivery): Promise<void> {
  await db.webhookDelivery.updateMany({
    where: { id, state: 'waiting', attempts },
    data: {
      state: 'failed',
      lastStatus: null,
      lastError: 'Its events are not kept any more.',
      nextAttemptAt: null,
      finishedAt: new Date(),
    },
  });
}

async function conclude(tx: Tx, delivery: Delivery, events: readonly EventRow[], attempt: Attempt): Promise<void> {
  const at = new Date();
  const isGone = attempt.status === 410;
  const attempts = delivery.attempts + 1;
  const next = attempt.accepted || isGone ? undefined : nextAttempt(attempts, at, attempt.retryAfterMs, Math.random());
  const state = attempt.accepted ? 'delivered' : next || isGone ? 'waiting' : 'failed';
  const returned = attempt.accepted && (await isBack(tx, delivery, at));
  await restAfter(tx, delivery.webhook, attempt.hangs, at);
  // Somebody may have deleted it or begun anew while the receiver was thinking.
  const { count } = await tx.webhookDelivery.updateMany({
    where: { id: delivery.id, state: 'waiting', attempts: delivery.attempts },
    data: {
      state,
      attempts,
      lastStatus: attempt.status,
      lastError: attempt.error,
      nextAttemptAt: next ?? null,
      finishedAt: state === 'waiting' ? null : at,
    },
  });
  if (count === 0) return;
  if (returned) await pullForward(tx, delivery, at);
  if (isGone) await disable(tx, delivery.webhook);
  if (state === 'failed') await tellOfFailure(tx, delivery, events, attempt);
}

/** Whether this is the first delivery that is accepted in a while. */
async function isBack(tx: Tx, { webhookId }: Delivery, at: Date): Promise<boolean> {
  const lately = await tx.webhookDelivery.findMany({
    where: { webhookId, state: 'delivered' },
    orderBy: { createdAt: 'desc' },
    take: 20,
    select: { finishedAt: true },
  });
  return !lately.some(({ finishedAt }) => finishedAt && at.getTime() - finishedAt.getTime() < backAfterMs);
}

/**
 * What an outage left behind is attempted now, instead of in up to a day. Not what the receiver refused for what it is:
 * that would only use up its attempts.
 */
async function pullForward(tx: Tx, { webhookId }: Delivery, at: Date): Promise<void> {
  const held = await tx.webhookDelivery.findMany({
    where: {
      webhookId,
      state: 'waiting',
      nextAttemptAt: { gt: at },
      OR: [{ lastStatus: null }, { lastStatus: { gte: 500 } }, { lastStatus: 429 }],
    },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: mostPulled,
    select: { id: true },
  });
  await attemptNow(tx, webhookId, held);
}

async function disable(tx: Tx, webhook: Webhook): Promise<void> {
  const { count } = await tx.webhook.updateMany({
    where: { id: webhook.id, enabled: true },
    data: { enabled: false, version: { increment: 1 } },
  });
  if (count === 0) return;
  await recordEvents(tx, [
    {
      name: 'webhook_delivery',
      actor: systemActor,
      outcome: 'error',
      code: 'delivery_failed',
      target: webhookTarget(webhook),
      message: 'The receiver answered 410 Gone: the webhook was disabled.',
      changes: { enabled: { from: true, to: false } },
    },
  ]);
}

/** One event per delivery that is given up; none where it told only of such events, or two dead receivers would keep each other busy. */
async function tellOfFailure(tx: Tx, delivery: Delivery, events: readonly EventRow[], attempt: Attempt): Promise<void> {
  if (events.every((event) => event.name === 'webhook_delivery')) return;
  const what = events.length === 1 ? '1 event' : `${events.length} events`;
  await recordEvents(tx, [
    {
      name: 'webhook_delivery',
      actor: systemActor,
      outcome: 'error',
      code: 'delivery_failed',
      target: webhookTarget(delivery.webhook),
      message:
        `${what} given up after ${delivery.attempts + 1} attempts, and can be sent again. ${attempt.error ?? ''}`.trim(),
    },
  ]);
}

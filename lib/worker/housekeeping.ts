import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import { purgeExpiredUsers } from '@/lib/directory/purge-user';
import { forgetPasswordLinkRequests } from '@/lib/directory/request-password-link';
import { requeueOverdue } from '@/lib/webhooks/requeue-overdue';
import { deliveryDays } from '@/lib/webhooks/schema';

const dayMs = 24 * 60 * 60_000;
/** Exchanges are kept for less long than the events that point at them. */
const exchangeDays = 30;
/** A repeated request of the API gets the first answer for this long. */
const idempotencyDays = 1;
/** Ended sessions stay this long, for whoever asks where somebody was signed in. */
const sessionDays = 7;

/** Links that were used, ended or ran out stay this long, so that whoever opens one is told why it does not work. */
const linkDays = 30;

/** Permanent deletion 30 days after soft deletion; what has run out goes. */
export async function housekeeping(): Promise<void> {
  await purgeExpiredUsers();
  // The bare row of a purged person was kept for the accounts; after the last of them it goes too.
  await db.user.deleteMany({ where: { purgedAt: { not: null }, links: { every: { state: 'deleted' } } } });
  await db.authnRequest.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  await db.session.deleteMany({ where: { expiresAt: { lt: new Date(Date.now() - sessionDays * dayMs) } } });
  await db.activationLink.deleteMany({ where: { expiresAt: { lt: new Date(now().getTime() - linkDays * dayMs) } } });
  await forgetPasswordLinkRequests();
  await db.exchange.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - exchangeDays * dayMs) } } });
  await db.webhookDelivery.deleteMany({ where: { finishedAt: { lt: new Date(Date.now() - deliveryDays * dayMs) } } });
  await db.idempotencyKey.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - idempotencyDays * dayMs) } } });
  await requeueOverdue();
}

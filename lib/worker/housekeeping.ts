import { now } from '@/lib/core/clock';
import { db } from '@/lib/db/client';
import { purgeUser } from '@/lib/directory/purge-user';
import { restorableDays } from '@/lib/directory/schema';
import { systemActor } from '@/lib/events/actor';

const dayMs = 24 * 60 * 60_000;
/** Exchanges are kept for less long than the events that point at them. */
const exchangeDays = 30;
const purgesAtOnce = 200;

/** Permanent deletion 30 days after soft deletion; what has run out goes. */
export async function housekeeping(): Promise<void> {
  const expired = await db.user.findMany({
    where: { deletedAt: { lt: new Date(now().getTime() - restorableDays * dayMs) }, purgedAt: null },
    select: { id: true },
    take: purgesAtOnce,
  });
  for (const { id } of expired) await purgeUser(systemActor, { id });
  await db.authnRequest.deleteMany({ where: { expiresAt: { lt: now() } } });
  await db.session.deleteMany({ where: { expiresAt: { lt: new Date(now().getTime() - 7 * dayMs) } } });
  await db.exchange.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - exchangeDays * dayMs) } } });
}

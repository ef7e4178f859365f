import { db } from '@/lib/db/client';
import { abandon, patienceMs } from './go-on';

/** More than that wait for the next time. */
const atOnce = 500;

/** Ends logouts whose browsers have not come back for ten minutes: their events would come with the next visit, if there ever is one. */
export async function endAbandonedLogouts(): Promise<void> {
  const abandoned = await db.logout.findMany({
    // Real time: sessions live in it.
    where: { finishedAt: null, createdAt: { lt: new Date(Date.now() - patienceMs) } },
    orderBy: { createdAt: 'asc' },
    take: atOnce,
    select: { id: true },
  });
  for (const { id } of abandoned) await abandon(id);
}

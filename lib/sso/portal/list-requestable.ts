import { listAccessibleApplicationIds } from '@/lib/applications/scope';
import { db } from '@/lib/db/client';
import { againAfterDays } from './request-access';

/** An application that a person has no access to, and may ask for. */
export interface RequestableTile {
  id: string;
  displayLabel: string;
  description: string;
  logoColor: string;
  logoImage: string | null;
  /** Asked for so lately that it cannot be asked for again. */
  askedAt: Date | null;
}

const most = 100;

/** What a person may ask for, by name; 100 at most. */
export async function listRequestable(userId: string): Promise<RequestableTile[]> {
  const notIn = await listAccessibleApplicationIds(userId);
  const since = new Date(Date.now() - againAfterDays * 24 * 60 * 60_000);
  const tiles = await db.application.findMany({
    where: { requestable: true, ssoStatus: 'active', id: { notIn } },
    select: {
      ...{ id: true, displayLabel: true, description: true, logoColor: true, logoImage: true },
      accessRequests: { where: { userId, askedAt: { gt: since } }, select: { askedAt: true } },
    },
    orderBy: [{ displayLabel: 'asc' }, { id: 'asc' }],
    take: most,
  });
  return tiles.map(({ accessRequests, ...tile }) => ({ ...tile, askedAt: accessRequests[0]?.askedAt ?? null }));
}

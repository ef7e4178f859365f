import { db } from '@/lib/db/client';
import { feedEnd } from '../feed';

/**
 * Waits until the feed has every event that is there. It gives none while an earlier transaction runs, in whichever
 * database of the server: those of other test files count, too.
 */
export async function untilFeedHasAll(): Promise<void> {
  const last = await db.$queryRaw<{ id: bigint }[]>`SELECT id FROM events ORDER BY tx DESC, id DESC LIMIT 1`;
  for (let tries = 0; tries < 1_000; tries += 1) {
    if ((await feedEnd()) === (last[0]?.id ?? 0n)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('Some transaction does not end.');
}

import type { Tx } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';

/** The most ids that one task carries. */
const chunk = 10_000;

interface Changed {
  userIds?: readonly string[];
  groupIds?: readonly string[];
}

/** Tells provisioning, in the transaction of the change, which people and groups to look at again. */
export async function announceChange(tx: Tx, changed: Changed): Promise<void> {
  const userIds = changed.userIds ?? [];
  const groupIds = changed.groupIds ?? [];
  for (let from = 0; from < Math.max(userIds.length, groupIds.length); from += chunk) {
    const part = { userIds: userIds.slice(from, from + chunk), groupIds: groupIds.slice(from, from + chunk) };
    await enqueue(tx, 'directory-changed', part);
  }
}

/** The same of somebody who is kept out from now on: before whatever else was changed and waits to be looked at. */
export function announceShutOut(tx: Tx, userId: string): Promise<void> {
  return enqueue(tx, 'person-shut-out', { userId }, { priority: -1 });
}

import type { Tx } from '@/lib/db/client';
import { enqueue } from '@/lib/queue/enqueue';

/** The most ids that one task carries. */
const chunk = 10_000;

/** Tells provisioning, in the transaction of the change, which people and groups to look at again. */
export async function announceChange(
  tx: Tx,
  changed: { userIds?: readonly string[]; groupIds?: readonly string[] },
): Promise<void> {
  const userIds = changed.userIds ?? [];
  const groupIds = changed.groupIds ?? [];
  for (let from = 0; from < Math.max(userIds.length, groupIds.length); from += chunk) {
    await enqueue(tx, 'directory-changed', {
      userIds: userIds.slice(from, from + chunk),
      groupIds: groupIds.slice(from, from + chunk),
    });
  }
}

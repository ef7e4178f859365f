import { type Tx, transaction } from '@/lib/db/client';
import type { Prisma, UserLink } from '@/lib/db/generated/client';
import { leaseMinutes, lockedUserLinks } from './claim';
import { stillOpen } from './cycle-of-work';

export interface Intent {
  link: UserLink;
  operation: Prisma.OperationCreateManyInput;
}

/**
 * Commits intents of those links that are still leased as they were claimed, and gives them the whole time of a lease
 * again. Nothing is to be sent for the others: somebody else has them in hand. An intent of a cycle that has ended by now
 * carries none. @returns the links that are held, each with the cycle of its intent
 */
export async function holdIntents(intents: readonly Intent[]): Promise<Map<string, string | null>> {
  if (intents.length === 0) return new Map();
  return transaction(async (tx) => {
    const open = await stillOpen(
      tx,
      intents.map(({ operation }) => operation.cycleId),
    );
    const held = await heldLinks(
      tx,
      intents.map((intent) => intent.link),
    );
    const kept = intents
      .filter(({ link }) => held.has(link.id))
      .map(({ link, operation }) => {
        const cycleId = operation.cycleId && open.has(operation.cycleId) ? operation.cycleId : null;
        return { link, operation: { ...operation, cycleId } };
      });
    await tx.operation.createMany({ data: kept.map(({ operation }) => operation) });
    return new Map(kept.map(({ link, operation }) => [link.id, operation.cycleId]));
  });
}

/** Those of the links that are still leased as they were claimed, locked until the transaction ends; prolongs leases. */
export async function heldLinks(tx: Tx, links: readonly Pick<UserLink, 'id' | 'leaseToken'>[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE user_links l SET lease_until = clock_timestamp() + make_interval(mins => ${leaseMinutes}::int)
    FROM jsonb_to_recordset(${JSON.stringify(links.map(({ id, leaseToken }) => ({ id, lease_token: leaseToken })))}::jsonb)
      AS r(id uuid, lease_token uuid), (${lockedUserLinks(links.map(({ id }) => id))}) locked
    WHERE locked.id = l.id AND l.id = r.id AND l.lease_token = r.lease_token
    RETURNING l.id`;
  return new Set(rows.map((row) => row.id));
}

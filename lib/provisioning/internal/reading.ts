import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { db, type Tx } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { notBegun, readingProgressSchema } from '@/lib/scim/reading-bounds';

const readingSchema = readingProgressSchema.extend({
  /** Given anew whenever a cycle starts over: what bears it was seen by this reading. */
  id: z.uuid(),
  collection: z.enum(['Users', 'Groups']),
  /** Whether every account was read, once they are. */
  complete: z.boolean().default(false),
});

/** How far a cycle's reading has come: first the accounts, then the groups. */
export type Reading = z.infer<typeof readingSchema>;

export function readingOf({ reading, cursor }: Cycle): Reading {
  const begun = readingSchema.safeParse(reading);
  if (begun.success) return begun.data;
  return { ...notBegun, resources: cursor - 1, id: randomUUID(), collection: 'Users', complete: false };
}

/** Which of these an earlier stretch of the reading has seen. */
export async function knownOf(
  { id: readingId, collection }: Reading,
  applicationId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const where = { applicationId, readingId, remoteId: { in: [...ids] } };
  const select = { remoteId: true };
  const rows =
    collection === 'Users'
      ? await db.remoteAccount.findMany({ where, select })
      : await db.remoteGroup.findMany({ where, select });
  return new Set(rows.map(({ remoteId }) => remoteId));
}

/** The cycle as its reading began it: neither ended nor started over since. */
export const stillReading = ({ id, startedAt }: Cycle) => ({
  id,
  startedAt,
  stage: 'reading' as const,
  finishedAt: null,
});

/** Writes how far it has come. @returns false where the cycle has ended or was started over meanwhile */
export async function keepReading(tx: Tx, cycle: Cycle, reading: Reading, cursor: number): Promise<boolean> {
  const { count } = await tx.cycle.updateMany({ where: stillReading(cycle), data: { cursor, reading } });
  return count > 0;
}

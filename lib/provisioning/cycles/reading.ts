import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { sameJson } from '@/lib/core/same-json';
import { cycleStagesThat } from '@/lib/core/states';
import { db, type Tx } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { notBegun, readingProgressSchema } from '@/lib/scim/reading-bounds';
import type { PlanContext } from '../plan/plan-context';

const readingSchema = readingProgressSchema.extend({
  /** Given anew whenever a cycle starts over: what bears it was seen by this reading. */
  id: z.uuid(),
  collection: z.enum(['Users', 'Groups']),
  /** All its pages are read; what they did not show is asked for by id. */
  asking: z.boolean().default(false),
  /** Whether every account was read, once they are. */
  complete: z.boolean().default(false),
  /** By which attributes the accounts were remembered: they are not found by others. */
  matchTargets: z.array(z.string()).default([]),
});

/** How far a cycle's reading has come: first the accounts, then the groups. */
export type Reading = z.infer<typeof readingSchema>;

/** @param matchTargets of now, for a reading that has not begun */
export function readingOf({ reading }: Cycle, matchTargets: string[]): Reading {
  const begun = readingSchema.safeParse(reading);
  if (begun.success) return begun.data;
  return { ...notBegun, id: randomUUID(), collection: 'Users', asking: false, complete: false, matchTargets };
}

/**
 * The open cycle of an application whose reading is complete: only then is what it read the whole truth. None where accounts are to
 * be found by other attributes by now: then each is searched for.
 */
export async function findReadCycle({ application, matchTargets }: PlanContext): Promise<string | null> {
  const cycle = await db.cycle.findFirst({
    where: { applicationId: application.id, finishedAt: null, stage: { in: [...cycleStagesThat.areAtWork] } },
  });
  const begun = readingSchema.safeParse(cycle?.reading);
  if (!cycle || (begun.success && !sameJson(begun.data.matchTargets, matchTargets))) return null;
  return cycle.id;
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

/**
 * Writes how far it has come: only from where this stretch knows it to be, so that no page is counted by two.
 * @returns false where the cycle has ended, was started over, or somebody else has read on meanwhile
 */
export async function keepReading(tx: Tx, cycle: Cycle, reading: Reading, cursor: number): Promise<boolean> {
  const where = { ...stillReading(cycle), cursor: cycle.cursor };
  const { count } = await tx.cycle.updateMany({ where, data: { cursor, reading } });
  return count > 0;
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { sameJson } from '@/lib/core/same-json';
import { cycleStagesThat, cycleStepsThat, isOneOf, listed } from '@/lib/core/states';
import { db, type Tx } from '@/lib/db/client';
import type { Cycle } from '@/lib/db/generated/client';
import { runStatement } from '@/lib/db/statement';
import { notBegun, readingProgressSchema } from '@/lib/scim/reading-bounds';
import type { Connection } from '../connection';
import type { PlanContext } from '../plan/plan-context';
import { changeCycle, type TransitionName } from './stages';

const keptSchema = readingProgressSchema.extend({
  /** Given anew whenever a cycle starts over: what bears it was seen by this reading. */
  id: z.uuid(),
  /** Whether every account was read, once they are; and every group. */
  complete: z.boolean().default(false),
  groupsComplete: z.boolean().default(false),
  /** Why the list that was just read does not show everything; null: it says that it does. */
  doubt: z.string().nullable().default(null),
  /** The same of accounts and groups, in words, for the cycle's page. */
  doubts: z.array(z.string()).default([]),
  /** By which attributes the accounts were remembered: they are not found by others. */
  matchTargets: z.array(z.string()).default([]),
});

export type Collection = 'Users' | 'Groups';

/** How far a cycle's reading has come, and of what: its step says that. */
export type Reading = z.infer<typeof keptSchema> & { collection: Collection };

/** One stretch of a cycle's reading. */
export interface ReadingWork {
  connection: Connection;
  cycle: Cycle;
  reading: Reading;
  /** After this moment (of `performance.now()`) nothing further is asked. */
  until: number;
}

/** What comes after: another step at once, another stretch now or later, or nothing any more from here. */
export type Next = 'next step' | 'another stretch' | Date | 'over';

/** @param matchTargets of now, for a reading that has not begun */
export function readingOf({ reading, step }: Cycle, matchTargets: string[]): Reading {
  const collection = isOneOf(cycleStepsThat.areOfAccounts, step) ? 'Users' : 'Groups';
  const begun = keptSchema.safeParse(reading);
  if (begun.success) return { ...begun.data, collection };
  return { ...keptSchema.parse({ ...notBegun, id: randomUUID(), matchTargets }), collection };
}

/**
 * The open cycle of an application that has read what there is, and whether it was shown everything: only then is who was not read not
 * there. None where accounts are to be found by other attributes by now: then each is searched for.
 */
export async function findReading({
  application,
  matchTargets,
}: PlanContext): Promise<{ cycleId: string; isWhole: boolean; isWholeOfGroups: boolean } | null> {
  const [cycle] = await runStatement<Pick<Cycle, 'id' | 'reading'>>(cycleAtWork, [application.id]);
  const begun = keptSchema.safeParse(cycle?.reading);
  if (!cycle || (begun.success && !sameJson(begun.data.matchTargets, matchTargets))) return null;
  const { complete: isWhole, groupsComplete: isWholeOfGroups } = begun.success
    ? begun.data
    : { complete: true, groupsComplete: true };
  return { cycleId: cycle.id, isWhole, isWholeOfGroups };
}

/** $1 application. */
const cycleAtWork = {
  name: 'cycle-at-work',
  text: `
    SELECT id, reading FROM cycles
    WHERE application_id = $1::uuid AND finished_at IS NULL AND stage IN ${listed(cycleStagesThat.areAtWork)}`,
};

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

/**
 * Makes a transition and writes how far the reading has come with it: only from where this stretch knows the cycle to be, so
 * that no page is counted by two. @returns the work as it stands then; undefined where the cycle has ended, was started over, or
 * somebody else has read on meanwhile
 */
export async function keepReading(
  tx: Tx,
  work: ReadingWork,
  transition: TransitionName,
  { cursor, ...come }: Partial<Reading> & { cursor?: number } = {},
): Promise<ReadingWork | undefined> {
  const { collection: _, ...reading } = { ...work.reading, ...come };
  const cycle = await changeCycle(tx, work.cycle, transition, { reading, ...(cursor !== undefined && { cursor }) });
  return cycle && { ...work, cycle, reading: readingOf(cycle, reading.matchTargets) };
}

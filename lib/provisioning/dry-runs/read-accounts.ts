import { z } from 'zod';
import { now } from '@/lib/core/clock';
import { analyzeGrown } from '@/lib/db/analyze-grown';
import { db, type Tx, transaction } from '@/lib/db/client';
import { type DryRun, Prisma } from '@/lib/db/generated/client';
import { eachPage, type ReadPage } from '@/lib/scim/each-page';
import type { ScimFailure } from '@/lib/scim/failure';
import { notBegun, readingProgressSchema } from '@/lib/scim/reading-bounds';
import type { Connection } from '../connection';
import { inPlace, isLookedAt, lookedAtGroups, touchedPeople } from '../internal/touched';
import { backoffMs, judge } from '../internal/verdict';
import { storeAccounts } from '../store-accounts';
import type { DryRunConnection } from './dry-run-connection';
import { endDryRun, moveOn, type Next } from './keep';

/** A server that does not answer is asked so often, with longer and longer rests; then the run has failed. */
const mostFailures = 6;

const keptSchema = readingProgressSchema.extend({ failures: z.number().int().default(0) });
type Kept = z.infer<typeof keptSchema>;

/** Reads a page of accounts, as a cycle does, and after the last one sees who is to be planned. */
export async function readSome(run: DryRun, { connection }: DryRunConnection): Promise<Next> {
  const begun = keptSchema.safeParse(run.reading);
  const kept: Kept = begun.success ? begun.data : { ...notBegun, failures: 0 };
  // What a page holds is as old as its request: the answer may not know what was changed meanwhile.
  const askedAt = now();
  const pages = eachPage(connection.client, 'Users', {
    pageSize: connection.capabilities.pageSize,
    startIndex: run.cursor,
    progress: kept,
    known: (ids) => seenBefore(run, ids),
  });
  for await (const answer of pages) {
    if (!answer.ok) return failed(run, kept, answer.failure);
    const page = answer.value;
    const still = await transaction((tx) => keepPage(tx, run, connection, { page, askedAt }));
    if (!still || !page.last) return still ? 'go on' : 'over';
    return (await everybody(still, page.complete)) ? 'go on' : 'over';
  }
  return 'over';
}

async function seenBefore(run: DryRun, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.remoteAccount.findMany({
    where: { applicationId: run.applicationId, dryRunId: run.id, remoteId: { in: [...ids] } },
    select: { remoteId: true },
  });
  return new Set(rows.map(({ remoteId }) => remoteId));
}

async function keepPage(
  tx: Tx,
  run: DryRun,
  connection: Connection,
  { page, askedAt }: { page: ReadPage; askedAt: Date },
): Promise<DryRun | undefined> {
  const reading = { ...page.progress, failures: 0 };
  const still = await moveOn(tx, run, { cursor: page.nextIndex, reading });
  if (!still) return undefined;
  const read = await storeAccounts(connection, page.resources, askedAt, { tx, dryRunId: run.id });
  return tx.dryRun.update({ where: { id: run.id }, data: { readAccounts: { increment: read } } });
}

/** It is tried again after a rest, unless somebody has to mend something first. */
async function failed(run: DryRun, kept: Kept, failure: ScimFailure): Promise<Next> {
  const verdict = judge(failure, 'read');
  const failures = kept.failures + 1;
  if (verdict.connection === 'quarantine' || failures >= mostFailures) {
    await endDryRun(run, { error: { code: verdict.code, message: failure.detail } });
    return 'over';
  }
  const still = await transaction((tx) => moveOn(tx, run, { reading: { ...kept, failures } }));
  return still ? new Date(Date.now() + (verdict.pauseMs ?? backoffMs(failures - 1))) : 'over';
}

/** Writes down whom a full cycle would look at, and of whom the run before told something. */
async function everybody(run: DryRun, complete: boolean): Promise<DryRun | undefined> {
  const { id, applicationId, previousId } = run;
  // What was just read is compared as a whole: by a planner that knows of none of it, row by row with all of it.
  await analyzeGrown();
  return transaction(async (tx) => {
    const still = await moveOn(tx, run, { stage: 'people', complete, reading: {} });
    if (!still) return undefined;
    // Accounts that were not in a complete reading are there no more: nobody is matched with them.
    if (complete) await tx.remoteAccount.deleteMany({ where: { applicationId, readAt: { lt: run.startedAt } } });
    const people = await tx.$executeRaw`
      INSERT INTO dry_run_rows (run_id, subject_id, is_group, name, name_key)
      SELECT ${id}::uuid, u.id, false, u.display_name, person_name_key(u.lastname, u.firstname, u.display_name)
      FROM (${touchedPeople({ applicationId })}) p JOIN users u ON u.id = p.user_id ${inPlace} WHERE ${isLookedAt}`;
    const groups = run.manageGroups
      ? await tx.$executeRaw`
          INSERT INTO dry_run_rows (run_id, subject_id, is_group, name, name_key)
          SELECT ${id}::uuid, g.id, true, g.name, left(lower(g.name), 200)
          FROM (${lookedAtGroups(Prisma.sql`t.application_id = ${applicationId}::uuid`)}) l JOIN groups g ON g.id = l.group_id`
      : 0;
    const others = await tx.$executeRaw`
      INSERT INTO dry_run_rows (run_id, subject_id, is_group, name, name_key)
      SELECT ${id}::uuid, subject_id, is_group, name, name_key FROM dry_run_rows
      WHERE run_id = ${previousId}::uuid AND kind <> 'none' ON CONFLICT DO NOTHING`;
    return tx.dryRun.update({ where: { id }, data: { total: people + groups + others } });
  });
}

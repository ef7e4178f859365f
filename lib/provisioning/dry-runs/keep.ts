import { now } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import type { DryRun, Prisma } from '@/lib/db/generated/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import type { ScimFailure } from '@/lib/scim/failure';
import type { GuardForetold } from '../guard';
import { backoffMs, judge } from '../internal/verdict';

/** Of an application; older ones go when another has finished. */
const mostKept = 5;

/** What comes after a step: another one, one later, or nothing any more from here. */
export type Next = 'go on' | Date | 'over';

/** One more stretch of a dry run. */
export async function enqueueDryRun(tx: Tx, runId: string, runAt?: Date): Promise<void> {
  const key = `dry-run:${runId}`;
  await enqueue(tx, 'dry-run', { runId }, { jobKey: key, ...(runAt ? { runAt } : {}) });
}

/**
 * Moves a dry run on from where it is known to be, with its row locked until the transaction ends: no page and nobody is counted twice.
 * @returns the run as it is then; undefined where it was cancelled, or somebody else has moved it on
 */
export async function moveOn(
  tx: Tx,
  { id, stage, cursor, planned }: DryRun,
  data: Prisma.DryRunUpdateInput,
): Promise<DryRun | undefined> {
  const { count } = await tx.dryRun.updateMany({ where: { id, stage, cursor, planned }, data });
  return count === 1 ? tx.dryRun.findUniqueOrThrow({ where: { id } }) : undefined;
}

/** Why a dry run has failed, or what the guard would do about one that has not. */
type End = { error: { code: string; message: string } } | { guard: GuardForetold };

/** Ends a dry run, which has failed where there is an error, and says so; what one that has failed has found goes. Does nothing where it has ended already. */
export async function endDryRun(run: DryRun, end: End): Promise<void> {
  const error = 'error' in end ? end.error : undefined;
  await transaction(async (tx) => {
    const ended = await moveOn(tx, run, {
      stage: error ? 'failed' : 'finished',
      finishedAt: now(),
      reading: {},
      ...('guard' in end ? { guard: { ...end.guard } } : { error: { ...end.error }, tokenSealed: '' }),
    });
    if (!ended) return;
    await leaveNothing(tx, ended);
    const application = await tx.application.findUniqueOrThrow({
      where: { id: run.applicationId },
      select: { id: true, displayLabel: true },
    });
    await recordEvents(tx, [
      {
        name: 'provisioning_dry_run',
        actor: systemActor,
        application,
        target: { type: 'application', id: application.id, name: application.displayLabel },
        outcome: error ? 'error' : 'success',
        code: error?.code,
        message: error?.message ?? 'Dry run finished. Nothing was sent.',
      },
    ]);
  });
}

/** The application cannot be asked now: later, unless somebody has to mend something first. */
export async function readLater(run: DryRun, failure: ScimFailure): Promise<Next> {
  const verdict = judge(failure, 'lookup');
  if (verdict.connection === 'quarantine') {
    await endDryRun(run, { error: { code: verdict.code, message: failure.detail } });
    return 'over';
  }
  return new Date(Date.now() + (verdict.pauseMs ?? backoffMs(0)));
}

/** What is left of a run that has ended: its rows if it is finished, and nothing of accounts of a place that is not connected. */
export async function leaveNothing(tx: Tx, run: DryRun): Promise<void> {
  const { id, applicationId } = run;
  if (run.stage !== 'finished') await tx.dryRunRow.deleteMany({ where: { runId: id } });
  const integration = await tx.integration.findUnique({ where: { applicationId }, select: { status: true } });
  if (!integration || integration.status === 'inactive')
    await tx.remoteAccount.deleteMany({ where: { applicationId } });
  if (run.stage !== 'finished') return;
  // A token waits with the last one alone.
  await tx.dryRun.updateMany({ where: { applicationId, id: { not: id } }, data: { tokenSealed: '' } });
  await tx.$executeRaw`
    DELETE FROM dry_runs WHERE id IN (
      SELECT id FROM dry_runs WHERE application_id = ${applicationId}::uuid AND finished_at IS NOT NULL AND id <> ${id}::uuid
      ORDER BY started_at DESC OFFSET ${mostKept - 1})
      AND NOT EXISTS (SELECT FROM cycles c WHERE c.dry_run_id = dry_runs.id AND c.finished_at IS NULL)`;
}

/** Goes on with dry runs of which no task is left. */
export async function goOnWithForgotten(): Promise<void> {
  const waiting = await db.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM dry_runs r WHERE r.finished_at IS NULL
      AND NOT EXISTS (SELECT FROM graphile_worker._private_jobs j WHERE j.key = 'dry-run:' || r.id AND j.attempts < j.max_attempts)`;
  for (const { id } of waiting) await enqueueDryRun(db, id);
}

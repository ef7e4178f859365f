import { now } from '@/lib/core/clock';
import { integrationStatusesThat } from '@/lib/core/states';
import { db, transaction } from '@/lib/db/client';
import { findProvisioningPause } from '@/lib/settings/provisioning-pause';
import { findConnection } from '../connection';
import { goOnWithForgotten } from '../dry-runs/keep';
import { judge } from '../internal/verdict';
import { wakeEngine } from '../mark-due';
import { endRest, quarantine } from '../quarantine';
import { unlessDeleted } from '../unless-deleted';
import { lockOpenCycle } from './stages';
import { enqueueCycle, startCycle } from './start-cycle';

/**
 * Starts the full cycles whose interval has passed, tries quarantined connections whose rest is over, and wakes whoever is to
 * go on where something waits and nobody seems to look, such as after the database was away. Nothing of it while all provisioning
 * is paused.
 */
export async function scheduleCycles(): Promise<void> {
  if (await findProvisioningPause()) return;
  await wakeForgotten();
  await readOnForgotten();
  await goOnWithForgotten();
  const integrations = await db.integration.findMany({
    where: { status: { in: [...integrationStatusesThat.areTried] } },
    include: {
      application: { select: { id: true, displayLabel: true, cycles: { orderBy: { startedAt: 'desc' }, take: 1 } } },
    },
  });
  for (const integration of integrations) {
    const { applicationId, application, notBefore } = integration;
    if (integration.status === 'quarantined') {
      if (notBefore && notBefore <= now()) await unlessDeleted(applicationId, () => tryAgain(applicationId));
      continue;
    }
    const [last] = application.cycles;
    const dueAt = (last?.startedAt.getTime() ?? 0) + integration.intervalMinutes * 60_000;
    if (last && !last.finishedAt) continue;
    if (dueAt <= now().getTime()) {
      await unlessDeleted(applicationId, () =>
        transaction(async (tx) => {
          if (!(await lockOpenCycle(tx, applicationId))) await startCycle(tx, application, 'schedule');
        }),
      );
    }
  }
}

async function tryAgain(applicationId: string): Promise<void> {
  const connection = await findConnection(applicationId);
  if (!connection) return;
  const answer = await connection.client.listUsers({ startIndex: 1, count: 1 });
  if (!answer.ok) return quarantine(connection, judge(answer.failure, 'read').detail ?? answer.failure.detail);
  await transaction(async (tx) => {
    await endRest(tx, connection.application);
    await startCycle(tx, connection.application, 'schedule');
  });
}

async function wakeForgotten(): Promise<void> {
  const waiting = await db.$queryRaw<{ application_id: string }[]>`
    SELECT application_id FROM user_links WHERE due_at < clock_timestamp() - interval '1 minute'
    UNION SELECT application_id FROM group_links WHERE due_at < clock_timestamp() - interval '1 minute'`;
  for (const { application_id: applicationId } of waiting) await wakeEngine(db, applicationId);
}

/** Cycles that read, and of which no task is left that would read on. */
async function readOnForgotten(): Promise<void> {
  const waiting = await db.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM cycles c JOIN integrations i ON i.application_id = c.application_id AND i.status = 'active'
    WHERE c.finished_at IS NULL AND c.stage = 'reading'
      AND NOT EXISTS (SELECT FROM graphile_worker._private_jobs j WHERE j.key = 'cycle:' || c.id AND j.attempts < j.max_attempts)`;
  for (const { id } of waiting) await enqueueCycle(db, id);
}

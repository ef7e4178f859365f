import { now } from '@/lib/core/clock';
import type { Tx } from '@/lib/db/client';
import type { Cycle, CycleTrigger } from '@/lib/db/generated/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';

/** Starts a full cycle, or answers the one that is under way: there is one at a time for an application. */
export async function startCycle(
  tx: Tx,
  application: { id: string; displayLabel: string },
  trigger: CycleTrigger,
  actor: Actor = systemActor,
): Promise<Cycle> {
  const { cycle, message } = await openCycle(tx, application.id, trigger);
  if (message) await recordEvents(tx, [{ name: 'provisioning_cycle', actor, application, cycleId: cycle.id, message }]);
  return cycle;
}

/** The same for a command that writes the event. @returns `message` what happened; absent: nothing */
export async function openCycle(
  tx: Tx,
  applicationId: string,
  trigger: CycleTrigger,
): Promise<{ cycle: Cycle; message?: string }> {
  const open = await tx.cycle.findFirst({ where: { applicationId, finishedAt: null } });
  if (open && trigger === 'schedule') return { cycle: open };
  // What has changed since it began to read is looked at by starting over, which costs a few pages.
  if (open && (await restart(tx, open.id))) {
    const cycle = await tx.cycle.findUniqueOrThrow({ where: { id: open.id } });
    return { cycle, message: `Cycle started over (${trigger}).` };
  }
  const data = [{ applicationId, trigger, startedAt: now() }];
  const [cycle] = await tx.cycle.createManyAndReturn({ data, skipDuplicates: true });
  // Somebody else has started one in this moment.
  if (!cycle) return openCycle(tx, applicationId, trigger);
  await enqueueCycle(tx, cycle.id);
  return { cycle, message: `Cycle started (${trigger}).` };
}

/**
 * The open cycle of an application, held until the transaction ends: before links, where both are.
 * @returns undefined where none is under way
 */
export async function lockOpenCycle(tx: Tx, applicationId: string): Promise<Cycle | undefined> {
  await tx.$queryRaw`
    SELECT id FROM cycles WHERE application_id = ${applicationId}::uuid AND finished_at IS NULL FOR NO KEY UPDATE`;
  return (await tx.cycle.findFirst({ where: { applicationId, finishedAt: null } })) ?? undefined;
}

/** @returns false when the cycle has ended in this moment */
async function restart(tx: Tx, cycleId: string): Promise<boolean> {
  const { count } = await tx.cycle.updateMany({
    where: { id: cycleId, finishedAt: null },
    data: { stage: 'reading', cursor: 1, reading: {}, readAccounts: 0, startedAt: now() },
  });
  if (count > 0) await enqueueCycle(tx, cycleId);
  return count > 0;
}

/** One more stretch of a cycle's reading. */
export async function enqueueCycle(tx: Tx, cycleId: string, runAt?: Date): Promise<void> {
  await enqueue(
    tx,
    'cycle',
    { cycleId },
    { jobKey: `cycle:${cycleId}`, queueName: `cycle:${cycleId}`, ...(runAt ? { runAt } : {}) },
  );
}

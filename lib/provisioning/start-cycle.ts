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
  const open = await tx.cycle.findFirst({ where: { applicationId: application.id, finishedAt: null } });
  if (open) {
    // What has changed since it began to read is looked at by starting over, which costs a few pages.
    return trigger === 'schedule' ? open : restart(tx, open);
  }
  const cycle = await tx.cycle.create({ data: { applicationId: application.id, trigger, startedAt: now() } });
  await enqueueCycle(tx, cycle.id);
  await recordEvents(tx, [
    { name: 'provisioning_cycle', actor, application, cycleId: cycle.id, message: `Cycle started (${trigger}).` },
  ]);
  return cycle;
}

async function restart(tx: Tx, cycle: Cycle): Promise<Cycle> {
  const updated = await tx.cycle.update({
    where: { id: cycle.id },
    data: { stage: 'reading', cursor: 1, readAccounts: 0, startedAt: now() },
  });
  await enqueueCycle(tx, cycle.id);
  return updated;
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

import type { Tx } from '@/lib/db/client';
import type { Cycle, CycleTrigger } from '@/lib/db/generated/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { beginCycle, changeCycle } from './stages';

/** Starts a full cycle; one that is under way starts over: there is one at a time for an application. */
export async function startCycle(
  tx: Tx,
  application: { id: string; displayLabel: string },
  trigger: CycleTrigger,
  actor: Actor = systemActor,
): Promise<Cycle> {
  const { cycle, message } = await openCycle(tx, application.id, trigger);
  await recordEvents(tx, [{ name: 'provisioning_cycle', actor, application, cycleId: cycle.id, message }]);
  return cycle;
}

/** The same for a command that writes the event. @returns `message` what happened */
export async function openCycle(
  tx: Tx,
  applicationId: string,
  trigger: CycleTrigger,
): Promise<{ cycle: Cycle; message: string }> {
  // What has changed since it began to read is looked at by starting over, which costs a few pages.
  const again = await changeCycle(tx, { applicationId }, 'restart');
  const cycle = again ?? (await beginCycle(tx, applicationId, trigger));
  await enqueueCycle(tx, cycle.id);
  return { cycle, message: `Cycle ${again ? 'started over' : 'started'} (${trigger}).` };
}

/** One more stretch of a cycle's reading. */
export async function enqueueCycle(tx: Tx, cycleId: string, runAt?: Date): Promise<void> {
  await enqueue(tx, 'cycle', { cycleId }, { jobKey: `cycle:${cycleId}`, ...(runAt ? { runAt } : {}) });
}

import type { Tx } from '@/lib/db/client';
import type { Cycle, CycleTrigger } from '@/lib/db/generated/client';
import { type Actor, systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { beginCycle, changeCycle } from './stages';

/** Why a cycle is started; `dryRunId`: to carry out what was reviewed, and nothing else. */
type Cause = Exclude<CycleTrigger, 'dry_run'> | { dryRunId: string };

/** Starts a full cycle; one that is under way starts over: there is one at a time for an application. */
export async function startCycle(
  tx: Tx,
  application: { id: string; displayLabel: string },
  cause: Cause,
  actor: Actor = systemActor,
): Promise<Cycle> {
  const { cycle, message } = await openCycle(tx, application.id, cause);
  await recordEvents(tx, [{ name: 'provisioning_cycle', actor, application, cycleId: cycle.id, message }]);
  return cycle;
}

/**
 * The same for a command that writes the event. One that starts over goes on carrying out the dry run that it did, unless somebody wants
 * another one, or everything, now. @returns `message` what happened
 */
export async function openCycle(
  tx: Tx,
  applicationId: string,
  cause: Cause,
): Promise<{ cycle: Cycle; message: string }> {
  // What has changed since it began to read is looked at by starting over, which costs a few pages.
  const [trigger, dryRunId] = typeof cause === 'string' ? [cause, null] : (['dry_run', cause.dryRunId] as const);
  const review = dryRunId || trigger === 'manual' ? { dryRunId } : {};
  const again = await changeCycle(tx, { applicationId }, 'restart', review);
  const cycle = again ?? (await beginCycle(tx, applicationId, { trigger, dryRunId }));
  await enqueueCycle(tx, cycle.id);
  return { cycle, message: `Cycle ${again ? 'started over' : 'started'} (${trigger}).` };
}

/** One more stretch of a cycle's reading. */
export async function enqueueCycle(tx: Tx, cycleId: string, runAt?: Date): Promise<void> {
  await enqueue(tx, 'cycle', { cycleId }, { jobKey: `cycle:${cycleId}`, ...(runAt ? { runAt } : {}) });
}

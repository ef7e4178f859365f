import { now } from '@/lib/core/clock';
import { db, type Tx, transaction } from '@/lib/db/client';
import { systemActor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import type { ScimFailure } from '@/lib/scim/failure';
import { backoffMs, judge } from '../internal/verdict';
import { handleVerdict, judgeCycle, quarantine } from '../quarantine';
import { hold } from './missing-links';
import type { Next, ReadingWork } from './reading';
import { changeCycle, type KnownCycle } from './stages';

interface CycleError {
  code: string;
  message: string;
}

/** Ends a cycle and says so, once. Does nothing where it has ended, or was started over, since it was as it is known here. */
export async function endCycle(cycle: KnownCycle, how: 'finish' | 'stop' | 'fail', error?: CycleError): Promise<void> {
  const { applicationId } = cycle;
  const finished = await transaction(async (tx) => {
    const ended = await changeCycle(tx, cycle, how, error && { error: { ...error } });
    if (!ended) return undefined;
    const application = await tx.application.findUniqueOrThrow({
      where: { id: applicationId },
      select: { id: true, displayLabel: true },
    });
    if (how === 'finish') {
      await tx.integration.updateMany({ where: { applicationId }, data: { lastSuccessAt: now(), failures: 0 } });
    }
    const partial = how === 'finish' ? await whatIsLeft(tx, cycle.id) : undefined;
    await recordEvents(tx, [
      {
        name: 'provisioning_cycle',
        actor: systemActor,
        application,
        cycleId: cycle.id,
        outcome: how === 'fail' ? 'error' : 'success',
        code: error?.code ?? partial?.code,
        message: error?.message ?? partial?.message ?? `Cycle ${ended.stage}.`,
      },
    ]);
    return how === 'finish' ? application : undefined;
  });
  if (finished) await judgeCycle(finished, cycle.id);
}

/** What a cycle that has finished did not carry through; undefined: nothing. */
async function whatIsLeft(tx: Tx, cycleId: string): Promise<{ code?: string; message: string } | undefined> {
  const counts = await tx.cycleCounts.findUnique({ where: { cycleId } });
  const { failed = 0, skipped = 0, held = 0 } = counts ?? {};
  if (failed + skipped + held === 0) return undefined;
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(held > 0 ? [`${held} held`] : []),
  ];
  const message = `Cycle finished${failed > 0 ? ' in part' : ''}: ${parts.join(', ')}.`;
  return failed > 0 ? { code: 'Partial', message } : { message };
}

/** Nothing is sent any more until somebody has looked, or a later reading finds what was missed. */
export async function holdCycle({ connection, cycle }: ReadingWork, message: string): Promise<Next> {
  await transaction((tx) => hold(tx, cycle.applicationId));
  await quarantine(connection, message);
  await endCycle(cycle, 'fail', { code: 'AccountsMissing', message });
  return 'over';
}

/** A page, or an account by its id, could not be read: the connection rests or is quarantined, and the cycle with it. */
export async function readingFailed({ connection, cycle }: ReadingWork, failure: ScimFailure): Promise<Next> {
  const verdict = judge(failure, 'read');
  const error = { code: verdict.code, message: failure.detail };
  await handleVerdict(connection, verdict);
  await recordEvents(db, [
    {
      name: 'user_lookup_provision',
      actor: systemActor,
      outcome: 'error',
      application: connection.application,
      cycleId: cycle.id,
      ...error,
    },
  ]);
  if (verdict.connection === 'quarantine') {
    await endCycle(cycle, 'fail', error);
    return 'over';
  }
  const wait = verdict.pauseMs ?? backoffMs(connection.integration.failures);
  return new Date(Date.now() + wait);
}

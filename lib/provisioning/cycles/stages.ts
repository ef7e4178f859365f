import { now } from '@/lib/core/clock';
import { type CycleStageName, type CycleStepName, cycleStagesThat, cycleStepsThat, isOneOf } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import type { Cycle, CycleTrigger, Prisma } from '@/lib/db/generated/client';
import { fromRow } from '@/lib/db/statement';

interface Transition {
  /** Stages from which it is made; from any other it is refused. */
  from: readonly CycleStageName[];
  /** Of a reading: the steps from which alone. */
  at?: readonly CycleStepName[];
  /** Where it leads; absent: it stays. */
  to?: CycleStageName;
  step?: CycleStepName;
  /** What else becomes of the row. */
  row?: (at: Date) => Prisma.CycleUpdateInput;
}

const { areOpen, areFinal } = cycleStagesThat;
const whileReading = ['reading'] as const;

/**
 * Everything that can happen to a cycle after its start, which has it read accounts. Nothing leads out of a final stage.
 *
 * A pause and a quarantine of the connection are none of it: the cycle stays where it is, nothing is read and nothing sent. When the
 * connection is active again the cycle starts over, because nobody knows what happened over there meanwhile.
 */
export const transitions = {
  /** A page was read and is kept with its place. */
  readOn: { from: whileReading, at: cycleStepsThat.readPages },
  /** All pages were read: what they did not show is asked for by its id. */
  askForAccounts: { from: whileReading, at: ['accounts'], step: 'missing_accounts' },
  askForGroups: { from: whileReading, at: ['groups'], step: 'missing_groups' },
  /** Some answers are kept. */
  askOn: { from: whileReading, at: cycleStepsThat.ask },
  readGroups: {
    from: whileReading,
    at: cycleStepsThat.areOfAccounts,
    step: 'groups',
    row: () => ({ cursor: 1 }),
  },
  /** Everything is read: each person in scope, and each link, is due. */
  beginUsers: { from: whileReading, to: 'users' },
  /** Many come into scope. Those of a cycle that reads are marked with the others, later. */
  join: { from: areOpen },
  beginGroups: { from: ['users'], to: 'groups' },
  /** Everything is to be looked at again. What became of whom so far stays counted. */
  restart: {
    from: areOpen,
    to: 'reading',
    step: 'accounts',
    row: (at) => ({ cursor: 1, reading: {}, readAccounts: 0, totalUsers: 0, startedAt: at }),
  },
  finish: { from: ['groups'], to: 'finished' },
  /** By somebody, or with the connection. */
  stop: { from: areOpen, to: 'stopped' },
  /** It could not be read, or too much was missing. */
  fail: { from: whileReading, to: 'failed' },
} as const satisfies Readonly<Record<string, Transition>>;

export type TransitionName = keyof typeof transitions;

/** A cycle as its own work knows it: where somebody else has moved it on, or started it over, that work is not its any more. */
export type KnownCycle = Pick<Cycle, 'id' | 'applicationId' | 'stage' | 'step' | 'cursor' | 'startedAt'>;

/**
 * Makes a transition of the open cycle of an application, with its connection and itself locked until the transaction ends.
 * Nothing else writes a cycle's stage.
 * @param which the cycle as it is known, or whichever is open
 * @param data what is kept by the way
 * @returns the cycle as it is now; undefined where the table has no such transition, none is open, or it is not as it was known
 */
export async function changeCycle(
  tx: Tx,
  which: KnownCycle | { applicationId: string },
  name: TransitionName,
  data: Omit<Prisma.CycleUpdateInput, 'stage' | 'step' | 'finishedAt'> = {},
): Promise<Cycle | undefined> {
  const { from, at, to, step, row }: Transition = transitions[name];
  const cycle = await lockOpenCycle(tx, which.applicationId);
  if (!cycle || !isOneOf(from, cycle.stage)) return undefined;
  if (at && !isOneOf(at, cycle.step)) return undefined;
  if ('id' in which && !isAsKnown(cycle, which)) return undefined;
  const moment = now();
  return tx.cycle.update({
    where: { id: cycle.id },
    data: {
      ...row?.(moment),
      ...data,
      ...(to && { stage: to }),
      ...(step && { step }),
      ...(isOneOf(areFinal, to) && { finishedAt: moment }),
    },
  });
}

function isAsKnown(cycle: Cycle, known: KnownCycle): boolean {
  return (
    cycle.id === known.id &&
    cycle.stage === known.stage &&
    cycle.step === known.step &&
    cycle.cursor === known.cursor &&
    cycle.startedAt.getTime() === known.startedAt.getTime()
  );
}

/** The start of a cycle: it reads accounts. Its connection is locked already, and none is open ({@link lockOpenCycle}). */
export function beginCycle(
  tx: Tx,
  applicationId: string,
  { trigger, dryRunId = null }: { trigger: CycleTrigger; dryRunId?: string | null },
): Promise<Cycle> {
  return tx.cycle.create({ data: { applicationId, trigger, dryRunId, startedAt: now() } });
}

/**
 * The open cycle of an application, held until the transaction ends, and before it the connection, as by whoever changes or
 * deactivates that; links come after both. @returns undefined where none is under way
 */
export async function lockOpenCycle(tx: Tx, applicationId: string): Promise<Cycle | undefined> {
  await tx.$queryRaw`SELECT 1 FROM integrations WHERE application_id = ${applicationId}::uuid FOR NO KEY UPDATE`;
  // None, too, where it has ended while this waited.
  const [open] = await tx.$queryRaw<Record<string, unknown>[]>`
    SELECT * FROM cycles WHERE application_id = ${applicationId}::uuid AND finished_at IS NULL FOR NO KEY UPDATE`;
  return open && fromRow<Cycle>(open);
}

import { db, transaction } from '@/lib/db/client';
import type { DryRun } from '@/lib/db/generated/client';
import { foretellGuard } from '../guard';
import { restOf } from '../pace';
import { connectionOfRun } from './dry-run-connection';
import { endDryRun, enqueueDryRun, moveOn, type Next } from './keep';
import { planSomeGroups } from './plan-groups';
import { planSomePeople } from './plan-people';
import { readSome } from './read-accounts';

/** A task is short and asks for another, in milliseconds: a worker's death costs no more than one step. */
const stretchMs = 10_000;

const disconnected = {
  code: 'not_active',
  message: 'The connection was deactivated, or leads somewhere else by now.',
};

/** One stretch of a dry run: pages of accounts, then people, then groups, a few at a time, each kept in one transaction. */
export async function dryRunStretch(runId: string, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + stretchMs;
  let next: Next;
  do next = await oneStep(runId);
  while (next === 'go on' && performance.now() < until && !signal?.aborted);
  if (next !== 'over') await enqueueDryRun(db, runId, next instanceof Date ? next : undefined);
}

async function oneStep(runId: string): Promise<Next> {
  const run = await db.dryRun.findUnique({ where: { id: runId } });
  if (!run || run.finishedAt) return 'over';
  const begun = await connectionOfRun(run);
  if (!begun) {
    await endDryRun(run, { error: disconnected });
    return 'over';
  }
  const rest = restOf(begun.connection.integration);
  if (rest) return rest;
  switch (run.stage) {
    case 'reading':
      return readSome(run, begun);
    case 'people': {
      const next = await planSomePeople(run, begun);
      return next === 'all' ? toGroups(run) : next;
    }
    default: {
      const next = await planSomeGroups(run, begun);
      if (next !== 'all') return next;
      await endDryRun(run, { guard: await foretellGuard(begun.connection, runId) });
      return 'over';
    }
  }
}

async function toGroups(run: DryRun): Promise<Next> {
  return (await transaction((tx) => moveOn(tx, run, { stage: 'groups' }))) ? 'go on' : 'over';
}

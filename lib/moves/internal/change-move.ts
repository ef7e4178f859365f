import { lockApplication } from '@/lib/applications/lock-application';
import { AppError } from '@/lib/core/errors';
import { isOneOf, type MoveStageName, moveStagesThat } from '@/lib/core/states';
import { inOneTransaction, type Tx } from '@/lib/db/client';
import type { Application, ApplicationMove } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAtOnce, recordEvents } from '@/lib/events/record';
import type { EventName } from '@/lib/events/schema';

/** An open migration with both applications, locked until the transaction ends. */
export interface LockedMove {
  move: ApplicationMove;
  old: Application;
  new: Application;
}

/**
 * One step of a migration: it, and the commands that it is made of, are one transaction with their events.
 * @param stages in which it can be made @returns the migration
 * @throws AppError `not_found`; `conflict` in another stage; what `run` throws
 */
export function changeMove(
  actor: Actor,
  name: EventName,
  { moveId, stages }: { moveId: string; stages: readonly MoveStageName[] },
  run: (tx: Tx, locked: LockedMove, draft: EventDraft) => Promise<ApplicationMove>,
): Promise<ApplicationMove> {
  const draft: EventDraft = { name, actor };
  return attemptAtOnce(draft, () =>
    inOneTransaction(async (tx) => {
      const locked = await lockMove(tx, moveId);
      const { old } = locked;
      draft.application = { id: old.id, displayLabel: old.displayLabel };
      draft.target = { type: 'application', id: locked.new.id, name: locked.new.displayLabel };
      assertStage(locked.move, stages);
      const changed = await run(tx, locked, draft);
      await recordEvents(tx, [draft]);
      return changed;
    }),
  );
}

/** Both applications in the order of their ids, then the migration: two steps at once follow one another. */
async function lockMove(tx: Tx, moveId: string): Promise<LockedMove> {
  const found = await tx.applicationMove.findUnique({ where: { id: moveId } });
  if (!found) throw new AppError('not_found', 'This migration does not exist.');
  const { oldId, newId } = found;
  if (!oldId || !newId) throw over(found);
  const rows = new Map<string, Application>();
  for (const id of [oldId, newId].sort()) rows.set(id, await lockApplication(tx, id));
  await tx.$queryRaw`SELECT FROM application_moves WHERE id = ${moveId}::uuid FOR NO KEY UPDATE`;
  const move = await tx.applicationMove.findUniqueOrThrow({ where: { id: moveId } });
  const [old, other] = [rows.get(oldId), rows.get(newId)];
  if (!old || !other) throw over(found);
  return { move, old, new: other };
}

function assertStage(move: ApplicationMove, stages: readonly MoveStageName[]): void {
  if (stages.includes(move.stage)) return;
  if (!isOneOf(moveStagesThat.areOpen, move.stage)) throw over(move);
  throw new AppError('conflict', 'This step of the migration cannot be made now.', {
    hint: 'Somebody else may have gone on with it: look at the migration again.',
  });
}

function over({ oldLabel, newLabel }: ApplicationMove): AppError {
  return new AppError('conflict', `The migration of ${oldLabel} to ${newLabel} is over.`);
}

/** Writes what a step has changed. */
export function saveMove(
  tx: Tx,
  { id }: ApplicationMove,
  data: Parameters<Tx['applicationMove']['update']>[0]['data'],
): Promise<ApplicationMove> {
  return tx.applicationMove.update({ where: { id }, data: { ...data, version: { increment: 1 } } });
}

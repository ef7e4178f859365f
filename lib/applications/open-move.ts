import { AppError } from '@/lib/core/errors';
import { isOneOf, type MoveStageName, moveStagesThat } from '@/lib/core/states';
import { db, type Tx } from '@/lib/db/client';

/** What a migration that is under way makes of one application. */
export interface OpenMove {
  id: string;
  stage: MoveStageName;
  /** Whether the application is the one that is replaced, or the one that replaces it. */
  role: 'old' | 'new';
  oldLabel: string;
  newLabel: string;
}

/** The migration that an application is part of just now; undefined: none (see lib/moves). */
export async function findOpenMove(applicationId: string, tx: Tx = db): Promise<OpenMove | undefined> {
  const found = await tx.applicationMove.findFirst({
    where: { finishedAt: null, OR: [{ oldId: applicationId }, { newId: applicationId }] },
    select: { id: true, stage: true, oldId: true, oldLabel: true, newLabel: true },
  });
  return found ? { ...found, role: found.oldId === applicationId ? 'old' : 'new' } : undefined;
}

/** Whether it may send nothing now: before accounts are handed over the new instance, and after that the old one. */
export function isHeldByMove({ role, stage }: Pick<OpenMove, 'role' | 'stage'>): boolean {
  return isOneOf(moveStagesThat.haveHandedOver, stage) === (role === 'old');
}

/** @throws AppError `conflict` where a migration has the application send nothing just now */
export async function assertMaySend(tx: Tx, applicationId: string): Promise<void> {
  const move = await findOpenMove(applicationId, tx);
  if (!move || !isHeldByMove(move)) return;
  throw new AppError(
    'conflict',
    move.role === 'new'
      ? `${move.newLabel} sends nothing before the accounts of ${move.oldLabel} are handed over to it.`
      : `The accounts of ${move.oldLabel} were handed over to ${move.newLabel}: it sends nothing any more.`,
    { hint: 'Go on with the migration, or back out of it.' },
  );
}

/** @throws AppError `conflict` where one of them is part of a migration that is under way */
export async function assertNotMoving(tx: Tx, ids: readonly string[]): Promise<void> {
  const open = await tx.applicationMove.findFirst({
    where: { finishedAt: null, OR: [{ oldId: { in: [...ids] } }, { newId: { in: [...ids] } }] },
    select: { oldLabel: true, newLabel: true },
  });
  if (!open) return;
  throw new AppError('conflict', `${open.oldLabel} is being migrated to ${open.newLabel}. Nothing was deleted.`, {
    hint: 'Finish the migration, which can delete the old instance, or back out of it, which can delete the new one.',
  });
}

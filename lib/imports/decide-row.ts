import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { ImportRow, ImportState } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { lockImport } from './internal/lock-import';

type Decision = { kind: 'create' } | { kind: 'link'; userId: string } | { kind: 'ignore' };

/**
 * Chooses what is to be done with one account while the import waits for review; after it failed, how it is retried.
 * A link gives the person the account's name at sign-in too. So only whoever may change the application links to anybody;
 * others confirm one of the candidates, and never themselves.
 * @throws AppError `not_found`, `forbidden`, `conflict` for a row that is done or linked already, or is not reviewed now
 */
export async function decideRow(
  actor: Actor,
  input: { importId: string; remoteId: string; decision: Decision },
  mayLinkAnybody: boolean,
): Promise<void> {
  const { importId, remoteId, decision } = input;
  await attempt({ name: 'import_decide', actor }, async (tx, draft) => {
    const { application, state } = await lockImport(tx, importId);
    draft.application = application;
    const row = await lockRow(tx, importId, remoteId);
    draft.target = { type: 'account', id: remoteId, name: row.userName };
    draft.changes = { decision: { from: row.decision, to: decision.kind } };
    draft.message = await wordsFor(tx, decision);
    if (decision.kind === 'link' && !mayLinkAnybody) assertCandidate(actor, row, decision.userId);
    assertOpen(state, row);
    await tx.importRow.update({
      where: { importId_remoteId: { importId, remoteId } },
      data: { decision: decision.kind, userId: decision.kind === 'link' ? decision.userId : null },
    });
  });
}

async function lockRow(tx: Tx, importId: string, remoteId: string): Promise<ImportRow> {
  // A row that failed may be retried at this moment.
  await tx.$queryRaw`
    SELECT 1 FROM import_rows WHERE import_id = ${importId}::uuid AND remote_id = ${remoteId} FOR UPDATE`;
  const row = await tx.importRow.findUnique({ where: { importId_remoteId: { importId, remoteId } } });
  if (!row) throw new AppError('not_found', 'This account is not part of the import.', { field: 'remoteId' });
  return row;
}

async function wordsFor(tx: Tx, decision: Decision): Promise<string> {
  if (decision.kind === 'create') return 'To be created.';
  if (decision.kind === 'ignore') return 'To be left out.';
  const user = await tx.user.findUnique({ where: { id: decision.userId } });
  if (user && !user.deletedAt) return `To be linked to ${user.displayName}.`;
  throw new AppError('not_found', 'This person is not in the directory any more.', { field: 'decision.userId' });
}

function assertCandidate(actor: Actor, row: ImportRow, userId: string): void {
  if (userId !== actor.id && row.candidateIds.includes(userId)) return;
  throw new AppError('forbidden', 'Your role links accounts only to people whom they match, and not to yourself.', {
    hint: 'Ask an administrator to choose this person.',
  });
}

/** A choice is taken where something will still come of it. */
function assertOpen(state: ImportState, row: ImportRow): void {
  if (row.state === 'done' || row.match === 'imported') {
    throw new AppError('conflict', 'This account is linked already.');
  }
  if (row.state === 'queued') throw new AppError('conflict', 'This account is being imported.');
  if (row.state === 'listed' && state !== 'review') {
    throw new AppError('conflict', 'This import is not waiting for review.', {
      hint: state === 'fetching' ? 'Accounts are still being read.' : 'Fetch again to choose for what was left out.',
    });
  }
}

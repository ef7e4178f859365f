import { assertMayName } from '@/lib/applications/naming-rule';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { ImportRow, ImportState, User } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { findAuthority } from '@/lib/tokens/authority';
import { keepChoices } from './internal/choices';
import { asResource, lockImport } from './internal/lock-import';
import { assertMayUpdate } from './internal/may-update';
import { namingOf } from './internal/naming';
import { decideRowSchema } from './schema';

/**
 * Chooses what is to be done with one account while the import waits for review; after it failed, how it is retried.
 * A link gives the person the account's name to sign in by: `assertMayName` says who may choose it.
 * @returns the import
 * @throws AppError `not_found`, `forbidden`, `conflict` for a row that is done or linked already, or is not reviewed now
 */
export const decideRow = defineCommand(
  { id: 'decideRow', permission: 'imports.run', input: decideRowSchema, event: 'import_decide' },
  async (tx, draft, { importId, remoteId, decision }, actor) => {
    const found = await lockImport(tx, importId);
    const { application, state } = found;
    draft.application = application;
    const row = await lockRow(tx, importId, remoteId);
    draft.target = { type: 'account', id: remoteId, name: row.userName };
    draft.changes = { decision: { from: row.decision, to: decision.kind } };
    const user = 'userId' in decision ? await findPerson(tx, decision.userId) : undefined;
    draft.message = user
      ? `To be linked to ${user.displayName}${decision.kind === 'update' ? ', who takes over its values' : ''}.`
      : decision.kind === 'create'
        ? 'To be created.'
        : 'To be left out.';
    if (decision.kind === 'update') assertMayUpdate([await findAuthority(tx, actor)]);
    if (user) await assertMayName(tx, [actor], await namingOf(tx, application, user, row));
    assertOpen(state, row);
    const decidedAt = now();
    await tx.importRow.update({
      where: { importId_remoteId: { importId, remoteId } },
      data: {
        decision: decision.kind,
        userId: user?.id ?? null,
        decidedAt,
        decidedById: actor.id,
        decidedByTokenId: actor.tokenId ?? null,
      },
    });
    await keepChoices(tx, importId, decidedAt, remoteId);
    return asResource(found);
  },
);

async function lockRow(tx: Tx, importId: string, remoteId: string): Promise<ImportRow> {
  // A row that failed may be retried at this moment.
  await tx.$queryRaw`
    SELECT 1 FROM import_rows WHERE import_id = ${importId}::uuid AND remote_id = ${remoteId} FOR UPDATE`;
  const row = await tx.importRow.findUnique({ where: { importId_remoteId: { importId, remoteId } } });
  if (!row) throw new AppError('not_found', 'This account is not part of the import.', { field: 'remoteId' });
  return row;
}

async function findPerson(tx: Tx, userId: string): Promise<User> {
  const user = await tx.user.findUnique({ where: { id: userId } });
  if (user && !user.deletedAt) return user;
  throw new AppError('not_found', 'This person is not in the directory any more.', { field: 'decision.userId' });
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

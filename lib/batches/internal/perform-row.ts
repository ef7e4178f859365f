import { AppError, type ErrorCode } from '@/lib/core/errors';
import type { UserBatch, UserBatchRow } from '@/lib/db/generated/client';
import { deleteUser } from '@/lib/directory/delete-user';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { suspendUser } from '@/lib/directory/suspend-user';
import { type Actor, personBehind } from '@/lib/events/actor';
import { performLine } from './perform-line';
import type { Performed } from './performed';

/** Does to one person what the batch is about; part of the transaction around it. @throws AppError of the command */
export async function performRow(actor: Actor, batch: UserBatch, row: UserBatchRow): Promise<Performed> {
  const id = row.userId ?? '';
  const keepsOneself = batch.action === 'suspend' || batch.action === 'delete';
  if (keepsOneself && id === personBehind(actor)) {
    throw new AppError('conflict', 'This is you: nobody shuts themselves out among many others.', {
      hint: 'Another administrator can.',
    });
  }
  switch (batch.action) {
    case 'suspend':
      return unlessSo('not_active', id, () => suspendUser(actor, { id }));
    case 'reactivate':
      return unlessSo('already_active', id, () => reactivateUser(actor, { id }));
    case 'delete':
      await deleteUser(actor, { id });
      break;
    case 'restore':
      await restoreUser(actor, { id });
      break;
    case 'send_activation':
      await issueActivationLink(actor, { id, mail: true });
      break;
    case 'import':
      return performLine(actor, batch, row);
    default:
      throw new Error(`Nothing to be done to one person: ${batch.action}`);
  }
  return { state: 'done', userId: id };
}

/** Who is so already is passed over: the command has written nothing then. */
async function unlessSo(code: ErrorCode, userId: string, run: () => Promise<unknown>): Promise<Performed> {
  try {
    await run();
    return { state: 'done', userId };
  } catch (error) {
    if (error instanceof AppError && error.code === code) return { state: 'skipped', userId };
    throw error;
  }
}

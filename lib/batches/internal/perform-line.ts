import { AppError, errorCodes } from '@/lib/core/errors';
import { db, surroundingTransaction } from '@/lib/db/client';
import type { UserBatch, UserBatchRow } from '@/lib/db/generated/client';
import { createUser } from '@/lib/directory/create-user';
import type { Actor } from '@/lib/events/actor';
import { updatePerson } from '@/lib/sso/update-person';
import type { RowPlan } from '../queries';
import { contextOf, fileOf } from '../user-file';
import type { Performed } from './performed';
import { planLines } from './plan-lines';

/**
 * Does what a line of a file says: planned anew, by the directory as it is now.
 * @throws AppError what the line is refused for; `conflict` where it would do something else than was reviewed
 */
export async function performLine(actor: Actor, batch: UserBatch, row: UserBatchRow): Promise<Performed> {
  const tx = surroundingTransaction() ?? db;
  const file = fileOf(batch);
  const [planned] = await planLines(tx, [row], await contextOf(file, tx));
  if (!planned) throw new Error('A line is planned as one.');
  if ('error' in planned) {
    const { code, message, hint } = planned.error;
    throw new AppError(errorCodes.find((one) => one === code) ?? 'invalid_input', message, hint ? { hint } : {});
  }
  const { plan, values, before } = planned;
  if (plan.kind === 'same') return { state: 'skipped', userId: row.userId };
  if (plan.kind !== (row.plan as RowPlan | null)?.kind) {
    throw new AppError('conflict', 'The directory has changed since this was reviewed.', {
      hint: 'Upload the line again to see what it would do now.',
    });
  }
  if (!before) {
    const { id } = await createUser(actor, { ...values, sendActivation: file.sendActivation });
    return { state: 'done', userId: id };
  }
  await updatePerson(actor, { ...values, id: before.id, version: before.version });
  return { state: 'done', userId: before.id };
}

import type { BatchRowStateName } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import { updateGroupMembers } from '@/lib/directory/update-group-members';
import type { Actor } from '@/lib/events/actor';
import type { BatchActionName } from '../schema';

/** People in one change of a group: one event, which counts them. */
const membersAtOnce = 500;

interface GroupBatch {
  id: string;
  action: BatchActionName;
  groupId: string;
}

/**
 * Adds the next 500 people of a batch to its group, or removes them. Who is so already is passed over; who is deleted says so.
 * The command joins the transaction. @returns whether there was somebody @throws AppError of updateGroupMembers
 */
export async function performGroup(tx: Tx, actor: Actor, { id, action, groupId }: GroupBatch): Promise<boolean> {
  const rows = await tx.$queryRaw<{ no: number; userId: string; live: boolean; member: boolean }[]>`
    SELECT r.no, r.user_id AS "userId", u.id IS NOT NULL AS live, m.user_id IS NOT NULL AS member
    FROM (SELECT no, user_id FROM user_batch_rows WHERE batch_id = ${id}::uuid AND state = 'queued'
      ORDER BY turn, no LIMIT ${membersAtOnce} FOR UPDATE SKIP LOCKED) r
    LEFT JOIN users u ON u.id = r.user_id AND u.deleted_at IS NULL
    LEFT JOIN group_members m ON m.group_id = ${groupId}::uuid AND m.user_id = r.user_id`;
  if (rows.length === 0) return false;
  const adds = action === 'add_to_group';
  const live = rows.filter((row) => row.live || !adds);
  const changing = live.filter(({ member }) => member !== adds);
  const ids = changing.map(({ userId }) => userId);
  if (ids.length > 0) await updateGroupMembers(actor, { groupId, add: adds ? ids : [], remove: adds ? [] : ids });
  const set = (state: BatchRowStateName, of: typeof rows, error: object | null = null) =>
    tx.$executeRaw`UPDATE user_batch_rows SET state = ${state}::batch_row_state, error = ${error === null ? null : JSON.stringify(error)}::jsonb
      WHERE batch_id = ${id}::uuid AND no = ANY (${of.map(({ no }) => no)}::int[])`;
  await set('done', changing);
  await set(
    'skipped',
    live.filter(({ member }) => member === adds),
  );
  const gone = rows.filter((row) => !live.includes(row));
  if (gone.length > 0) await set('failed', gone, { code: 'conflict', message: 'This person is deleted.' });
  return true;
}

import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { recordEvents } from '@/lib/events/record';
import { ancestorIds } from '../membership';
import { announceChange } from './announce';
import { groupTarget } from './groups';

/** Names that an event lists at most; the message counts all. */
const namedAtMost = 50;

/** Somebody who comes into a group, or goes. */
export interface MembersMove {
  groupId: string;
  userId: string;
  joins: boolean;
}

/**
 * Moves people into and out of groups as an application has it, however many by one statement each way, with an event for each group and
 * one announcement. Who goes and comes at once stays. @param moves of groups whose rows are held
 */
export async function moveMembers(
  tx: Tx,
  actor: Actor,
  application: { id: string; displayLabel: string },
  moves: readonly MembersMove[],
): Promise<{ added: number; removed: number }> {
  const keyOf = ({ groupId, userId }: MembersMove) => `${groupId} ${userId}`;
  const joining = new Map(moves.filter(({ joins }) => joins).map((move) => [keyOf(move), move]));
  const leaving = new Map(
    moves.filter((move) => !move.joins && !joining.has(keyOf(move))).map((move) => [keyOf(move), move]),
  );
  const gone = [...leaving.values()];
  // All of them before the first change: after it, everybody who changes members waits for this transaction.
  if (gone.length > 0) {
    await tx.$executeRaw`
      SELECT 1 FROM group_members m JOIN ${pairs(gone)} USING (group_id, user_id) ORDER BY m.group_id, m.user_id FOR UPDATE OF m`;
  }
  const added = await write(tx, [...joining.values()], true);
  const removed = await write(tx, gone, false);
  if (added.length + removed.length === 0) return { added: 0, removed: 0 };
  const groupIds = [...new Set([...added, ...removed].map(({ groupId }) => groupId))];
  await recordEvents(tx, await draftsOf(tx, actor, application, groupIds, { added, removed }));
  const userIds = [...new Set([...added, ...removed].map(({ userId }) => userId))];
  await announceChange(tx, { userIds, groupIds: [...groupIds, ...(await ancestorIds(groupIds, tx))] });
  return { added: added.length, removed: removed.length };
}

const pairs = (moves: readonly MembersMove[]) => {
  const [groupIds, userIds] = [moves.map(({ groupId }) => groupId), moves.map(({ userId }) => userId)];
  return Prisma.sql`unnest(${groupIds}::uuid[], ${userIds}::uuid[]) AS moved(group_id, user_id)`;
};

type Moved = Omit<MembersMove, 'joins'>;

/** @returns who really came, or went */
async function write(tx: Tx, moves: readonly MembersMove[], joins: boolean): Promise<Moved[]> {
  if (moves.length === 0) return [];
  return joins
    ? tx.$queryRaw<Moved[]>`
        INSERT INTO group_members (group_id, user_id) SELECT group_id, user_id FROM ${pairs(moves)} ORDER BY group_id, user_id
        ON CONFLICT DO NOTHING RETURNING group_id AS "groupId", user_id AS "userId"`
    : tx.$queryRaw<Moved[]>`
        DELETE FROM group_members m USING ${pairs(moves)} WHERE m.group_id = moved.group_id AND m.user_id = moved.user_id
        RETURNING m.group_id AS "groupId", m.user_id AS "userId"`;
}

function byGroup(rows: readonly Moved[]): Map<string, Moved[]> {
  const groups = new Map<string, Moved[]>();
  for (const row of rows) {
    const own = groups.get(row.groupId);
    if (own) own.push(row);
    else groups.set(row.groupId, [row]);
  }
  return groups;
}

/** An event for each group, with the names of some of its people: two statements, however many groups. */
async function draftsOf(
  tx: Tx,
  actor: Actor,
  application: { id: string; displayLabel: string },
  groupIds: readonly string[],
  moved: { added: readonly Moved[]; removed: readonly Moved[] },
): Promise<EventDraft[]> {
  const [added, removed] = [byGroup(moved.added), byGroup(moved.removed)];
  const some = (rows: readonly Moved[] = []) => rows.slice(0, namedAtMost).map(({ userId }) => userId);
  const ids = groupIds.flatMap((id) => [...some(added.get(id)), ...some(removed.get(id))]);
  const groups = await tx.group.findMany({ where: { id: { in: [...groupIds] } }, select: { id: true, name: true } });
  const people = await tx.user.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, username: true },
  });
  const names = new Map(people.map(({ id, username }) => [id, username]));
  const named = (rows: readonly Moved[] | undefined) =>
    some(rows)
      .flatMap((id) => names.get(id) ?? [])
      .sort();
  return groups.map((group) => {
    const [came, went] = [added.get(group.id), removed.get(group.id)];
    return {
      ...{ name: 'group_members_update' as const, actor, application, target: groupTarget(group) },
      message: `${came?.length ?? 0} added, ${went?.length ?? 0} removed, as in ${application.displayLabel}.`,
      changes: {
        ...(came ? { added: { from: null, to: named(came) } } : {}),
        ...(went ? { removed: { from: named(went), to: null } } : {}),
      },
    };
  });
}

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { type Group, Prisma } from '@/lib/db/generated/client';
import type { PreparedClause } from '@/lib/filters/check-filter';
import type { Filter } from '@/lib/filters/schema';
import { givenClauses, letsThrough } from '@/lib/filters/sql';
import { ancestorIds } from '../membership';
import { preparedFilter } from '../prepared-filter';
import { mostDynamicGroups } from '../schema';
import { announceChange } from './announce';

/** Who came in and who fell out. */
export interface RuleOutcome {
  added: number;
  removed: number;
}

/**
 * SQL: everybody who is not deleted, as `u`, with whether they are a direct member (`was`) and whether they would be by these
 * clauses (`will`). @param groupId null: of a group that is not there yet
 */
export const askedByRule = (groupId: string | null, clauses: readonly PreparedClause[]) => Prisma.sql`
  SELECT u.id, u.display_name, u.lastname, u.firstname, m.user_id IS NOT NULL AS was, ${letsThrough('user', givenClauses(clauses))} AS will
  FROM users u LEFT JOIN group_members m ON m.group_id = ${groupId}::uuid AND m.user_id = u.id WHERE u.deleted_at IS NULL`;

/**
 * Makes the members of a group what a rule says, however many people there are by one statement, and announces who changed. A person who
 * changes meanwhile is waited for, or waits: see follow_group_rules (migration 0115).
 * @param group its row is held @throws AppError `invalid_input` at `rule.<group>.<clause>.<field>`, `conflict` (500 dynamic groups)
 */
export async function applyRule(tx: Tx, group: Group, rule: Filter): Promise<RuleOutcome> {
  const clauses = await preparedFilter(tx, 'user', rule, 'rule');
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.group-rules'))`;
  if (!group.dynamic) await assertRoom(tx);
  await tx.groupRuleClause.deleteMany({ where: { groupId: group.id } });
  await tx.groupRuleClause.createMany({ data: clauses.map((clause) => ({ ...clause, groupId: group.id })) });
  await tx.group.update({ where: { id: group.id }, data: { dynamic: true } });
  const moved = await tx.$queryRaw<{ id: string; added: boolean }[]>`
    WITH moved AS MATERIALIZED (SELECT a.id, a.was FROM (${askedByRule(group.id, clauses)}) a WHERE a.was <> a.will ORDER BY a.id),
    put AS (INSERT INTO group_members (group_id, user_id) SELECT ${group.id}::uuid, id FROM moved WHERE NOT was
      ON CONFLICT DO NOTHING RETURNING user_id),
    lost AS (DELETE FROM group_members m USING moved WHERE m.group_id = ${group.id}::uuid AND m.user_id = moved.id AND moved.was
      RETURNING m.user_id)
    SELECT user_id AS id, true AS added FROM put UNION ALL SELECT user_id, false FROM lost`;
  if (moved.length > 0) {
    const groupIds = [group.id, ...(await ancestorIds([group.id], tx))];
    await announceChange(tx, { userIds: moved.map(({ id }) => id), groupIds });
  }
  const added = moved.filter((one) => one.added).length;
  return { added, removed: moved.length - added };
}

async function assertRoom(tx: Tx): Promise<void> {
  const count = await tx.group.count({ where: { dynamic: true, deletedAt: null } });
  if (count < mostDynamicGroups) return;
  throw new AppError('conflict', `There are ${mostDynamicGroups} dynamic groups already, and no more are possible.`, {
    hint: 'Each change of a person asks the rules of all of them. Delete one, or make it static.',
    field: 'rule',
  });
}

/** @throws AppError `conflict` for a group whose members follow from a rule */
export function assertStatic(group: Group): void {
  if (!group.dynamic) return;
  throw new AppError('conflict', `Who is in ${group.name} follows from its rule.`, {
    hint: 'Change the rule, or make it a static group first.',
  });
}

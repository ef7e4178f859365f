import type { Tx } from '@/lib/db/client';
import { type Group, Prisma } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { type MembersMove, moveMembers } from './internal/move-members';

/**
 * Groups of an application that are kept here: read-only, with those as members whose accounts are members over there. What the application
 * says of them is written by these functions alone, in the transaction of an import or of the task follow-accounts.
 */

interface Application {
  id: string;
  displayLabel: string;
}

/** A group as an application tells it. */
export interface ToldGroup {
  remoteId: string;
  name: string;
  /** Whether it tells who is in it. */
  told: boolean;
}

/** Keeps a group of an application, without members. */
export async function createApplicationGroup(
  tx: Tx,
  actor: Actor,
  application: Application,
  { remoteId, name, told }: ToldGroup,
): Promise<Group> {
  const data = { name, remoteId, membersTold: told, importedFromId: application.id };
  const group = await tx.group.create({ data });
  const message = `Kept as a group of ${application.displayLabel}.`;
  await recordEvents(tx, [{ name: 'group_create', actor, application, target: targetOf(group), message }]);
  return group;
}

/** Gives such a group the name, and the id, that it has over there. @param group its row is held */
export async function changeApplicationGroup(
  tx: Tx,
  actor: Actor,
  application: Application,
  group: Group,
  { remoteId, name, told }: ToldGroup,
): Promise<Group> {
  const isSame = group.name === name && group.remoteId === remoteId && group.membersTold === told;
  if (isSame && group.goneAt === null) return group;
  const changes = {
    ...(group.name === name ? {} : { name: { from: group.name, to: name } }),
    ...(group.goneAt ? { gone: { from: true, to: false } } : {}),
  };
  if (Object.keys(changes).length > 0) {
    await recordEvents(tx, [{ name: 'group_update', actor, application, target: targetOf(group), changes }]);
  }
  const data = { name, remoteId, goneAt: null, membersTold: told, version: { increment: 1 } };
  return tx.group.update({ where: { id: group.id }, data });
}

/** Says of groups that an application has them no longer; who is in them, and what that gives, stays. */
export async function markGroupsGone(
  tx: Tx,
  actor: Actor,
  application: Application,
  groupIds: readonly string[],
  at: Date,
): Promise<void> {
  const where = { id: { in: [...groupIds] }, goneAt: null, deletedAt: null };
  const gone = await tx.group.updateManyAndReturn({ where, data: { goneAt: at, version: { increment: 1 } } });
  const message = `Not in ${application.displayLabel} any more. Its members stay until somebody deletes it.`;
  await recordEvents(
    tx,
    gone.map((group) => ({
      ...{ name: 'group_update' as const, actor, application, target: targetOf(group), message },
      changes: { gone: { from: false, to: true } },
    })),
  );
}

/**
 * Makes those the members over there that a statement tells, by one statement, and the members here those whose accounts they are.
 * @param group its row is held @param told SQL: `remote_id, name`, each once
 * @returns how many came and went here
 */
export async function setRemoteMembers(
  tx: Tx,
  actor: Actor,
  application: Application,
  group: Group,
  told: Prisma.Sql,
): Promise<{ added: number; removed: number }> {
  const gone = await tx.$queryRaw<{ userId: string | null }[]>`
    WITH told AS MATERIALIZED (${told}),
    put AS (
      INSERT INTO application_group_members AS m (group_id, remote_id, name)
      SELECT ${group.id}::uuid, remote_id, name FROM told ORDER BY remote_id
      ON CONFLICT (group_id, remote_id) DO UPDATE SET name = excluded.name WHERE m.name <> excluded.name)
    DELETE FROM application_group_members m WHERE m.group_id = ${group.id}::uuid
      AND m.remote_id NOT IN (SELECT remote_id FROM told) RETURNING m.user_id AS "userId"`;
  const left = gone.flatMap(({ userId }) => (userId ? [{ groupId: group.id, userId, joins: false }] : []));
  const found = await findPeople(tx, Prisma.sql`m.group_id = ${group.id}::uuid`);
  return moveMembers(tx, actor, application, [...left, ...found]);
}

/**
 * Looks again whose these accounts are, in all groups of the application that have them, and moves the people.
 * @param remoteIds 1,000 at most
 */
export async function followAccountsIn(
  tx: Tx,
  actor: Actor,
  application: Application,
  remoteIds: readonly string[],
): Promise<void> {
  const ids = Prisma.sql`${[...remoteIds]}::text[]`;
  const groups = await tx.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM groups g WHERE g.imported_from_id = ${application.id}::uuid AND g.deleted_at IS NULL
      AND g.id IN (SELECT group_id FROM application_group_members WHERE remote_id = ANY (${ids}))
    ORDER BY g.id FOR NO KEY UPDATE`;
  if (groups.length === 0) return;
  const groupIds = groups.map(({ id }) => id);
  const only = Prisma.sql`m.remote_id = ANY (${ids}) AND m.group_id = ANY (${groupIds}::uuid[])`;
  await moveMembers(tx, actor, application, await findPeople(tx, only));
}

/** Notes whose accounts the members over there are. @param only SQL over `m` @returns who comes into a group by it, and who goes */
async function findPeople(tx: Tx, only: Prisma.Sql): Promise<MembersMove[]> {
  const changed = await tx.$queryRaw<{ groupId: string; was: string | null; owner: string | null }[]>`
    WITH changed AS MATERIALIZED (
      SELECT m.group_id, m.remote_id, m.user_id AS was, l.user_id AS owner
      FROM application_group_members m JOIN groups g ON g.id = m.group_id
      LEFT JOIN user_links l ON l.application_id = g.imported_from_id AND l.remote_id = m.remote_id AND l.state <> 'deleted'
      WHERE ${only} AND m.user_id IS DISTINCT FROM l.user_id),
    noted AS (
      UPDATE application_group_members m SET user_id = c.owner FROM changed c
      WHERE m.group_id = c.group_id AND m.remote_id = c.remote_id)
    SELECT group_id AS "groupId", was, owner FROM changed`;
  return changed.flatMap(({ groupId, was, owner }) => [
    ...(was ? [{ groupId, userId: was, joins: false }] : []),
    ...(owner ? [{ groupId, userId: owner, joins: true }] : []),
  ]);
}

const targetOf = ({ id, name }: Group) => ({ type: 'group', id, name }) as const;

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import type { EventDraft } from '@/lib/events/draft';
import { attempt } from '@/lib/events/record';
import { type Changes, changesBetween } from '@/lib/events/schema';
import { announceChange } from './internal/announce';
import { assertNotOfSource } from './internal/sources';
import { assertLive, assertManager, assertNotLastAdministrator, lockUser } from './internal/users';
import type { UserValues } from './schema';
import { assertNamesFree, asTaken } from './taken-names';
import { columnsOf, toColumns } from './user-columns';
import { userTarget } from './user-target';

/** Properties by which a mapping can name a person's manager. */
const namesOfManager = ['username', 'email', 'displayName', 'employeeIdentifier'];

/** Asked before a change of a person is saved: it throws where the change may not be. */
export type UserGuard = (tx: Tx, actor: Actor, before: User, after: User) => Promise<void>;

/**
 * Changes a person. @param input `version` as the form was loaded
 * @param guard what follows from the change where the directory cannot know: `keepOwnNames` of lib/sso
 * @throws AppError what the guard throws; `stale_version` (details: `{version, values}` as they are now), `already_exists`,
 * `last_administrator`, `invalid_input` at managerId, `not_found`, `conflict` (deleted), `owned_by_source` at the first of
 * the properties that another directory is the master of: all but the role
 */
export async function updateUser(
  actor: Actor,
  input: UserValues & { id: string; version: number },
  guard: UserGuard,
): Promise<User & { changes: Changes }> {
  return attempt({ name: 'user_update', actor }, async (tx, draft) => {
    if (input.role !== 'administrator') await guardDemotion(tx, input.id);
    return changeUser(tx, draft, actor, input, guard);
  });
}

/** {@link updateUser} in the caller's transaction, for who leaves the role as it is. */
export async function changeUser(
  tx: Tx,
  draft: EventDraft,
  actor: Actor,
  input: UserValues & { id: string; version: number },
  guard: UserGuard,
): Promise<User & { changes: Changes }> {
  const before = await lockUser(tx, input.id);
  draft.target = userTarget(before);
  assertLive(before);
  assertVersion(before, input.version);
  const data = toColumns(input);
  const changes = changesBetween(columnsOf(before), data);
  if (Object.keys(changes).length === 0) return { ...before, changes };
  const owned = Object.keys(changes).find((name) => name !== 'role');
  if (owned) await assertNotOfSource(tx, actor, before, before.displayName, owned);
  if (changes.managerId) await assertManager(tx, before.id, data.managerId);
  draft.changes = changes;
  if (changes.username || changes.email) await assertNamesFree(tx, { ...data, id: before.id });
  await guard(tx, actor, before, { ...before, ...data });
  const user = await tx.user
    .update({ where: { id: before.id }, data: { ...data, version: { increment: 1 } } })
    .catch((error: unknown) => {
      throw asTaken(error);
    });
  const reports = namesOfManager.some((name) => name in changes)
    ? await tx.user.findMany({ where: { managerId: user.id, deletedAt: null }, select: { id: true } })
    : [];
  await announceChange(tx, { userIds: [user.id, ...reports.map((report) => report.id)] });
  return { ...user, changes };
}

async function guardDemotion(tx: Tx, id: string): Promise<void> {
  const user = await tx.user.findUnique({ where: { id }, select: { role: true } });
  if (user?.role === 'administrator') await assertNotLastAdministrator(tx, id, 'given another role');
}

function assertVersion(user: User, version: number): void {
  if (user.version === version) return;
  throw new AppError('stale_version', `${user.displayName} was changed by somebody else in the meantime.`, {
    hint: 'Nothing was saved. What you typed is still here; compare the marked fields and save again.',
    details: { version: user.version, values: columnsOf(user) },
  });
}

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { type Changes, changesBetween } from '@/lib/events/schema';
import { announceChange } from './internal/announce';
import { assertNotOfSource } from './internal/sources';
import { customAttributesSchema } from './schema';
import { columnsOf, type UserColumns } from './user-columns';
import { userTarget } from './user-target';

/** Username, e-mail address and role are no application's to say; custom attributes are those it says, the others stay. */
export type ImportedColumns = Partial<Omit<UserColumns, 'username' | 'email' | 'role' | 'managerId'>>;

/**
 * Writes what an account of an application says of a person, in the caller's transaction, which holds the person's row.
 * @returns what has changed; nothing is written where nothing has
 * @throws AppError `owned_by_source`, `invalid_input` (more custom attributes than a person can have)
 */
export async function updateImportedUser(
  tx: Tx,
  actor: Actor,
  user: User,
  taken: ImportedColumns,
  application: { id: string; displayLabel: string },
): Promise<Changes> {
  const before = columnsOf(user);
  const values = { ...taken, ...mergedCustom(before.customAttributes, taken.customAttributes) };
  const changes = changesBetween(before, { ...before, ...values });
  const [first] = Object.keys(changes);
  if (first === undefined) return {};
  await assertNotOfSource(tx, actor, user, user.displayName, first);
  await tx.user.update({ where: { id: user.id }, data: { ...values, version: { increment: 1 } } });
  await recordEvents(tx, [{ name: 'user_update', actor, application, target: userTarget(user), changes }]);
  // Their manager's name is something that mappings of their reports may send.
  const reports = await tx.user.findMany({ where: { managerId: user.id, deletedAt: null }, select: { id: true } });
  await announceChange(tx, { userIds: [user.id, ...reports.map(({ id }) => id)] });
  return changes;
}

type Custom = UserColumns['customAttributes'];

function mergedCustom(before: Custom, taken: Custom | undefined): { customAttributes?: Custom } {
  if (!taken) return {};
  const { data, error } = customAttributesSchema.safeParse({ ...before, ...taken });
  if (data) return { customAttributes: data };
  const message = error.issues[0]?.message ?? 'These are no custom attributes.';
  throw new AppError('invalid_input', message, { field: 'customAttributes' });
}

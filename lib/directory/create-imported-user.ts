import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import type { UserValues } from './schema';
import { assertNamesFree, asTaken } from './taken-names';
import { toColumns } from './user-columns';
import { userTarget } from './user-target';

/**
 * Creates a person from an account of an application, in the caller's transaction: active, password pending. No mail is
 * sent: an activation link is issued when they are to sign in.
 * @throws AppError `already_exists` at username or email; the transaction is lost then
 */
export async function createImportedUser(
  tx: Tx,
  actor: Actor,
  values: UserValues,
  application: { id: string; displayLabel: string },
): Promise<User> {
  const data = { ...toColumns(values), importedFromId: application.id };
  await assertNamesFree(tx, data);
  const user = await tx.user.create({ data }).catch((error: unknown) => {
    throw asTaken(error);
  });
  const filled = Object.entries(data).filter(([, value]) => value !== null);
  const changes = changesBetween({}, Object.fromEntries(filled));
  await recordEvents(tx, [{ name: 'user_create', actor, application, target: userTarget(user), changes }]);
  return user;
}

import { isSameName, type Naming } from '@/lib/applications/naming-rule';
import type { Tx } from '@/lib/db/client';
import type { ImportRow, User } from '@/lib/db/generated/client';
import { applicationUsernames } from '@/lib/provisioning/application-usernames';

/** What linking an account to a person would do to the name by which they sign in. */
export async function namingOf(
  tx: Tx,
  application: { id: string; displayLabel: string; usernameFormat: string },
  user: User,
  row: Pick<ImportRow, 'userName'>,
): Promise<Naming> {
  const from = (await applicationUsernames(tx, application, [user.id])).get(user.id) ?? '';
  return isSameName(from, row.userName)
    ? { user, application }
    : { user, application, otherName: { from, to: row.userName } };
}

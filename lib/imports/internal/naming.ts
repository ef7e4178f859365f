import { isSameName, type Naming } from '@/lib/applications/naming-rule';
import { readStandings } from '@/lib/applications/standings';
import { now } from '@/lib/core/clock';
import type { Tx } from '@/lib/db/client';
import type { ImportRow, User } from '@/lib/db/generated/client';

/** What linking an account to a person would do to the name by which they sign in. */
export async function namingOf(
  tx: Tx,
  application: { id: string; displayLabel: string; usernameFormat: string },
  user: User,
  row: Pick<ImportRow, 'userName'>,
): Promise<Naming> {
  const [standing] = await readStandings(tx, { applications: [application], userIds: [user.id] }, now());
  const from = standing?.applicationUsername ?? '';
  return isSameName(from, row.userName)
    ? { user, application }
    : { user, application, otherName: { from, to: row.userName } };
}

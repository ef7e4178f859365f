import { applicationUsername } from '@/lib/applications/application-username';
import { userRecord } from '@/lib/applications/source-record';
import { now } from '@/lib/core/clock';
import type { Tx } from '@/lib/db/client';

/**
 * The names by which people are known in one application at this moment, by id: typed for the one person, or as the format
 * makes them; empty where it makes none.
 */
export async function applicationUsernames(
  tx: Tx,
  application: { id: string; usernameFormat: string },
  userIds: readonly string[],
): Promise<Map<string, string>> {
  const users = await tx.user.findMany({
    where: { id: { in: [...userIds] } },
    include: { assignments: { where: { applicationId: application.id }, select: { applicationUsername: true } } },
  });
  const at = now();
  return new Map(
    users.map(({ assignments, ...user }) => {
      const typed = assignments[0]?.applicationUsername ?? null;
      const record = userRecord(user, user.username, true);
      return [user.id, applicationUsername(application.usernameFormat, record, typed, at)];
    }),
  );
}

import { db, transaction } from '@/lib/db/client';
import { followAccountsIn } from '@/lib/directory/application-groups';
import { systemActor } from '@/lib/events/actor';

/** As many members as an account can be in, and more: moving them takes longer than other changes, in milliseconds. */
const timeoutMs = 120_000;

/** The task: accounts of an application became somebody's, or are nobody's any more. */
export async function followAccounts(applicationId: string, remoteIds: readonly string[]): Promise<void> {
  const application = await db.application.findUnique({
    where: { id: applicationId },
    select: { id: true, displayLabel: true },
  });
  if (!application) return;
  await transaction((tx) => followAccountsIn(tx, systemActor, application, remoteIds), { timeoutMs });
}

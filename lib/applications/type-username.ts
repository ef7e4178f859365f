import { AppError } from '@/lib/core/errors';
import { db, type Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { userTarget } from '@/lib/directory/user-target';
import type { EventDraft } from '@/lib/events/draft';
import { changesBetween } from '@/lib/events/schema';
import { enqueue } from '@/lib/queue/enqueue';
import { findAuthority } from '@/lib/tokens/authority';
import { lockUsernames } from './assert-username-free';
import { judgeUsernames } from './judge-usernames';
import { usernameNaming } from './naming';
import { settleNames } from './settle-names';

/** Brings up to date what usernames are compared with. Not inside the transaction that types one: it would wait for its people. */
export async function settleUsernames(applicationId: string): Promise<void> {
  const application = await db.application.findUnique({ where: { id: applicationId } });
  if (application) await settleNames([usernameNaming(application.usernameFormat)]);
}

/**
 * Types the application username of one person, or goes back to the format (null), in a transaction that has locked the application.
 * @throws AppError `not_found`; `forbidden` (refusalOf); at applicationUsername `invalid_input` when the application's own rules
 * refuse the name, or that the account is given another one, `already_exists` when it is somebody else's there
 */
export async function typeUsername(
  tx: Tx,
  draft: EventDraft,
  application: Application,
  { userId, applicationUsername }: { userId: string; applicationUsername: string | null },
): Promise<void> {
  // The person before what is set for them, as who renames somebody goes.
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
  if (applicationUsername !== null) await lockUsernames(tx, application.id, [applicationUsername]);
  const authorities = [await findAuthority(tx, draft.actor)];
  const judged = (await judgeUsernames(tx, application, [{ userId, applicationUsername }], authorities)).get(userId);
  if (!judged || judged.standing.user.deletedAt) {
    throw new AppError('not_found', 'This person was deleted meanwhile.', { hint: 'Reload the page.' });
  }
  const { user, typedUsername } = judged.standing;
  draft.application = { id: application.id, displayLabel: application.displayLabel };
  draft.target = userTarget(user);
  draft.changes = changesBetween({ applicationUsername: typedUsername }, { applicationUsername });
  if (judged.problem) {
    const { code, message, hint } = judged.problem;
    throw new AppError(code, message, { hint, ...(code === 'forbidden' ? {} : { field: 'applicationUsername' }) });
  }
  const key = { applicationId: application.id, userId };
  await tx.applicationUser.upsert({
    where: { applicationId_userId: key },
    create: { ...key, applicationUsername },
    update: { applicationUsername },
  });
  await enqueue(tx, 'application-changed', { applicationId: application.id, userIds: [userId] });
}

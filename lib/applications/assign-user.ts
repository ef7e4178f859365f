import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { userTarget } from '@/lib/directory/user-target';
import { declareCommand, defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { attemptAfter } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { lockApplication } from './lock-application';
import { assignmentSchema, assignUserSchema } from './schema';
import { settleUsernames, typeUsername } from './type-username';

interface Pair {
  applicationId: string;
  userId: string;
}

/**
 * Lets one person into an application without a group, under a username that is typed along where one is told; answers the application.
 * @throws AppError `not_found`; what {@link typeUsername} throws
 */
export const assignUser = declareCommand(
  { id: 'assignUser', permission: 'applications.write', input: assignUserSchema, event: 'association_create' },
  (actor, { applicationUsername, ...pair }): Promise<Application> => {
    const settle = async () => {
      if (applicationUsername) await settleUsernames(pair.applicationId);
    };
    return attemptAfter({ name: 'association_create', actor }, settle, async (tx, draft) => {
      const application = await setAssigned(tx, draft, pair, true);
      if (applicationUsername) await typeUsername(tx, draft, application, { ...pair, applicationUsername });
      return application;
    });
  },
);

/** Takes a direct assignment away; what groups grant stays. Answers the application. @throws AppError `not_found` */
export const unassignUser = defineCommand(
  { id: 'unassignUser', permission: 'applications.write', input: assignmentSchema, event: 'association_delete' },
  (tx, draft, pair) => setAssigned(tx, draft, pair, false),
);

async function setAssigned(tx: Tx, draft: EventDraft, pair: Pair, assigned: boolean) {
  const application = await lockApplication(tx, pair.applicationId);
  const user = await getPerson(tx, pair.userId);
  draft.application = { id: application.id, displayLabel: application.displayLabel };
  draft.target = userTarget(user);
  await tx.applicationUser.upsert({
    where: { applicationId_userId: pair },
    create: { ...pair, assigned },
    update: { assigned },
  });
  await enqueue(tx, 'application-changed', { applicationId: pair.applicationId, userIds: [pair.userId] });
  return application;
}

/** @throws AppError `not_found` */
async function getPerson(tx: Tx, userId: string) {
  const user = await tx.user.findFirst({ where: { id: userId, deletedAt: null } });
  if (!user) throw new AppError('not_found', 'This person was deleted meanwhile.', { hint: 'Reload the page.' });
  return user;
}

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { userTarget } from '@/lib/directory/user-target';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { enqueue } from '@/lib/queue/enqueue';
import { lockApplication } from './lock-application';
import { assignUserSchema } from './schema';

interface Pair {
  applicationId: string;
  userId: string;
}

const declared = { permission: 'applications.write', input: assignUserSchema } as const;

/** Lets one person into an application without a group; answers the application. @throws AppError `not_found` */
export const assignUser = defineCommand(
  { ...declared, id: 'assignUser', event: 'association_create' },
  (tx, draft, pair) => setAssigned(tx, draft, pair, true),
);

/** Takes a direct assignment away; what groups grant stays. Answers the application. @throws AppError `not_found` */
export const unassignUser = defineCommand(
  { ...declared, id: 'unassignUser', event: 'association_delete' },
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
export async function getPerson(tx: Tx, userId: string) {
  const user = await tx.user.findFirst({ where: { id: userId, deletedAt: null } });
  if (!user) throw new AppError('not_found', 'This person was deleted meanwhile.', { hint: 'Reload the page.' });
  return user;
}

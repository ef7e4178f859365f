import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { userTarget } from '@/lib/directory/user-target';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { enqueue } from '@/lib/queue/enqueue';
import { lockApplication } from './lock-application';
import { assignUserSchema } from './schema';

interface Pair {
  applicationId: string;
  userId: string;
}

/** Lets one person into an application without a group. @throws AppError `not_found` */
export async function assignUser(actor: Actor, input: Pair): Promise<void> {
  await setAssigned(actor, assignUserSchema.parse(input), true);
}

/** Takes a direct assignment away; what groups grant stays. @throws AppError `not_found` */
export async function unassignUser(actor: Actor, input: Pair): Promise<void> {
  await setAssigned(actor, assignUserSchema.parse(input), false);
}

async function setAssigned(actor: Actor, pair: Pair, assigned: boolean): Promise<void> {
  const name = assigned ? 'association_create' : 'association_delete';
  await attempt({ name, actor }, async (tx, draft) => {
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
  });
}

/** @throws AppError `not_found` */
export async function getPerson(tx: Tx, userId: string) {
  const user = await tx.user.findFirst({ where: { id: userId, deletedAt: null } });
  if (!user) throw new AppError('not_found', 'This person was deleted meanwhile.', { hint: 'Reload the page.' });
  return user;
}

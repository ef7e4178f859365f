import { AppError } from '@/lib/core/errors';
import { transaction } from '@/lib/db/client';
import type { LinkState } from '@/lib/db/generated/client';
import { markUsersDue, priorities } from './mark-due';

const retryable: LinkState[] = ['error', 'conflict', 'outcome_unknown', 'skipped'];
const mostAtOnce = 1_000;

/**
 * Has one person's account tried again now. An open question of outcome is closed by it: a person has looked.
 * @throws AppError `not_found`
 */
export async function retryLink(input: { linkId: string }): Promise<void> {
  await transaction(async (tx) => {
    const link = await tx.userLink.findUnique({ where: { id: input.linkId } });
    if (!link) throw new AppError('not_found', 'This account is not managed any more.');
    if (link.state === 'outcome_unknown') {
      await tx.operation.updateMany({
        where: { userLinkId: link.id, finishedAt: null },
        data: { state: 'failed', finishedAt: new Date() },
      });
    }
    await markUsersDue(tx, link.applicationId, [link.userId], { priority: priorities.change });
  });
}

/** Has up to 1,000 failed links of an application tried again now. @returns how many */
export async function retryFailed(input: {
  applicationId: string;
  states?: readonly LinkState[] | undefined;
}): Promise<number> {
  return transaction(async (tx) => {
    const links = await tx.userLink.findMany({
      where: { applicationId: input.applicationId, state: { in: [...(input.states ?? retryable)] } },
      select: { userId: true },
      take: mostAtOnce,
    });
    const userIds = links.map((link) => link.userId);
    if (userIds.length > 0) await markUsersDue(tx, input.applicationId, userIds, { priority: priorities.change });
    return userIds.length;
  });
}

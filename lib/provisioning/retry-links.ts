import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { linkStatesThat } from '@/lib/core/states';
import type { LinkState } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { lockIntegration } from './internal/integrations';
import { priorities } from './internal/priorities';
import { markUsersDue, wakeEngines } from './mark-due';
import { linkRefSchema, retryFailedSchema, retryWaits } from './schema';

const retryable: LinkState[] = [...linkStatesThat.mayBeRetried];
const mostAtOnce = 1_000;

/**
 * Has one person's account tried again now; in quarantine or a pause, when that ends, which the event says. An open question of
 * outcome is closed by it: a person has looked.
 * @returns the application
 * @throws AppError `not_found`, `not_active`, `conflict` for an account that was released
 */
export const retryLink = defineCommand(
  { id: 'retryLink', permission: 'provisioning.run', input: linkRefSchema, event: 'provisioning_retry' },
  async (tx, draft, input) => {
    const link = await tx.userLink.findUnique({
      where: { id: input.linkId },
      include: { user: { select: { displayName: true } }, application: true },
    });
    if (!link) throw new AppError('not_found', 'This account is not managed any more.');
    draft.application = link.application;
    draft.target = { type: 'user', id: link.userId, name: link.user.displayName };
    const { integration } = await lockIntegration(tx, link.applicationId);
    draft.message = retryWaits[integration.status];
    if (link.state === 'released') {
      throw new AppError('conflict', 'This account was released: nothing is sent for it.', {
        hint: 'Take it back under management first.',
      });
    }
    const touched = { applicationId: link.applicationId, userIds: [link.userId] };
    const marked = await markUsersDue(tx, touched, { priority: priorities.change });
    if (link.state === 'outcome_unknown') {
      await tx.operation.updateMany({
        where: { userLinkId: link.id, finishedAt: null },
        data: { state: 'failed', finishedAt: now() },
      });
    }
    await wakeEngines(tx, marked);
    return link.application;
  },
);

/**
 * Has up to 1,000 failed links of an application tried again now. Open questions of outcome stay open: nobody has looked
 * at each of them. @returns the application, and how many links @throws AppError `not_found`, `not_active`
 */
export const retryFailed = defineCommand(
  { id: 'retryFailed', permission: 'provisioning.run', input: retryFailedSchema, event: 'provisioning_retry' },
  async (tx, draft, { applicationId, states = retryable }) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const links = await tx.userLink.findMany({
      where: { applicationId, state: { in: states } },
      select: { userId: true },
      take: mostAtOnce,
    });
    const userIds = links.map((link) => link.userId);
    if (userIds.length > 0) {
      await wakeEngines(tx, await markUsersDue(tx, { applicationId, userIds }, { priority: priorities.change }));
    }
    const tried = `${userIds.length} ${userIds.length === 1 ? 'account is' : 'accounts are'} tried again.`;
    draft.message = [tried, retryWaits[integration.status]].filter(Boolean).join(' ');
    return { ...application, changed: userIds.length };
  },
);

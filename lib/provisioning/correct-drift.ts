import { Prisma } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import { lockIntegration } from './internal/integrations';
import { priorities } from './internal/priorities';
import { markUsersDue, wakeEngines } from './mark-due';
import { correctDriftSchema, retryWaits } from './schema';

const mostAtOnce = 10_000;

/**
 * Has accounts corrected that differ over there and are left so: changed values are sent again, reactivated accounts deactivated, deleted ones
 * created. In quarantine or a pause, when that ends, which the event says. 10,000 at most.
 * @returns the application, and how many accounts @throws AppError `not_found`, `not_active`
 */
export const correctDrift = defineCommand(
  { id: 'correctDrift', permission: 'provisioning.run', input: correctDriftSchema, event: 'user_drift_correct' },
  async (tx, draft, { applicationId, linkIds }) => {
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    const only = linkIds ? Prisma.sql`AND id = ANY (${linkIds}::uuid[])` : Prisma.empty;
    const links = await tx.$queryRaw<{ userId: string }[]>`
      UPDATE user_links SET drift = drift || '{"correct": true}'
      FROM (SELECT id FROM user_links WHERE application_id = ${applicationId}::uuid AND drift IS NOT NULL ${only}
        ORDER BY application_id, user_id LIMIT ${mostAtOnce} FOR NO KEY UPDATE) locked
      WHERE user_links.id = locked.id
      RETURNING user_id AS "userId"`;
    const userIds = links.map(({ userId }) => userId);
    const count = `${userIds.length.toLocaleString('en')} ${userIds.length === 1 ? 'account is' : 'accounts are'} corrected.`;
    draft.message = [count, retryWaits[integration.status]].filter(Boolean).join(' ');
    if (userIds.length > 0)
      await wakeEngines(tx, await markUsersDue(tx, { applicationId, userIds }, { priority: priorities.change }));
    return { ...application, changed: userIds.length };
  },
);

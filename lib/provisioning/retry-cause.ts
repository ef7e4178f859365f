import { AppError } from '@/lib/core/errors';
import { linkStatesThat } from '@/lib/core/states';
import { inStates } from '@/lib/db/states';
import { defineCommand } from '@/lib/events/command';
import { lockIntegration } from './internal/integrations';
import { priorities } from './internal/priorities';
import { markGroupLinksDue, markUsersDue, wakeEngines } from './mark-due';
import { retryCauseSchema, retryWaits } from './schema';

const mostAtOnce = 10_000;

/**
 * Has everybody tried again for whom a cycle went wrong for one reason, people and groups, up to 10,000 at once; who has gone well since is left alone.
 * Open questions of outcome stay open: nobody has looked at each of them.
 * @returns the application, and how many are tried @throws AppError `not_found`, `not_active`
 */
export const retryCause = defineCommand(
  { id: 'retryCause', permission: 'provisioning.run', input: retryCauseSchema, event: 'provisioning_retry' },
  async (tx, draft, { cycleId, cause }) => {
    const cycle = await tx.cycle.findUnique({ where: { id: cycleId }, select: { applicationId: true } });
    if (!cycle) throw new AppError('not_found', 'This cycle does not exist any more.');
    const { applicationId } = cycle;
    const { application, integration } = await lockIntegration(tx, applicationId);
    draft.application = application;
    draft.target = { type: 'application', id: applicationId, name: application.displayLabel };
    draft.cycleId = cycleId;
    const failing = inStates(linkStatesThat.mayBeRetried);
    const rows = await tx.$queryRaw<{ userId: string | null; groupLinkId: string | null }[]>`
      SELECT ul.user_id AS "userId", gl.id AS "groupLinkId" FROM (
        SELECT o.user_link_id, o.group_link_id FROM cycle_outcomes o
        WHERE o.cycle_id = ${cycleId}::uuid AND o.cause = ${cause} ORDER BY o.name_key, o.link_id LIMIT ${mostAtOnce}) o
      LEFT JOIN user_links ul ON ul.id = o.user_link_id AND ul.state IN ${failing}
      LEFT JOIN group_links gl ON gl.id = o.group_link_id AND gl.state IN ${failing}
      WHERE ul.id IS NOT NULL OR gl.id IS NOT NULL`;
    const userIds = rows.flatMap(({ userId }) => userId ?? []);
    const groupLinkIds = rows.flatMap(({ groupLinkId }) => groupLinkId ?? []);
    const marked =
      userIds.length > 0 ? await markUsersDue(tx, { applicationId, userIds }, { priority: priorities.change }) : [];
    await markGroupLinksDue(tx, groupLinkIds);
    const changed = userIds.length + groupLinkIds.length;
    if (changed > 0) await wakeEngines(tx, [...marked, { id: applicationId, isUrgent: false }]);
    const tried = `${changed} ${changed === 1 ? 'is' : 'are'} tried again, of one cause.`;
    draft.message = [tried, retryWaits[integration.status]].filter(Boolean).join(' ');
    return { ...application, changed };
  },
);

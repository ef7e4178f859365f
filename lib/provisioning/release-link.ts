import { assertMayName } from '@/lib/applications/naming-rule';
import { now } from '@/lib/core/clock';
import { AppError } from '@/lib/core/errors';
import { operationStatesThat } from '@/lib/core/states';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { priorities } from './internal/priorities';
import { markGroupsDue, markUsersDue, wakeEngines } from './mark-due';
import { linkRefSchema } from './schema';

const shared = { permission: 'applications.write', input: linkRefSchema, event: 'user_release' } as const;

/**
 * Stops managing one account and leaves it and its memberships as they are. @returns the application
 * @throws AppError `not_found`, `conflict` when it was released already
 */
export const releaseLink = defineCommand({ id: 'releaseLink', ...shared }, (tx, draft, { linkId }) =>
  change(tx, draft, linkId, true),
);

/**
 * Takes a released account back under management; nobody does so for themselves. @returns the application
 * @throws AppError `not_found`, `conflict` when it was not released, `forbidden` (assertMayName)
 */
export const manageLink = defineCommand({ id: 'manageLink', ...shared }, (tx, draft, { linkId }) =>
  change(tx, draft, linkId, false),
);

async function change(tx: Tx, draft: EventDraft, linkId: string, release: boolean): Promise<Application> {
  const link = await tx.userLink.findUnique({ where: { id: linkId }, include: { user: true, application: true } });
  if (!link) throw new AppError('not_found', 'This account is not managed any more.');
  const { application, user } = link;
  draft.application = application;
  draft.target = { type: 'user', id: user.id, name: user.displayName };
  if ((link.state === 'released') === release) {
    throw new AppError('conflict', release ? 'This account is released already.' : 'This account was not released.');
  }
  draft.changes = { managed: { from: release, to: !release } };
  if (!release) await assertMayName(tx, [draft.actor], { user, application });
  const data = release
    ? { state: 'released' as const, dueAt: null }
    : { state: link.remoteId ? ('provisioned' as const) : ('pending' as const) };
  const { id: applicationId } = application;
  if (release) {
    const { holdId } = await tx.userLink.update({ where: { id: linkId }, data, select: { holdId: true } });
    if (!holdId) return application;
    await tx.userLink.update({ where: { id: linkId }, data: { holdId: null } });
    // Nothing is planned for it any more.
    await tx.operation.updateMany({
      where: { id: holdId, state: { in: [...operationStatesThat.wait] } },
      data: { state: 'withdrawn', finishedAt: now() },
    });
    return application;
  }
  // With this person those are looked at who share a name with them: all are locked in the one order, before any is changed.
  await tx.$executeRaw`
    SELECT 1 FROM user_links
    WHERE application_id = ${applicationId}::uuid AND (id = ${linkId}::uuid OR state = 'conflict' AND last_error -> 'others' ? ${user.id}::text)
    ORDER BY application_id, user_id FOR NO KEY UPDATE`;
  await tx.userLink.update({ where: { id: linkId }, data });
  const touched = { applicationId, userIds: [user.id] };
  const ofPeople = await markUsersDue(tx, touched, { priority: priorities.change });
  // Released, they were put into no group.
  const groups = await tx.$queryRaw<{ id: string }[]>`
    SELECT l.group_id AS id FROM group_links l JOIN effective_members e ON e.group_id = l.group_id
    WHERE l.application_id = ${applicationId}::uuid AND e.user_id = ${user.id}::uuid`;
  const groupIds = groups.map(({ id }) => id);
  const ofGroups = groupIds.length > 0 ? await markGroupsDue(tx, { ...touched, groupIds }) : [];
  await wakeEngines(tx, [...ofPeople, ...ofGroups]);
  return application;
}

import { assertMayName } from '@/lib/applications/naming-rule';
import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import type { Application } from '@/lib/db/generated/client';
import { defineCommand } from '@/lib/events/command';
import type { EventDraft } from '@/lib/events/draft';
import { priorities } from './internal/priorities';
import { markUsersDue } from './mark-due';
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
  await tx.userLink.update({ where: { id: linkId }, data });
  if (!release)
    await markUsersDue(tx, { applicationId: application.id, userIds: [user.id] }, { priority: priorities.change });
  return application;
}

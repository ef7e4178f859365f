import { assertMayName } from '@/lib/applications/naming-rule';
import { AppError } from '@/lib/core/errors';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { markUsersDue, priorities } from './mark-due';

/** Stops managing one account and leaves it and its memberships as they are. @throws AppError `not_found` */
export async function releaseLink(actor: Actor, input: { linkId: string }): Promise<void> {
  await change(actor, input.linkId, true);
}

/**
 * Takes a released account back under management; nobody does so for themselves.
 * @throws AppError `not_found`, `conflict` when it was not released, `forbidden` (assertMayName)
 */
export async function manageLink(actor: Actor, input: { linkId: string }): Promise<void> {
  await change(actor, input.linkId, false);
}

async function change(actor: Actor, linkId: string, release: boolean): Promise<void> {
  await attempt({ name: 'user_release', actor }, async (tx, draft) => {
    const link = await tx.userLink.findUnique({ where: { id: linkId }, include: { user: true, application: true } });
    if (!link) throw new AppError('not_found', 'This account is not managed any more.');
    draft.application = link.application;
    draft.target = { type: 'user', id: link.userId, name: link.user.displayName };
    if ((link.state === 'released') === release) {
      throw new AppError('conflict', release ? 'This account is released already.' : 'This account was not released.');
    }
    draft.changes = { managed: { from: release, to: !release } };
    if (!release) await assertMayName(tx, [actor], { user: link.user, application: link.application });
    const data = release
      ? { state: 'released' as const, dueAt: null }
      : { state: link.remoteId ? ('provisioned' as const) : ('pending' as const) };
    await tx.userLink.update({ where: { id: linkId }, data });
    if (!release) await markUsersDue(tx, link.applicationId, [link.userId], { priority: priorities.change });
  });
}

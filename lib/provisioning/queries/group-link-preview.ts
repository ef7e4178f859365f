import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { nextGroupStep } from '../plan/next-group-step';
import { findPlanContext } from '../plan/plan-context';
import { asLastRead, planGroupLinks, unlinkedGroup } from '../plan/plan-group-links';
import type { PlannedLink } from '../plan/planned-link';
import { shownGroupPlan } from '../plan/preview-group';

/** What would come of a link, by what was last read of the application. */
export interface GroupLinkPreview {
  plan: PlannedLink;
  words: string;
  /** Members over there that are not managed here. */
  foreignMembers: number;
}

/**
 * What linking a user group to a group over there would send; nothing is asked and nothing is saved.
 * @throws AppError `not_active`, `not_found`
 */
export async function previewGroupLink(
  applicationId: string,
  groupId: string,
  remoteId: string,
): Promise<GroupLinkPreview> {
  const context = await findPlanContext(applicationId);
  if (!context) throw new AppError('not_active', 'Identity Management is not active.', { hint: 'Activate it first.' });
  const there = await db.remoteGroup.findUnique({ where: { applicationId_remoteId: { applicationId, remoteId } } });
  if (!there) throw new AppError('not_found', 'This group was not there when the application was last read.');
  const link = { ...unlinkedGroup(groupId), remoteId, takenOver: true };
  const [entry] = (await planGroupLinks(context, [link], asLastRead)).planned;
  if (!entry) throw new AppError('not_found', 'This user group does not exist any more.');
  const plan = { ...shownGroupPlan(context, entry), takesOver: true };
  return { plan, words: nextGroupStep(plan).words, foreignMembers: entry.found.foreignMembers };
}

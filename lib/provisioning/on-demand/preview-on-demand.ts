import { AppError } from '@/lib/core/errors';
import { db } from '@/lib/db/client';
import { nextGroupStep } from '../plan/next-group-step';
import { type NextStep, nextStep } from '../plan/next-step';
import { findPlanContext, type PlanContext } from '../plan/plan-context';
import { planGroups } from '../plan/plan-group-links';
import type { PlannedLink } from '../plan/planned-link';
import { shownGroupPlan } from '../plan/preview-group';
import { previewPerson } from '../plan/preview-person';
import type { OnDemandSubject } from './schema';

/** What provisioning on demand would do. */
export interface OnDemandPreview {
  application: { id: string; displayLabel: string };
  subject: { type: 'user' | 'group'; id: string; name: string };
  /** By what was last read: over there it may be different by now, which the run looks up first. */
  plan: PlannedLink;
  /** The same in words. */
  next: NextStep;
}

/**
 * What provisioning one person or one user group now would do, in scope or not: planned as the engine does, and without a request.
 * @throws AppError `not_found`, `not_active`
 */
export async function previewOnDemand({
  applicationId,
  subject,
  subjectId,
}: OnDemandSubject): Promise<OnDemandPreview> {
  const context = await findPlanContext(applicationId);
  if (!context) {
    if ((await db.application.count({ where: { id: applicationId } })) === 0) {
      throw new AppError('not_found', 'This application does not exist any more.');
    }
    throw new AppError('not_active', 'Identity Management is not active.', { hint: 'Activate it first.' });
  }
  const plan = await (subject === 'user' ? ofPerson(context, subjectId) : ofGroup(context, subjectId));
  const next = subject === 'user' ? nextStep(plan) : nextGroupStep(plan);
  return { application: context.application, subject: plan.subject, plan, next };
}

async function ofPerson(context: PlanContext, userId: string): Promise<PlannedLink> {
  const plan = await previewPerson(context, userId);
  if (!plan) throw new AppError('not_found', 'This person is not in the directory.');
  return plan;
}

async function ofGroup(context: PlanContext, groupId: string): Promise<PlannedLink> {
  const [entry] = await planGroups(context, [groupId]);
  if (!entry) throw new AppError('not_found', 'This user group does not exist any more.');
  return shownGroupPlan(context, entry);
}

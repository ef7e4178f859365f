import { AppError } from '@/lib/core/errors';
import type { FoundPage } from '@/lib/db/bounded-search';
import { findPlanContext } from '../plan/plan-context';
import type { PlannedLink } from '../plan/planned-link';
import { planPeople, shownPlan } from '../plan/preview-person';
import type { LinkFilter } from '../schema';
import { listAssignments } from './links';

/**
 * What the next cycle would do for the people of an application, by name; nothing is asked of the application.
 * @param limit people at most, 50 unless told @throws AppError `not_found`, `not_active`
 */
export async function listPlanned(
  applicationId: string,
  filter: LinkFilter & { cursor?: string | undefined },
  limit?: number,
): Promise<FoundPage<PlannedLink>> {
  const { items, ...page } = await listAssignments(applicationId, filter, limit);
  const context = await findPlanContext(applicationId);
  if (!context) throw new AppError('not_active', 'Identity Management is not active.', { hint: 'Activate it first.' });
  const planned = await planPeople(
    context,
    items.map(({ userId }) => userId),
  );
  return { items: planned.map((entry) => shownPlan(context, entry)), ...page };
}

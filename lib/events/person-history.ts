import { z } from 'zod';
import type { FoundPage } from '@/lib/db/bounded-search';
import { type EventRow, listEvents } from './queries';
import type { EventName } from './schema';

/** What changes a person, in the words of a history. `application_update`: of theirs, it is a typed application username. */
export const personChanges = {
  user_create: 'Created',
  user_import: 'Imported',
  user_update: 'Changed',
  user_suspend: 'Suspended',
  user_reactivate: 'Reactivated',
  user_unlock: 'Sign-in unlocked',
  user_activation: 'Activation link',
  user_delete: 'Deleted',
  user_restore: 'Restored',
  association_create: 'Assigned to an application',
  association_delete: 'Assignment taken away',
  application_update: 'Application username',
} as const satisfies Partial<Record<EventName, string>>;

/** Entries of a page: each may hold every property of a person. */
const perPage = 25;

/** Filters of a history; they live in the URL, where nonsense counts as absent. */
export const personHistorySchema = z.object({
  q: z.string().trim().max(200).optional().catch(undefined),
  /** Absent: only changes that were made; `all`: sign-ins, provisioning and what was refused as well. */
  show: z.enum(['all']).optional().catch(undefined),
  cursor: z.string().max(500).optional().catch(undefined),
});
export type PersonHistoryFilter = z.output<typeof personHistorySchema>;

/**
 * A page of what was done to a person, newest first, 25 at a time.
 * @throws AppError `search_too_slow`
 */
export async function listPersonHistory(userId: string, filter: PersonHistoryFilter): Promise<FoundPage<EventRow>> {
  const { q, show, cursor } = filter;
  const made = { name: Object.keys(personChanges) as EventName[], outcome: 'success' as const };
  return listEvents({ target: userId, q, ...(show === 'all' ? {} : made) }, cursor, perPage);
}

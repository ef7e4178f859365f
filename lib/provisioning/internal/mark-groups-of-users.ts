import type { Tx } from '@/lib/db/client';

/**
 * Marks those managed groups of an application as due that contain any of these people, directly or by nesting: as work of the
 * cycle that they were looked at by, for what follows from a cycle's people is that cycle's doing.
 */
export async function markGroupsOfUsersDue(
  tx: Tx,
  applicationId: string,
  people: readonly { userId: string; cycleId: string | null }[],
): Promise<void> {
  if (people.length === 0) return;
  const userIds = people.map(({ userId }) => userId);
  // People of one batch who belong to a cycle belong to the same one: there is one at a time.
  const cycleId = people.find((person) => person.cycleId)?.cycleId ?? null;
  await tx.$executeRaw`
    UPDATE group_links l SET
      due_at = GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE(l.due_at, 'epoch') + interval '1 millisecond'),
      cycle_id = COALESCE(${cycleId}::uuid, l.cycle_id)
    FROM (SELECT id FROM group_links
      WHERE application_id = ${applicationId}::uuid AND group_id IN (SELECT group_id FROM effective_members WHERE user_id = ANY (${userIds}::uuid[]))
        AND state NOT IN ('deleted', 'released')
        AND EXISTS (SELECT 1 FROM integrations i WHERE i.application_id = ${applicationId}::uuid AND i.manage_groups)
      ORDER BY application_id, group_id FOR NO KEY UPDATE) locked
    WHERE l.id = locked.id`;
}

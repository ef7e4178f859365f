import type { Tx } from '@/lib/db/client';

/** Marks those managed groups of an application as due that contain any of these people, directly or by nesting. */
export async function markGroupsOfUsersDue(tx: Tx, applicationId: string, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE group_links l SET
      due_at = GREATEST(date_trunc('milliseconds', clock_timestamp()), COALESCE(l.due_at, 'epoch') + interval '1 millisecond'),
      -- What follows from a cycle's people is that cycle's doing.
      cycle_id = COALESCE((SELECT c.id FROM cycles c WHERE c.application_id = ${applicationId}::uuid AND c.finished_at IS NULL), l.cycle_id)
    FROM (SELECT id FROM group_links
      WHERE application_id = ${applicationId}::uuid AND group_id IN (SELECT group_id FROM effective_members WHERE user_id = ANY (${[...userIds]}::uuid[]))
        AND state NOT IN ('deleted', 'released')
        AND EXISTS (SELECT 1 FROM integrations i WHERE i.application_id = ${applicationId}::uuid AND i.manage_groups)
      ORDER BY application_id, group_id FOR NO KEY UPDATE) locked
    WHERE l.id = locked.id`;
}

import type { Tx } from '@/lib/db/client';

/** Keeps what was just chosen for groups of an import beyond it; for whoever holds the import. */
export async function keepGroupChoices(tx: Tx, importId: string, remoteIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO import_group_choices (application_id, remote_id, name_folded, decision, group_id, decided_at, decided_by_id, decided_by_name, decided_by_token_id)
    SELECT i.application_id, g.remote_id, g.name_folded, g.decision, g.group_id, g.decided_at, g.decided_by_id, g.decided_by_name, g.decided_by_token_id
    FROM import_groups g JOIN imports i ON i.id = g.import_id
    WHERE g.import_id = ${importId}::uuid AND g.remote_id = ANY (${[...remoteIds]}::text[]) AND g.decision IS NOT NULL AND g.decided_at IS NOT NULL
    ORDER BY g.remote_id
    ON CONFLICT (application_id, remote_id) DO UPDATE SET name_folded = excluded.name_folded, decision = excluded.decision, group_id = excluded.group_id,
      decided_at = excluded.decided_at, decided_by_id = excluded.decided_by_id, decided_by_name = excluded.decided_by_name, decided_by_token_id = excluded.decided_by_token_id`;
}

/**
 * Begins the review of groups with what was chosen before, and by whom, who is asked again when it is carried out. What is linked or turned
 * gets, or is known by, a name: under another name than it was chosen under, that was chosen by nobody.
 */
export async function recallGroupChoices(tx: Tx, importId: string, applicationId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_groups g SET decision = c.decision, group_id = CASE WHEN c.decision = 'link' THEN c.group_id ELSE g.group_id END,
      decided_at = c.decided_at, decided_by_id = c.decided_by_id, decided_by_name = c.decided_by_name, decided_by_token_id = c.decided_by_token_id
    FROM import_group_choices c
    WHERE c.application_id = ${applicationId}::uuid AND g.import_id = ${importId}::uuid AND g.remote_id = c.remote_id
      AND g.state = 'listed' AND g.match IN ('none', 'name')
      AND (c.decision IN ('ignore', 'keep') OR (c.name_folded = g.name_folded
        AND (c.decision = 'turn' OR EXISTS (SELECT FROM groups o WHERE o.id = c.group_id AND o.deleted_at IS NULL))))`;
}

/** What was carried out is chosen no longer; nor, of an import that is given up, what is not left out. @param remoteId of one group alone */
export async function forgetGroupChoices(tx: Tx, applicationId: string, remoteId?: string): Promise<void> {
  await tx.importGroupChoice.deleteMany({
    where: { applicationId, decision: { not: 'ignore' }, ...(remoteId === undefined ? {} : { remoteId }) },
  });
}

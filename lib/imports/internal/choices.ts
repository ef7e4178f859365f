import type { Tx } from '@/lib/db/client';
import { Prisma } from '@/lib/db/generated/client';

/** Keeps what was chosen at this moment beyond the import. @param remoteId of one account alone */
export async function keepChoices(tx: Tx, importId: string, at: Date, remoteId?: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO import_choices (application_id, remote_id, user_name, decision, user_id, decided_at, decided_by_id, decided_by_token_id)
    SELECT i.application_id, r.remote_id, r.user_name, r.decision, r.user_id, r.decided_at, r.decided_by_id, r.decided_by_token_id
    FROM import_rows r JOIN imports i ON i.id = r.import_id
    WHERE r.import_id = ${importId}::uuid AND r.decided_at = ${at} AND r.decision IS NOT NULL
      ${remoteId === undefined ? Prisma.empty : Prisma.sql`AND r.remote_id = ${remoteId}`}
    ORDER BY r.remote_id
    ON CONFLICT (application_id, remote_id) DO UPDATE SET user_name = excluded.user_name, decision = excluded.decision, user_id = excluded.user_id,
      decided_at = excluded.decided_at, decided_by_id = excluded.decided_by_id, decided_by_token_id = excluded.decided_by_token_id`;
}

/**
 * Begins the review of an import with what was chosen before: who was left out stays so, and what nobody has confirmed yet need not be chosen again. Who
 * chose goes with it, and is asked again when the row is run. A link gives the account's name to somebody: under another name than it
 * was chosen under, it has been chosen by nobody.
 */
export async function recallChoices(tx: Tx, importId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE import_rows r SET decision = c.decision, user_id = c.user_id,
      decided_at = c.decided_at, decided_by_id = c.decided_by_id, decided_by_token_id = c.decided_by_token_id
    FROM imports i, import_choices c
    WHERE i.id = ${importId}::uuid AND c.application_id = i.application_id
      AND r.import_id = i.id AND r.remote_id = c.remote_id AND r.state = 'listed' AND r.match <> 'imported'
      AND (c.decision IN ('ignore', 'create') OR (c.user_name = r.user_name
        AND EXISTS (SELECT FROM users u WHERE u.id = c.user_id AND u.deleted_at IS NULL)))`;
}

/** Of an import that is given up, only who was left out is remembered. */
export async function forgetChoices(tx: Tx, applicationId: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM import_choices WHERE application_id = ${applicationId}::uuid AND decision <> 'ignore'`;
}

import { db, type Tx } from '@/lib/db/client';

/** Another application that one is easily taken for. */
export interface Twin {
  id: string;
  displayLabel: string;
  /** It has the same display label, whatever the case. */
  sameLabel: boolean;
  /** It is of the same template, with the same placeholders: both lead to one instance over there. */
  sameInstance: boolean;
}

/** As many are named. */
const mostTwins = 5;

/** Other applications of the same label, or of the same template with the same placeholders: five at most, by label. */
export async function findTwins(
  application: { id: string; displayLabel: string; templateId: string; placeholders: unknown },
  tx: Pick<Tx, '$queryRaw'> = db,
): Promise<Twin[]> {
  const { id, displayLabel, templateId } = application;
  const placeholders = JSON.stringify(application.placeholders ?? {});
  return tx.$queryRaw<Twin[]>`
    SELECT * FROM (
      SELECT id, display_label AS "displayLabel", lower(display_label) = lower(${displayLabel}::text) AS "sameLabel",
        template_id = ${templateId} AND placeholders = ${placeholders}::jsonb AND placeholders <> '{}' AS "sameInstance"
      FROM applications WHERE id <> ${id}::uuid) other
    WHERE "sameLabel" OR "sameInstance" ORDER BY lower("displayLabel"), id LIMIT ${mostTwins}`;
}

import { runStatement } from '@/lib/db/statement';

/** Whom to look at in a group; written by `mark_group_members` (migration 0044). */
export interface Marks {
  /** Those that go when what they led to is written down. */
  ids: readonly string[];
  /** Null: everybody. */
  userIds: readonly string[] | null;
}

export const noMarks: Marks = { ids: [], userIds: [] };

/**
 * The marks of these groups. What comes after them is not covered by what is read from here on, and stays for the next time: so
 * this is read before the members are.
 */
export async function listMarks(linkIds: readonly string[]): Promise<Map<string, Marks>> {
  const rows = await runStatement<{ linkId: string; ids: string[]; everybody: boolean; userIds: string[] }>(marksOf, [
    linkIds,
  ]);
  return new Map(
    rows.map(({ linkId, ids, everybody, userIds }) => [linkId, { ids, userIds: everybody ? null : userIds }]),
  );
}

const marksOf = {
  name: 'marks-of-groups',
  text: `
    SELECT group_link_id AS "linkId", array_agg(id::text) AS ids, bool_or(user_id IS NULL) AS everybody,
      COALESCE(array_agg(DISTINCT user_id) FILTER (WHERE user_id IS NOT NULL), '{}') AS "userIds"
    FROM group_link_marks WHERE group_link_id = ANY ($1::uuid[]) GROUP BY 1`,
};

/** $1 ids of marks. */
export const forgetMarks = {
  name: 'forget-marks',
  text: 'DELETE FROM group_link_marks WHERE id = ANY ($1::bigint[])',
};

/** $1 links of groups: everybody in them is looked at next time. */
export const markEverybody = {
  name: 'mark-everybody',
  text: 'INSERT INTO group_link_marks (group_link_id) SELECT unnest($1::uuid[])',
};

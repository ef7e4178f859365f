import type { z } from 'zod';
import { countLimit } from '@/lib/db/bounded-count';
import { boundedRead } from '@/lib/db/bounded-read';
import { db } from '@/lib/db/client';
import { askedByRule } from './internal/group-rule';
import { preparedFilter } from './prepared-filter';
import { requireGroup } from './queries';
import type { previewGroupRuleSchema } from './schema';

/** Names that a preview shows of each kind. */
const shown = 8;

/** Whom a rule would make members, and of a group that is there, who would come in and fall out. */
export interface RulePreview {
  members: number;
  added: number;
  removed: number;
  /** The first of each by name. */
  memberNames: string[];
  addedNames: string[];
  removedNames: string[];
}

/** With who they are, for what follows from it elsewhere: 1,000 of each at most. */
export interface AskedRule extends RulePreview {
  addedIds: string[];
  removedIds: string[];
}

/** Asks everybody, and saves nothing. @throws AppError `invalid_input` at the clause, `not_found`, `search_too_slow` */
export async function previewGroupRule(input: z.output<typeof previewGroupRuleSchema>): Promise<AskedRule> {
  const { rule, groupId = null } = input;
  if (groupId) await requireGroup(groupId);
  const clauses = await preparedFilter(db, 'user', rule, 'rule');
  return boundedRead(async (tx) => {
    const [row] = await tx.$queryRaw<AskedRule[]>`
      WITH asked AS MATERIALIZED (SELECT a.* FROM (${askedByRule(groupId, clauses)}) a WHERE a.was OR a.will)
      SELECT count(*) FILTER (WHERE will)::int AS members, count(*) FILTER (WHERE will AND NOT was)::int AS added,
        count(*) FILTER (WHERE was AND NOT will)::int AS removed,
        ARRAY(SELECT display_name FROM asked WHERE will ORDER BY lower(lastname), lower(firstname), id LIMIT ${shown}) AS "memberNames",
        ARRAY(SELECT display_name FROM asked WHERE will AND NOT was ORDER BY lower(lastname), lower(firstname), id LIMIT ${shown}) AS "addedNames",
        ARRAY(SELECT display_name FROM asked WHERE was AND NOT will ORDER BY lower(lastname), lower(firstname), id LIMIT ${shown}) AS "removedNames",
        ARRAY(SELECT id FROM asked WHERE will AND NOT was ORDER BY id LIMIT ${countLimit}) AS "addedIds",
        ARRAY(SELECT id FROM asked WHERE was AND NOT will ORDER BY id LIMIT ${countLimit}) AS "removedIds"
      FROM asked`;
    if (!row) throw new Error('An aggregate always answers one row.');
    return row;
  });
}

import { AppError } from '@/lib/core/errors';
import type { Tx } from '@/lib/db/client';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { type Filter, filterWords } from '@/lib/filters/schema';
import { applyRule, type RuleOutcome } from './internal/group-rule';
import { assertOwn, groupTarget, lockGroup } from './internal/groups';
import { assertNotOfSource } from './internal/sources';
import { asFilter } from './prepared-filter';
import { updateGroupRuleSchema } from './schema';

/** The rule of a dynamic group as it was typed; empty of a static one. */
export async function readGroupRule(tx: Tx, groupId: string): Promise<Filter> {
  const order = [{ groupNo: 'asc' as const }, { position: 'asc' as const }];
  return asFilter(await tx.groupRuleClause.findMany({ where: { groupId }, orderBy: order }));
}

/** A rule in words; null where there is none. */
export const ruleWords = (rule: Filter): string | null => filterWords(rule, {}) || null;

/**
 * Makes a group dynamic, changes its rule, or makes it static again, when it keeps its members. Who falls under the rule and who no
 * longer does is put in and taken out in the same transaction, by one statement. Suspended people are members like any others, unless
 * the rule asks for `active`.
 * @returns the group, and how many were added and removed
 * @throws AppError `stale_version` (details: `{version, values: {rule}}` as they are now), `invalid_input` at
 * `rule.<group>.<clause>.<field>`, `conflict` (imported; 500 dynamic groups), `owned_by_source`, `not_found`
 */
export const updateGroupRule = defineCommand(
  { id: 'updateGroupRule', permission: 'groups.write', input: updateGroupRuleSchema, event: 'group_update' },
  async (tx, draft, { id, version, rule }, actor) => {
    const before = await lockGroup(tx, id);
    draft.target = groupTarget(before);
    assertOwn(before);
    await assertNotOfSource(tx, actor, before, `The group ${before.name}`);
    const stored = await readGroupRule(tx, id);
    if (before.version !== version) {
      throw new AppError('stale_version', `${before.name} was changed by somebody else in the meantime.`, {
        hint: 'Compare what is stored now with what you typed, then save again.',
        details: { version: before.version, values: { rule: before.dynamic ? stored : null } },
      });
    }
    draft.changes = changesBetween({ rule: ruleWords(stored) }, { rule: rule && ruleWords(rule) });
    let outcome: RuleOutcome = { added: 0, removed: 0 };
    if (rule) {
      outcome = await applyRule(tx, before, rule);
      draft.message = `${outcome.added} added, ${outcome.removed} removed, by the rule of the group.`;
    } else {
      await tx.groupRuleClause.deleteMany({ where: { groupId: id } });
    }
    const data = { dynamic: rule !== null, version: { increment: 1 } };
    return { ...(await tx.group.update({ where: { id }, data })), ...outcome };
  },
);

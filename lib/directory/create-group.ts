import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { applyRule } from './internal/group-rule';
import { asNameTaken, groupTarget } from './internal/groups';
import { createGroupSchema } from './schema';
import { ruleWords } from './update-group-rule';

/**
 * Creates a user group: without members, or with those who fall under its rule.
 * @throws AppError `already_exists` at name, `invalid_input` at `rule.<group>.<clause>.<field>`, `conflict` (500 dynamic groups)
 */
export const createGroup = defineCommand(
  { id: 'createGroup', permission: 'groups.write', input: createGroupSchema, event: 'group_create' },
  async (tx, draft, { name, description, rule }) => {
    const group = await tx.group.create({ data: { name, description } }).catch((error: unknown) => {
      throw asNameTaken(error, name);
    });
    draft.target = groupTarget(group);
    if (!rule) return group;
    draft.changes = changesBetween({}, { rule: ruleWords(rule) });
    const { added } = await applyRule(tx, group, rule);
    draft.message = `${added} added, by the rule of the group.`;
    return { ...group, dynamic: true };
  },
);

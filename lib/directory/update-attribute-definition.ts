import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { updateAttributeDefinitionSchema } from './attribute-schema';
import { assertUnused, attributeTarget, lockAttribute } from './internal/attribute-uses';

/**
 * Changes a definition; the type only while nobody has a value and nothing names the attribute, because filters are checked
 * against it. @param input `version` as the form was loaded
 * @throws AppError `stale_version` (details: `{version, values}` as they are now), `conflict` (in use), `not_found`
 */
export const updateAttributeDefinition = defineCommand(
  {
    id: 'updateAttributeDefinition',
    permission: 'settings.write',
    input: updateAttributeDefinitionSchema,
    event: 'attribute_update',
  },
  async (tx, draft, { id, version, ...values }) => {
    const row = await lockAttribute(tx, id);
    draft.target = attributeTarget(row);
    const { label, description, type } = row;
    const before = { label, description, type };
    if (row.version !== version) {
      throw new AppError('stale_version', `${row.key} was changed by somebody else in the meantime.`, {
        hint: 'Compare what is stored now with what you typed, then save again.',
        details: { version: row.version, values: before },
      });
    }
    draft.changes = changesBetween(before, values);
    if (Object.keys(draft.changes).length === 0) return row;
    if (values.type !== type) await assertUnused(tx, row.key, 'given another type');
    return tx.attributeDefinition.update({ where: { id }, data: { ...values, version: { increment: 1 } } });
  },
);

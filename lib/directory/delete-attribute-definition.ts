import { defineCommand } from '@/lib/events/command';
import { attributeIdSchema } from './attribute-schema';
import { assertUnused, attributeTarget, lockAttribute } from './internal/attribute-uses';

/**
 * Deletes a definition that nobody has a value of and nothing names. Values are never taken away by it: of everybody, that would be
 * one transaction over all of them. @throws AppError `conflict` (names what uses it, or says how many have a value), `not_found`
 */
export const deleteAttributeDefinition = defineCommand(
  {
    id: 'deleteAttributeDefinition',
    permission: 'settings.write',
    input: attributeIdSchema,
    event: 'attribute_delete',
  },
  async (tx, draft, { id }) => {
    const definition = await lockAttribute(tx, id);
    draft.target = attributeTarget(definition);
    await assertUnused(tx, definition.key, 'deleted');
    return tx.attributeDefinition.delete({ where: { id } });
  },
);

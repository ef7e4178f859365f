import { AppError } from '@/lib/core/errors';
import { defineCommand } from '@/lib/events/command';
import { changesBetween } from '@/lib/events/schema';
import { findProperty } from '@/lib/mappings/source';
import { mostDefinitions } from './attribute-definitions';
import { createAttributeDefinitionSchema } from './attribute-schema';
import { attributeTarget } from './internal/attribute-uses';

/**
 * Defines a custom attribute of people before anybody has a value.
 * @throws AppError `already_exists` at key (in any case of letters, as mappings find it), `invalid_input` at key (a property that every
 * person has, or a vendor's name for one), `conflict` (1,000 attributes)
 */
export const createAttributeDefinition = defineCommand(
  {
    id: 'createAttributeDefinition',
    permission: 'settings.write',
    input: createAttributeDefinitionSchema,
    event: 'attribute_create',
  },
  async (tx, draft, values) => {
    const { key } = values;
    const own = findProperty('user', key);
    if (own) {
      throw new AppError('invalid_input', `${key} stands for ${own.label}, which every person has.`, { field: 'key' });
    }
    // Two keys that differ only in the case of letters are no conflict of the primary key.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('latchkey.attribute-definitions'))`;
    const same = await tx.attributeDefinition.findFirst({
      where: { key: { equals: key.replaceAll('_', '\\_'), mode: 'insensitive' } },
    });
    if (same) throw new AppError('already_exists', `There already is an attribute ${same.key}.`, { field: 'key' });
    if ((await tx.attributeDefinition.count()) >= mostDefinitions) {
      throw new AppError(
        'conflict',
        `There are ${mostDefinitions.toLocaleString('en')} attributes, as many as there can be.`,
      );
    }
    // Whoever gives somebody a first value meanwhile defines it too: the one who comes second is told.
    const { count } = await tx.attributeDefinition.createMany({ data: [values], skipDuplicates: true });
    if (count === 0) throw new AppError('already_exists', `There already is an attribute ${key}.`, { field: 'key' });
    const definition = await tx.attributeDefinition.findUniqueOrThrow({ where: { key } });
    draft.target = attributeTarget(definition);
    draft.changes = changesBetween({}, values);
    return definition;
  },
);

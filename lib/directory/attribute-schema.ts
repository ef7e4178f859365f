import { z } from 'zod';
import { singleLine } from '@/lib/core/text';
import { attributeKeySchema } from './schema';

export const attributeTypes = ['string', 'number', 'boolean'] as const;
export const attributeTypeWords: Readonly<Record<(typeof attributeTypes)[number], string>> = {
  string: 'Text',
  number: 'Number',
  boolean: 'Yes / no',
};
const type = z.enum(attributeTypes, 'Choose text, number or yes / no.').describe('Of its values.');

/** What can be changed of a definition: everything but its key, which mappings and filters name. */
export const attributeValuesSchema = z.object({
  label: singleLine('Label')
    .max(100, 'At most 100 characters.')
    .default('')
    .describe('As people read it; empty: the key.'),
  description: singleLine('Description').max(300, 'At most 300 characters.').default(''),
  type,
});

export const createAttributeDefinitionSchema = attributeValuesSchema.extend({
  key: attributeKeySchema.describe('By which people have it, and mappings and filters name it. It is never changed.'),
});
export const attributeIdSchema = z.object({ id: z.uuid().toLowerCase() });
/** `version` is the one that the form was loaded with. */
export const updateAttributeDefinitionSchema = attributeValuesSchema.extend({
  ...attributeIdSchema.shape,
  version: z.number().int().positive(),
});

import { z } from 'zod';
import { type OwnAttribute, ownAttributeSchema } from '@/lib/applications/schema';
import { parseScimPath, ScimPathError } from '@/lib/scim/path';
import { hasValues } from './attribute-words';

const { shape } = ownAttributeSchema;

/** An attribute as the form has it: values one on each line. */
export const attributeFormSchema = z.object({
  path: shape.path.superRefine((path, context) => {
    try {
      parseScimPath(path);
    } catch (error) {
      if (!(error instanceof ScimPathError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  }),
  type: shape.type,
  multiValued: z.boolean(),
  required: z.boolean(),
  caseSensitive: z.boolean(),
  mutability: shape.mutability.unwrap(),
  canonicalValues: z.string(),
});
export type AttributeForm = z.infer<typeof attributeFormSchema>;

export function toForm(attribute: OwnAttribute | undefined): AttributeForm {
  const { canonicalValues = [], ...values } = attribute ?? ownAttributeSchema.parse({ path: 'new', type: 'string' });
  return { ...values, path: attribute?.path ?? '', canonicalValues: canonicalValues.join('\n') };
}

/** What was typed, without what its type has no use for. */
export function toAttribute({ canonicalValues, ...values }: AttributeForm): OwnAttribute {
  const lines = canonicalValues
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return {
    ...values,
    caseSensitive: values.caseSensitive && hasValues(values.type),
    canonicalValues: hasValues(values.type) ? [...new Set(lines)] : [],
  };
}

import { z } from 'zod';
import { getAttributeDefinition, listAttributeDefinitions } from '@/lib/directory/attribute-definitions';
import { createAttributeDefinitionSchema } from '@/lib/directory/attribute-schema';
import { createAttributeDefinition } from '@/lib/directory/create-attribute-definition';
import { deleteAttributeDefinition } from '@/lib/directory/delete-attribute-definition';
import { updateAttributeDefinition } from '@/lib/directory/update-attribute-definition';
import { idParams } from '../fields';
import { defineOperation } from '../operation';
import { toOperation } from '../to-operation';

const tag = 'Attributes';
const permission = 'settings.read';

const definition = z
  .object({
    id: z.uuid(),
    ...createAttributeDefinitionSchema.shape,
    version: z.number().int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'AttributeDefinition' });

const one = { tag, path: '/attribute-definitions/{id}', params: idParams } as const;

export const attributeDefinitionOperations = [
  defineOperation(
    {
      id: 'listAttributeDefinitions',
      method: 'GET',
      path: '/attribute-definitions',
      tag,
      summary: 'List the custom attributes that people can have, by key',
      description: '1,000 at most.',
      permission,
      answer: z.object({ items: z.array(definition) }),
    },
    async () => ({ items: await listAttributeDefinitions() }),
  ),
  toOperation(createAttributeDefinition, {
    method: 'POST',
    path: '/attribute-definitions',
    tag,
    summary: 'Define a custom attribute',
    description: 'The first value that a person is given defines one as well, by its type.',
    answer: definition,
    status: 201,
    idempotent: true,
    location: ({ id }) => `/attribute-definitions/${id}`,
  }),
  defineOperation(
    {
      ...one,
      id: 'getAttributeDefinition',
      method: 'GET',
      summary: 'Read a custom attribute',
      permission,
      answer: definition,
    },
    ({ params }) => getAttributeDefinition(params.id),
  ),
  toOperation(updateAttributeDefinition, {
    ...one,
    method: 'PATCH',
    summary: 'Change a custom attribute',
    description: 'Its type only while nobody has a value and no mapping, filter, rule or SSO setting names it.',
    present: async ({ id }: { id: string }) => {
      const { version, label, description, type } = await getAttributeDefinition(id);
      return { version, values: { label, description, type } };
    },
    answer: definition,
  }),
  toOperation(deleteAttributeDefinition, {
    ...one,
    method: 'DELETE',
    summary: 'Delete a custom attribute',
    description: 'Refused while anybody has a value, or a mapping, filter, rule or SSO setting names it.',
  }),
];

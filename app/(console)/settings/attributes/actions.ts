'use server';

import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { createAttributeDefinition } from '@/lib/directory/create-attribute-definition';
import { deleteAttributeDefinition } from '@/lib/directory/delete-attribute-definition';
import { updateAttributeDefinition } from '@/lib/directory/update-attribute-definition';

const revalidate = () => links.attributes();

export const createAttributeDefinitionAction = toAction(createAttributeDefinition, { revalidate });

export const updateAttributeDefinitionAction = toAction(updateAttributeDefinition, { revalidate });

export const deleteAttributeDefinitionAction = toAction(deleteAttributeDefinition, { revalidate });

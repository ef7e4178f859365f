'use server';

import { revalidatePath } from 'next/cache';
import { resetMappingsSchema, updateMappingsSchema } from '@/lib/applications/schema';
import { setTargetAttributes } from '@/lib/applications/set-target-attributes';
import { resetMappings, updateMappings } from '@/lib/applications/update-mappings';
import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';

const permission = 'applications.write';

export const saveMappingsAction = defineAction(
  { permission, schema: updateMappingsSchema },
  async (input, { actor }) => {
    const saved = await updateMappings(actor, input);
    revalidatePath(links.application(input.applicationId).overview(), 'layout');
    return saved;
  },
);

export const setTargetAttributesAction = toAction(setTargetAttributes, {
  revalidate: ({ id }) => links.application(id).overview(),
});

export const resetMappingsAction = defineAction(
  { permission, schema: resetMappingsSchema },
  async (input, { actor }) => {
    const saved = await resetMappings(actor, input);
    revalidatePath(links.application(input.applicationId).overview(), 'layout');
    return saved;
  },
);

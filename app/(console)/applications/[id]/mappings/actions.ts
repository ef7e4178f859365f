'use server';

import { revalidatePath } from 'next/cache';
import { resetMappingsSchema, updateMappingsSchema } from '@/lib/applications/schema';
import { resetMappings, updateMappings } from '@/lib/applications/update-mappings';
import { defineAction } from '@/lib/auth/define-action';
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

export const resetMappingsAction = defineAction(
  { permission, schema: resetMappingsSchema },
  async (input, { actor }) => {
    const saved = await resetMappings(actor, input);
    revalidatePath(links.application(input.applicationId).overview(), 'layout');
    return saved;
  },
);

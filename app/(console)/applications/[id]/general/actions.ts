'use server';

import { revalidatePath } from 'next/cache';
import { updateApplicationSchema, usernameFormatSchema } from '@/lib/applications/schema';
import { saveUsernameFormat, updateApplication } from '@/lib/applications/update-application';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';

export const updateApplicationAction = defineAction(
  { permission: 'applications.write', schema: updateApplicationSchema },
  async (input, { actor }) => {
    const saved = await updateApplication(actor, input);
    revalidatePath(links.application(input.id).overview(), 'layout');
    return saved;
  },
);

export const saveUsernameFormatAction = defineAction(
  { permission: 'applications.write', schema: usernameFormatSchema },
  async (input, { actor }) => {
    const saved = await saveUsernameFormat(actor, input);
    revalidatePath(links.application(input.applicationId).overview(), 'layout');
    return saved;
  },
);

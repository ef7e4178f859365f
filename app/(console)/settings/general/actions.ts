'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { updateSettings } from '@/lib/installation/update-settings';
import { updateSettingsSchema } from '@/lib/settings/schema';

export const updateSettingsAction = defineAction(
  { permission: 'settings.write', schema: updateSettingsSchema },
  async (input, { actor }) => {
    const saved = await updateSettings(actor, input);
    revalidatePath(links.generalSettings());
    return saved;
  },
);

'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { saveBookmarkSchema } from '@/lib/applications/schema';
import { saveBookmark } from '@/lib/applications/update-application';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { activateSso, deactivateSso } from '@/lib/sso/activate-sso';

/** Saves the address, and activates or deactivates the bookmark when told to. */
export const saveBookmarkAction = defineAction(
  {
    permission: 'sso.write',
    schema: saveBookmarkSchema.extend({ activation: z.enum(['keep', 'activate', 'deactivate']) }),
  },
  async ({ activation, ...input }, { actor }) => {
    const saved = await saveBookmark(actor, input);
    if (activation === 'activate') await activateSso(actor, { applicationId: input.id });
    if (activation === 'deactivate') await deactivateSso(actor, { applicationId: input.id });
    revalidatePath(links.application(input.id).overview(), 'layout');
    return saved;
  },
);

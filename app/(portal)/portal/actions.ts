'use server';

import { revalidatePath } from 'next/cache';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { requestAccess } from '@/lib/sso/portal/request-access';
import { requestAccessSchema } from '@/lib/sso/portal/schema';

/** Asks for an application: one's own, so no token does it. */
export const requestAccessAction = defineAction(
  { permission: 'portal.use', schema: requestAccessSchema },
  async (input, { actor }) => {
    await requestAccess(actor, input);
    revalidatePath(links.portal());
    return {};
  },
);

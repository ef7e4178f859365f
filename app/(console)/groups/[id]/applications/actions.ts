'use server';

import { revalidatePath } from 'next/cache';
import { changeApplicationsOfGroup } from '@/lib/applications/change-associations';
import { associationsOfGroupSchema } from '@/lib/applications/schema';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';

export const saveApplicationsAction = defineAction(
  { permission: 'applications.write', schema: associationsOfGroupSchema },
  async (input, { actor }) => {
    const outcome = await changeApplicationsOfGroup(actor, input);
    revalidatePath(links.group(input.groupId), 'layout');
    return outcome;
  },
);

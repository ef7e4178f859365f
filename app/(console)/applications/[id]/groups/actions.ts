'use server';

import { revalidatePath } from 'next/cache';
import { associationImpact } from '@/lib/applications/association-impact';
import { changeGroupsOfApplication } from '@/lib/applications/change-associations';
import { associationsOfApplicationSchema } from '@/lib/applications/schema';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';

export const saveGroupsAction = defineAction(
  { permission: 'applications.write', schema: associationsOfApplicationSchema },
  async (input, { actor }) => {
    const outcome = await changeGroupsOfApplication(actor, input);
    revalidatePath(links.application(input.applicationId).overview(), 'layout');
    return outcome;
  },
);

/** Counts whom a change would let in and shut out; saves nothing. */
export const previewGroupsAction = defineAction(
  { permission: 'applications.read', schema: associationsOfApplicationSchema },
  async ({ applicationId, add, remove }) => associationImpact(applicationId, { add, remove }),
);

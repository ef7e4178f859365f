'use server';

import { revalidatePath } from 'next/cache';
import { createApplication } from '@/lib/applications/create-application';
import { deleteApplications } from '@/lib/applications/delete-applications';
import { createApplicationSchema, deleteApplicationsSchema } from '@/lib/applications/schema';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';

export const createApplicationAction = defineAction(
  { permission: 'applications.write', schema: createApplicationSchema },
  async (input, { actor }) => {
    const created = await createApplication(actor, input);
    revalidatePath(links.applications());
    return created;
  },
);

export const deleteApplicationsAction = defineAction(
  { permission: 'applications.write', schema: deleteApplicationsSchema },
  async (input, { actor }) => {
    const { deleted } = await deleteApplications(actor, input);
    revalidatePath(links.applications());
    return { deleted: deleted.length };
  },
);

'use server';

import { revalidatePath } from 'next/cache';
import { createApplication } from '@/lib/applications/create-application';
import { deleteApplications } from '@/lib/applications/delete-applications';
import { deleteApplicationsSchema } from '@/lib/applications/schema';
import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { duplicateApplication } from '@/lib/moves/duplicate-application';
import { startMigration } from '@/lib/moves/start-migration';

export const createApplicationAction = toAction(createApplication, {
  revalidate: () => links.applications(),
  more: ({ slug, twins }) => ({ slug, twins }),
});

export const duplicateApplicationAction = toAction(duplicateApplication, { revalidate: () => links.applications() });

export const startMigrationAction = toAction(startMigration, { revalidate: () => links.applications() });

export const deleteApplicationsAction = defineAction(
  { permission: 'applications.write', schema: deleteApplicationsSchema },
  async (input, { actor }) => {
    const { deleted } = await deleteApplications(actor, input);
    revalidatePath(links.applications());
    return { deleted: deleted.length };
  },
);

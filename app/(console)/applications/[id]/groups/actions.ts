'use server';

import { associationImpact } from '@/lib/applications/association-impact';
import { changeGroupsOfApplication } from '@/lib/applications/change-associations';
import { associationsOfApplicationSchema } from '@/lib/applications/schema';
import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { linkGroup, manageGroup, unlinkGroup } from '@/lib/provisioning/link-group';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

export const linkGroupAction = toAction(linkGroup, { revalidate });
export const unlinkGroupAction = toAction(unlinkGroup, { revalidate });
export const manageGroupAction = toAction(manageGroup, { revalidate });

export const saveGroupsAction = toAction(changeGroupsOfApplication, {
  revalidate,
  more: ({ added, removed, conflicts }) => ({ added, removed, conflicts }),
});

/** Counts whom a change would let in and shut out; saves nothing. */
export const previewGroupsAction = defineAction(
  { permission: 'applications.read', schema: associationsOfApplicationSchema },
  async ({ applicationId, add, remove }) => associationImpact(applicationId, { add, remove }),
);

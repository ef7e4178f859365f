'use server';

import { changeApplicationsOfGroup } from '@/lib/applications/change-associations';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';

export const saveApplicationsAction = toAction(changeApplicationsOfGroup, {
  revalidate: ({ id }) => links.group(id),
  more: ({ added, removed, conflicts }) => ({ added, removed, conflicts }),
});

'use server';

import { revalidatePath } from 'next/cache';
import { assignUser, unassignUser } from '@/lib/applications/assign-user';
import { applicationUsernameSchema, assignUserSchema } from '@/lib/applications/schema';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { describeShared, listSharedNames } from '@/lib/applications/shared-names';
import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { retryFailed, retryLink } from '@/lib/provisioning/retry-links';

const refresh = (applicationId: string) => revalidatePath(links.application(applicationId).overview(), 'layout');

/** Whose application username it is as well, in words. */
const sharedIn = async ({ userId, applicationId }: { userId: string; applicationId: string }) =>
  (await listSharedNames(userId, applicationId)).map(describeShared);

export const retryLinkAction = toAction(retryLink);

export const retryFailedAction = toAction(retryFailed, {
  revalidate: ({ id }) => links.application(id).overview(),
});

export const releaseLinkAction = toAction(releaseLink);

export const manageLinkAction = toAction(manageLink);

export const setApplicationUsernameAction = defineAction(
  { permission: 'applications.write', schema: applicationUsernameSchema },
  async (input, { actor }) => {
    await setApplicationUsername(actor, input);
    refresh(input.applicationId);
    return { shared: await sharedIn(input) };
  },
);

export const assignUserAction = defineAction(
  { permission: 'applications.write', schema: assignUserSchema },
  async (input, { actor }) => {
    await assignUser(actor, input);
    refresh(input.applicationId);
    return { shared: await sharedIn(input) };
  },
);

export const unassignUserAction = defineAction(
  { permission: 'applications.write', schema: assignUserSchema },
  async (input, { actor }) => {
    await unassignUser(actor, input);
    refresh(input.applicationId);
  },
);

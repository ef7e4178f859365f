'use server';

import { assignUser, unassignUser } from '@/lib/applications/assign-user';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { describeShared, listSharedNames } from '@/lib/applications/shared-names';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { retryFailed, retryLink } from '@/lib/provisioning/retry-links';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

/** Whose application username it is as well, in words. */
const sharedIn = async ({ userId, applicationId }: { userId: string; applicationId: string }) => ({
  shared: (await listSharedNames(userId, applicationId)).map(describeShared),
});

export const retryLinkAction = toAction(retryLink);

export const retryFailedAction = toAction(retryFailed, {
  revalidate: ({ id }) => links.application(id).overview(),
});

export const releaseLinkAction = toAction(releaseLink);

export const manageLinkAction = toAction(manageLink);

export const setApplicationUsernameAction = toAction(setApplicationUsername, {
  revalidate,
  more: (_application, input) => sharedIn(input),
});

export const assignUserAction = toAction(assignUser, { revalidate, more: (_application, input) => sharedIn(input) });

export const unassignUserAction = toAction(unassignUser, { revalidate });

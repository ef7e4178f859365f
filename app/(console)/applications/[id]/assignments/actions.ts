'use server';

import { assignUser, unassignUser } from '@/lib/applications/assign-user';
import { wantedUsernamesSchema } from '@/lib/applications/schema';
import { setApplicationUsername } from '@/lib/applications/set-application-username';
import { setApplicationUsernames } from '@/lib/applications/set-application-usernames';
import { describeShared, listSharedNames } from '@/lib/applications/shared-names';
import { defineAction } from '@/lib/auth/define-action';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';
import { correctDrift } from '@/lib/provisioning/correct-drift';
import { manageLink, releaseLink } from '@/lib/provisioning/release-link';
import { retryFailed, retryLink } from '@/lib/provisioning/retry-links';
import { reviewUsernames } from '@/lib/provisioning/review-usernames';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

/** Whose application username it is as well, in words. */
const sharedIn = async ({ userId, applicationId }: { userId: string; applicationId: string }) => ({
  shared: (await listSharedNames(userId, applicationId)).map(describeShared),
});

export const retryLinkAction = toAction(retryLink);

export const retryFailedAction = toAction(retryFailed, {
  revalidate: ({ id }) => links.application(id).overview(),
});

export const correctDriftAction = toAction(correctDrift, { revalidate });

export const releaseLinkAction = toAction(releaseLink);

export const manageLinkAction = toAction(manageLink);

export const setApplicationUsernameAction = toAction(setApplicationUsername, {
  revalidate,
  more: (_application, input) => sharedIn(input),
});

/** What usernames that are to be typed would mean, row by row; nothing is saved. */
export const reviewApplicationUsernamesAction = defineAction(
  { permission: 'applications.write', schema: wantedUsernamesSchema },
  async (input, { actor }) => ({ rows: await reviewUsernames(input, actor) }),
);

export const setApplicationUsernamesAction = toAction(setApplicationUsernames, { revalidate });

export const assignUserAction = toAction(assignUser, { revalidate, more: (_application, input) => sharedIn(input) });

export const unassignUserAction = toAction(unassignUser, { revalidate });

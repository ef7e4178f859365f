'use server';

import { saveBookmark } from '@/lib/applications/update-application';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';

/** Saves the address, and activates or deactivates the bookmark when told to. */
export const saveBookmarkAction = toAction(saveBookmark, {
  revalidate: ({ id }) => links.application(id).overview(),
});

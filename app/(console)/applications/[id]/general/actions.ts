'use server';

import { saveUsernameFormat, updateApplication } from '@/lib/applications/update-application';
import { toAction } from '@/lib/auth/to-action';
import { links } from '@/lib/core/links';

const revalidate = ({ id }: { id: string }) => links.application(id).overview();

export const updateApplicationAction = toAction(updateApplication, { revalidate });

export const saveUsernameFormatAction = toAction(saveUsernameFormat, {
  revalidate,
  more: ({ conflicts, warning }) => ({ conflicts, warning }),
});

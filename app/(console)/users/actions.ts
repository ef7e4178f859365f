'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { describeShared, listSharedNames } from '@/lib/applications/shared-names';
import { defineAction } from '@/lib/auth/define-action';
import { links } from '@/lib/core/links';
import { createUser } from '@/lib/directory/create-user';
import { deleteUser } from '@/lib/directory/delete-user';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { purgeUser } from '@/lib/directory/purge-user';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { revokeAllSessions, revokeSession } from '@/lib/directory/revoke-sessions';
import { createUserSchema, updateUserSchema, userIdSchema } from '@/lib/directory/schema';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unlockSignIn } from '@/lib/directory/unlock-sign-in';
import { updateUser } from '@/lib/directory/update-user';
import { keepOwnNames } from '@/lib/sso/keep-own-names';

const permission = 'users.write';

export const createUserAction = defineAction({ permission, schema: createUserSchema }, async (input, { actor }) => {
  const { user, link } = await createUser(actor, input);
  revalidatePath(links.users());
  return { id: user.id, displayName: user.displayName, url: link.url };
});

export const updateUserAction = defineAction({ permission, schema: updateUserSchema }, async (input, { actor }) => {
  const { user } = await updateUser(actor, input, keepOwnNames);
  revalidatePath(links.user(user.id));
  return { version: user.version, shared: (await listSharedNames(user.id)).map(describeShared) };
});

export const suspendUserAction = defineAction({ permission, schema: userIdSchema }, async (input, { actor }) => {
  await suspendUser(actor, input);
});

export const reactivateUserAction = defineAction({ permission, schema: userIdSchema }, async (input, { actor }) => {
  await reactivateUser(actor, input);
});

export const unlockSignInAction = defineAction({ permission, schema: userIdSchema }, async (input, { actor }) => {
  await unlockSignIn(actor, input);
});

export const deleteUserAction = defineAction({ permission, schema: userIdSchema }, async (input, { actor }) => {
  await deleteUser(actor, input);
});

export const restoreUserAction = defineAction({ permission, schema: userIdSchema }, async (input, { actor }) => {
  await restoreUser(actor, input);
  return { shared: (await listSharedNames(input.id)).map(describeShared) };
});

/** `typed` is the username, typed by hand: the command checks it again, where it counts. */
export const purgeUserAction = defineAction(
  { permission, schema: userIdSchema.extend({ typed: z.string().max(200) }) },
  (input, { actor }) => purgeUser(actor, input),
);

export const issueActivationLinkAction = defineAction(
  { permission, schema: userIdSchema.extend({ mail: z.boolean() }) },
  async (input, { actor }) => {
    const { url, expiresAt } = await issueActivationLink(actor, input);
    return { url, expiresAt: expiresAt.toISOString() };
  },
);

export const revokeSessionAction = defineAction(
  { permission, schema: z.object({ sessionId: z.uuid(), userId: z.uuid() }) },
  (input, { actor }) => revokeSession(actor, input),
);

export const revokeAllSessionsAction = defineAction(
  { permission, schema: z.object({ userId: z.uuid() }) },
  async (input, { actor }) => ({ count: await revokeAllSessions(actor, input) }),
);

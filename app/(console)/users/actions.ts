'use server';

import { z } from 'zod';
import { describeShared, listSharedNames } from '@/lib/applications/shared-names';
import { toAction } from '@/lib/auth/to-action';
import { runBatch } from '@/lib/batches/run-batch';
import { atOnce } from '@/lib/batches/schema';
import { startUserBatch, undoUserBatch } from '@/lib/batches/start-batch';
import { importUserFile, mapUserFile } from '@/lib/batches/user-file';
import { links } from '@/lib/core/links';
import { createUser } from '@/lib/directory/create-user';
import { deleteUser } from '@/lib/directory/delete-user';
import { issueActivationLink } from '@/lib/directory/issue-activation-link';
import { purgeUser } from '@/lib/directory/purge-user';
import { reactivateUser } from '@/lib/directory/reactivate-user';
import { restoreUser } from '@/lib/directory/restore-user';
import { revokeAllSessions, revokeSession } from '@/lib/directory/revoke-sessions';
import { suspendUser } from '@/lib/directory/suspend-user';
import { unlockSignIn } from '@/lib/directory/unlock-sign-in';
import { updatePerson } from '@/lib/sso/update-person';

const sharedNames = async ({ id }: { id: string }) => ({ shared: (await listSharedNames(id)).map(describeShared) });

export const createUserAction = toAction(createUser, {
  revalidate: () => links.users(),
  more: ({ displayName, link }) => ({ displayName, url: link.url }),
});

export const updateUserAction = toAction(updatePerson, { revalidate: ({ id }) => links.user(id), more: sharedNames });

export const suspendUserAction = toAction(suspendUser);

export const reactivateUserAction = toAction(reactivateUser);

export const unlockSignInAction = toAction(unlockSignIn);

export const deleteUserAction = toAction(deleteUser);

export const restoreUserAction = toAction(restoreUser, { more: sharedNames });

/** A few are done at once; of many, the page of the batch shows how far it has come. */
const runFew = async ({ id, changed = 0 }: { id: string; changed?: number }) => {
  if (changed <= atOnce) await runBatch(id);
  return {};
};

export const startUserBatchAction = toAction(startUserBatch, { revalidate: () => links.users(), more: runFew });

export const mapUserFileAction = toAction(mapUserFile, { revalidate: ({ id }) => links.userBatch(id) });

export const importUserFileAction = toAction(importUserFile, {
  revalidate: ({ id }) => links.userBatch(id),
  more: runFew,
});

export const undoUserBatchAction = toAction(undoUserBatch, { revalidate: () => links.users(), more: runFew });

/** `typed` is the username, typed by hand: the command checks it again, where it counts. */
export const purgeUserAction = toAction(purgeUser, {
  input: purgeUser.input.extend({ typed: z.string().max(200) }),
});

export const issueActivationLinkAction = toAction(issueActivationLink, {
  more: ({ url, expiresAt }) => ({ url, expiresAt: expiresAt.toISOString() }),
});

export const revokeSessionAction = toAction(revokeSession, { input: revokeSession.input.required() });

export const revokeAllSessionsAction = toAction(revokeAllSessions, {
  input: revokeAllSessions.input.omit({ keep: true }),
});

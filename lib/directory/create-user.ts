import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { attempt } from '@/lib/events/record';
import { changesBetween } from '@/lib/events/schema';
import { announceChange } from './internal/announce';
import { assertManager, toColumns } from './internal/users';
import { type IssuedLink, makeActivationLink } from './issue-activation-link';
import type { UserValues } from './schema';
import { assertNamesFree, asTaken } from './taken-names';
import { userTarget } from './user-target';

/**
 * Creates a person: active, password pending, with an activation link.
 * @param input `sendActivation` mails the link; it is returned in any case, to be copied
 * @throws AppError `already_exists` at username or email, `invalid_input` at managerId
 */
export async function createUser(
  actor: Actor,
  input: UserValues & { sendActivation?: boolean },
): Promise<{ user: User; link: IssuedLink }> {
  return attempt({ name: 'user_create', actor }, async (tx, draft) => {
    const data = toColumns(input);
    await assertManager(tx, undefined, data.managerId);
    await assertNamesFree(tx, data);
    const user = await tx.user.create({ data }).catch((error: unknown) => {
      throw asTaken(error);
    });
    draft.target = userTarget(user);
    draft.changes = changesBetween({}, withoutEmpty(data));
    const link = await makeActivationLink(tx, user, { mail: input.sendActivation ?? true });
    await announceChange(tx, { userIds: [user.id] });
    return { user, link };
  });
}

function withoutEmpty(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

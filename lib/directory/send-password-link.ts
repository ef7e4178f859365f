import { unseal } from '@/lib/crypto/seal';
import { transaction } from '@/lib/db/client';
import { recordEvents } from '@/lib/events/record';
import { findUserByName } from './find-user-by-name';
import { lockUser } from './internal/users';
import { makeActivationLink } from './issue-activation-link';
import { nameContext } from './request-password-link';
import { userTarget } from './user-target';

/** Links that one person is mailed within an hour, however many are asked for. */
const mostOfPerson = 3;

/**
 * The task behind Forgot password: mails a one-time link to the person who has the name. Nobody who has it, or somebody who
 * is suspended: nothing is sent. Somebody who never set a password gets an activation link.
 */
export async function sendPasswordLink(input: { nameSealed: string; clientAddress: string | null }): Promise<void> {
  const found = await findUserByName(unseal(input.nameSealed, nameContext));
  if (!found) return;
  const actor = { id: null, name: 'Not signed in', clientAddress: input.clientAddress };
  await transaction(async (tx) => {
    const user = await lockUser(tx, found.id);
    if (user.deletedAt) return;
    const lately = { gt: new Date(Date.now() - 3_600_000) };
    const sent = await tx.activationLink.count({ where: { userId: user.id, requested: true, createdAt: lately } });
    if (sent >= mostOfPerson) return;
    const event = { name: 'password_link_request', actor, target: userTarget(user) } as const;
    if (user.status === 'suspended') {
      const message = 'No link was sent: the person is suspended.';
      return recordEvents(tx, [{ ...event, outcome: 'error', code: 'not_active', message }]);
    }
    await makeActivationLink(tx, user, { mail: true, requested: true });
    await recordEvents(tx, [event]);
  });
}

import type { Tx } from '@/lib/db/client';
import type { User } from '@/lib/db/generated/client';
import type { Actor } from '@/lib/events/actor';
import { recordEvents } from '@/lib/events/record';
import { makeActivationLink } from './issue-activation-link';
import { userTarget } from './user-target';

/**
 * Mails each of these people a one-time link by which they set their password, in the caller's transaction, each on record.
 * Who is suspended or deleted is left out by whoever asks.
 */
export async function sendActivationLinks(tx: Tx, actor: Actor, users: readonly User[]): Promise<void> {
  for (const user of users) await makeActivationLink(tx, user, { mail: true });
  await recordEvents(
    tx,
    users.map((user) => ({
      ...{ name: 'user_activation' as const, actor, target: userTarget(user) },
      message: 'A link was issued.',
    })),
  );
}
